# Subjects whose words are in two languages, and those whose keys are looked up by what they stand
# for.
bilingual <- c(
  "marks", "methods", "models", "covariances", "table", "report", "pictures", "names", "columns",
  "levels", "cells", "regional", "regional_heads", "regional_cells", "convergence_heads",
  "gap_cells"
)
looked_up <- c(
  "names", "columns", "levels", "cells", "regional_heads", "regional_cells", "convergence_heads",
  "gap_cells"
)

braced_names <- function(text) {
  lapply(regmatches(text, gregexpr("\\{[^{}]*\\}", text, perl = TRUE)), function(x) sort(unique(x)))
}

test_that("what is between braces is filled in, by name; vectors make vectors", {
  words <- c(
    both = "{n} rows of {unit}", start = "{x}", plain = "nothing", rows = "{n} rows",
    rows_one = "{n} row"
  )
  expect_identical(phrase(words, "both", n = 3, unit = "state", other = "x"), "3 rows of state")
  expect_identical(
    phrase(words, "both", unit = c("a", "b"), n = 1:2), c("1 rows of a", "2 rows of b")
  )
  expect_identical(phrase(words, "start", x = "\u5dde"), "\u5dde")
  expect_identical(phrase(words, "plain"), "nothing")
  expect_error(phrase(words, "both", n = 3), "values")
  expect_error(phrase(words, "absent"), "subscript")
  expect_identical(phrase(words, one_or_many("rows", 1), n = 1), "1 row")
  expect_identical(phrase(words, one_or_many("rows", 0), n = 0), "0 rows")
  expect_identical(join_words(c(list = "; "), c("a", "b")), "a; b")
})

test_that("words are read as they are written, in any locale", {
  words <- words_of(c("table", "marks"), "zh")
  expect_identical(words[["constant"]], "\u5e38\u6570\u9879")
  expect_identical(
    phrase(words, "fe", effect = "\u7701\u4efd"), "\u7701\u4efd\u56fa\u5b9a\u6548\u5e94"
  )
  expect_identical(words[["times"]], " \u00d7 ")
  expect_identical(words[["list"]], "\u3001")
  expect_identical(words_of("marks", "en")[["list"]], ", ")
  expect_true(all(validUTF8(unlist(lapply(bilingual, word_table)))))
  # "NA" would be a word like others, and spaces at an end are part of it.
  expect_identical(words_of("models", "en")[["sample_lost"]], " (left out: {lost})")
})

test_that("every key is there once, in both languages", {
  files <- list.files(system.file("words", package = "ccdpanel"), "\\.csv$")
  expect_setequal(files, paste0(c(
    bilingual, "prints", "errors", "audits", "regions", "nbs", "sheet_heads", "sheet_directions",
    "missing",
    "panel_heads", "places", "aggregates", "provinces", "units", "cities", "traditional",
    "latex"
  ), ".csv"))
  for (subject in bilingual) {
    table <- word_table(subject)
    expect_named(table, c("key", "en", "zh"))
    expect_identical(table$key[duplicated(table$key)], character())
    expect_identical(table$key[!nzchar(table$en) | !nzchar(table$zh)], character())
  }
  # What is filled from several subjects has no key twice.
  for (together in list(
    c("methods", "marks"), c("models", "covariances", "marks"), c("table", "covariances", "marks")
  )) {
    expect_false(anyDuplicated(names(words_of(together, "en"))) > 0)
  }
})

test_that("every line of a table has all of its cells", {
  folder <- system.file("words", package = "ccdpanel")
  for (file in list.files(folder, "\\.csv$", full.names = TRUE)) {
    cells <- utils::count.fields(file, ",", quote = "\"", comment.char = "")
    expect_identical(which(!cells %in% cells[1]), integer(), label = basename(file))
  }
})

test_that("both languages have the same to fill in, but for what one alone says", {
  differs <- unlist(lapply(bilingual, function(subject) {
    table <- word_table(subject)
    same <- mapply(identical, braced_names(table$en), braced_names(table$zh))
    table$key[!same]
  }))
  # Chinese counts the indicators whose gaps were filled; English names the scheme of the levels.
  expect_setequal(differs, c("gaps", "gaps_one", "levels"))
})

test_that("a singular is that of a plural", {
  keys <- unlist(lapply(bilingual, function(subject) word_table(subject)$key))
  one <- grep("_one$", keys, value = TRUE)
  expect_gt(length(one), 5)
  expect_identical(setdiff(sub("_one$", "", one), keys), character())
})

test_that("every key is used, and every key that the code names is there", {
  root <- source_folder()
  files <- c(
    list.files(file.path(root, "R"), "^show-.*\\.R$", full.names = TRUE),
    list.files(file.path(root, "inst", "report"), "Rmd$", full.names = TRUE)
  )
  code <- paste(unlist(lapply(files, readLines, encoding = "UTF-8")), collapse = "\n")
  keys <- unlist(lapply(setdiff(bilingual, looked_up), function(subject) word_table(subject)$key))
  quoted <- function(text) {
    vapply(text, function(x) grepl(paste0("\"", x, "\""), code, fixed = TRUE), NA)
  }
  # "lost.subset" is made of "lost." or "lost" and a reason, "split_mean" of "split_".
  family <- list(
    sub("_one$", "", keys), sub("\\..*", ".", keys), sub("\\..*", "", keys),
    sub("_[a-z]*$", "_", keys)
  )
  by_name <- vapply(keys, function(key) grepl(paste0("words$", key), code, fixed = TRUE), NA)
  used <- by_name | quoted(keys) | Reduce(`|`, lapply(family, quoted))
  expect_identical(keys[!used], character())
  found <- function(pattern) {
    sub(pattern, "\\1", unlist(regmatches(code, gregexpr(pattern, code, perl = TRUE))), perl = TRUE)
  }
  counted <- found("one_or_many\\(\"([a-z._]+)\"")
  named <- c(
    found("phrase\\([a-z$]+, \"([A-Za-z._0-9]+)\""), found("words\\[\\[\"([a-z._0-9]+)\"\\]\\]"),
    found("term\\(words, \"([a-z_]+)\"")
  )
  expect_gt(length(named), 60)
  expect_identical(setdiff(c(named, counted, paste0(counted, "_one")), keys), character())
})
