# A table of three provinces a server, partitioned by province over two servers.
sharded <- function(con, data, servers, password = "secret") {
  run <- function(...) DBI::dbExecute(con, paste0(...))
  run("CREATE EXTENSION IF NOT EXISTS postgres_fdw")
  columns <- paste(DBI::dbQuoteIdentifier(con, names(data)), vapply(data, function(x) {
    DBI::dbDataType(con, x)
  }, ""), collapse = ", ")
  run("CREATE TABLE firms (", columns, ") PARTITION BY LIST (province)")
  parts <- split(data, match(data$province, unique(data$province)) %% 2)
  for (i in seq_along(servers)) {
    there <- connect_postgres(servers[[i]])
    DBI::dbExecute(there, "DROP TABLE IF EXISTS firms_there")
    DBI::dbWriteTable(there, "firms_there", parts[[i]])
    DBI::dbExecute(there, "ANALYZE firms_there")
    DBI::dbDisconnect(there)
    name <- paste0("shard", i)
    run("DROP SERVER IF EXISTS ", name, " CASCADE")
    run(
      "CREATE SERVER ", name, " FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '",
      servers[[i]]$data, "', dbname 'postgres', async_capable 'true', use_remote_estimate 'true')"
    )
    run("CREATE USER MAPPING FOR tester SERVER ", name, " OPTIONS (user 'tester')")
    run(
      "CREATE FOREIGN TABLE firms", i, " PARTITION OF firms FOR VALUES IN (",
      paste(DBI::dbQuoteString(con, unique(parts[[i]]$province)), collapse = ", "), ") SERVER ",
      name, " OPTIONS (schema_name 'public', table_name 'firms_there')"
    )
  }
  dplyr::tbl(con, "firms")
}

test_that("sums of a table over two servers are made on the servers, and are those of the rows", {
  con <- postgres()
  servers <- list(postgres_server("two"), postgres_server("three"))
  d <- uneven_firms(3000)
  d <- d[!is.na(d$province), ]
  table <- sharded(con, d, servers)
  on.exit(DBI::dbExecute(con, "DROP SERVER shard1, shard2 CASCADE"), add = TRUE, after = FALSE)
  for (case in list(
    list(output ~ size + digital | province + year, ~province),
    list(output ~ size + digital | year, ~kind), list(output ~ digital + kind, "HC1"),
    list(output ~ digital | kind, ~ province + year)
  )) {
    fit <- suppressMessages(fe_reg(case[[1]], table, vcov = case[[2]], remote = "cells"))
    expect_same_fit(fit, suppressMessages(fe_reg(case[[1]], d, vcov = case[[2]])))
    expect_equal(fit$remote$shards, 2)
    expect_equal(fit$remote$grouped, 2)
    # In each query, not only in that of the cells.
    DBI::dbBegin(con)
    DBI::dbExecute(con, "SET LOCAL enable_partitionwise_aggregate = on")
    grouped <- grep("GROUP BY", fit$remote$queries$sql, value = TRUE)
    for (sql in grouped) {
      plan <- DBI::dbGetQuery(con, paste("EXPLAIN (VERBOSE)", sql))[[1]]
      expect_equal(sum(grepl("Relations: Aggregate on", plan)), 2)
    }
    DBI::dbRollback(con)
  }
  fit <- fe_reg(
    output ~ digital | province, table, weights = ~ w + 1, subset = ~ year > 1900, remote = "cells"
  ) |> suppressMessages()
  expect_same_fit(fit, suppressMessages(fe_reg(
    output ~ digital | province, d, weights = ~ w + 1, subset = ~ year > 1900
  )))
  expect_output(print(fit), "grouped on the servers\\s+of 2 of 2 foreign tables")
  # A system too: the same sums.
  system <- list(output = output ~ digital + size, digital = digital ~ output + both)
  a <- suppressMessages(system_reg(system, table, fe = ~year, vcov = ~province, remote = "cells"))
  b <- suppressMessages(system_reg(system, d, fe = ~year, vcov = ~province))
  expect_lt(relative(coef(a), coef(b)), 1e-10)
  expect_lt(relative(sqrt(diag(vcov(a))), sqrt(diag(vcov(b)))), 1e-10)
  expect_equal(a$remote$grouped, 2)
  # Other servers tell nothing of their state: what they hold now is asked for.
  there <- connect_postgres(servers[[1]])
  DBI::dbExecute(there, "UPDATE firms_there SET output = 2 * output")
  DBI::dbDisconnect(there)
  now <- as.data.frame(dplyr::collect(table))
  expect_same_fit(
    suppressMessages(fe_reg(output ~ digital | province, table, remote = "cells")),
    suppressMessages(fe_reg(output ~ digital | province, now))
  )
  # A server that is away, and one that does not know the password.
  DBI::dbExecute(con, "ALTER SERVER shard1 OPTIONS (SET host '/nowhere')")
  expect_error(
    fe_reg(output ~ digital | province, table), "shard1", class = "ccdpanel_error_engine"
  )
  expect_equal(DBI::dbGetQuery(con, "SELECT 1 AS one")$one, 1)
})
