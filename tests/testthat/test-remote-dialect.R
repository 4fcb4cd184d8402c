# Queries of a fit as text, for engines that are not here: connections that only render.

rendering <- function(dialect) {
  skip_without_database()
  made <- if (dialect == "spark") dbplyr::simulate_hive() else dbplyr::simulate_dbi()
  class(made) <- unique(c(ccdpanel:::dialect_classes[[dialect]][1], class(made)))
  made
}

# Connections that only render quote names otherwise from dbplyr 2.6.0 on.
ticked <- function(sql) chartr("\"", "`", sql)

rendered_queries <- function(con) {
  columns <- data.frame(
    output = 1.5, digital = 1.5, w = 1.5, kind = "a", province = "a", year = 1L, city = 1L
  )
  source <- list2env(list(
    con = con, table = dbplyr::lazy_frame(columns, con = con, .name = "firms"), words = new.env(),
    log = list(), log_unit = 1
  ))
  call <- rlang::current_env()
  data <- structure(columns[0, ], class = c("ccd_remote", "data.frame"), source = source)
  spec <- ccdpanel:::fe_spec(
    log(output) ~ digital:kind + I(w / 1e8) | province + year, data, weights = ~w,
    subset = ~ year > 2000, NULL, "stata", 1L, call
  )
  plan <- ccdpanel:::remote_plan(spec, list(city = list(quote(city))), call)
  centre <- stats::setNames(as.list(c(1.25, -0.1, 1e-9)), names(plan$bases))
  write <- function(sums, keys) ccdpanel:::centred_select(plan, centre, sums, keys)
  sums <- ccdpanel:::base_sums(plan)
  scatter <- write(
    c(sums, ccdpanel:::base_products(plan)), c(plan$factors, plan$clusters$city)
  )
  cells <- write(c(list(w = ccdpanel:::weight_sum(plan)), sums), names(plan$keys))
  c(
    sample = ccdpanel:::rows_query(plan), whole = ccdpanel:::rows_query(plan, whole = TRUE),
    used = ccdpanel:::used_query(plan), cells = cells, products = scatter
  )
}

test_that("doubles, numbers and NaN are spelled as each engine has them", {
  for (dialect in c("duckdb", "clickhouse", "spark", "standard")) {
    sql <- rendered_queries(rendering(dialect))
    # No decimal type and no decimal number, whose digits would be fewer.
    expect_no_match(sql, "NUMERIC|DECIMAL")
    expect_no_match(gsub("'[^']*'", "", sql), "(?<![A-Za-z_0-9.])[0-9]+[.][0-9]+(?!e|[0-9])",
      perl = TRUE)
    word <- c(
      duckdb = "AS DOUBLE)", clickhouse = "toFloat64(", spark = "AS DOUBLE)",
      standard = "AS DOUBLE PRECISION)"
    )[[dialect]]
    expect_match(sql, word, fixed = TRUE)
    expect_match(ticked(sql[["cells"]]), "GROUP BY `.ccd_k1`", fixed = TRUE)
  }
})

test_that("small tables keep the digits of their numbers", {
  source <- list2env(list(con = rendering("duckdb"), words = new.env()))
  data <- data.frame(year = 2001:2002, w = c(0.12345678901234567, NA), t = c("a", "it's"))
  sql <- as.character(dbplyr::sql_render(ccdpanel:::inline_table(source, data), con = source$con))
  written <- regmatches(sql, regexpr("0[.][0-9]+e0", sql))
  expect_identical(as.double(written), data$w[1])
  expect_match(
    ticked(sql), "SELECT 2002 AS `year`, CAST(NULL AS DOUBLE) AS `w`, 'it''s'", fixed = TRUE
  )
})

test_that("text is compared by its letters in each engine's words", {
  for (case in list(c("duckdb", "\"C\""), c("sqlite", "BINARY"))) {
    con <- if (case[1] == "sqlite") sqlite() else rendering(case[1])
    source <- list2env(list(con = con, words = new.env()))
    sql <- ccdpanel:::sql_of(quote(as_letters(g)), source)
    expect_identical(ticked(sql), ticked(paste("`g` COLLATE", case[2])))
  }
})

dbplyr_version <- function() as.character(utils::packageVersion("dbplyr"))

test_that("the queries of a fit for engines that are not here", {
  skip_without_database()
  skip_if(dbplyr_version() != "2.3.0", "dbplyr may spell it otherwise")
  for (dialect in c("duckdb", "clickhouse", "spark")) {
    sql <- rendered_queries(rendering(dialect))
    expect_snapshot(cat(sql[["products"]]), variant = dialect)
  }
})

