test_that("levels of all kinds come back as they were sent", {
  con <- postgres()
  skip_if_not_installed("bit64")
  values <- data.frame(
    text = c("a\"b", "c\\d", "{e,f}", "NULL", "it's", ""), day = as.Date("2020-02-27") + 1:6,
    yes = c(TRUE, FALSE, NA, TRUE, FALSE, TRUE),
    real = c(1 / 3, 1e-300, -1e300, 0.1, 1e15 + 0.3, 2),
    whole = c(1:5, NA)
  )
  values$big <- bit64::as.integer64("9007199254740993") + 0:5
  exprs <- lapply(c("text", "day", "yes", "real", "whole", "big"), as.name)
  source <- list2env(list(
    con = con, words = new.env(), types = c(
      text = "text", day = "date", yes = "bool", whole = "int4", big = "int8"
    )
  ))
  sent <- sent_table(source, values[c(1:3, 5:6)], exprs[c(1:3, 5:6)], NULL)
  back <- DBI::dbGetQuery(con, paste("SELECT * FROM", sent$sql), params = sent$sent)
  expect_equal(back, values[c(1:3, 5:6)])
  sent <- sent_table(source, values["real"], list(), NULL)
  back <- DBI::dbGetQuery(con, paste("SELECT * FROM", sent$sql), params = sent$sent)
  expect_identical(back$real, values$real)
})
