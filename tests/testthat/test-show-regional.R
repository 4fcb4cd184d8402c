test_that("names of columns and measures are known in two languages, the user's first", {
  words <- function(language, labels = NULL) list(language = language, labels = labels)
  expect_equal(regional_names(words("en"), c("gini", "odd")), c("Gini coefficient", "odd"))
  expect_equal(regional_names(words("zh"), "theil_L"), "\u6cf0\u5c14\u6307\u6570 L")
  expect_equal(regional_names(words("en", c(gini = "G")), "gini"), "G")
})

test_that("every word has both languages and the same places to fill", {
  table <- word_table("regional")
  expect_false(anyDuplicated(table$key) > 0)
  places <- function(text) lapply(regmatches(text, gregexpr("[{][a-z]+[}]", text)), sort)
  expect_equal(places(table$en), places(table$zh))
  expect_true(all(nzchar(table$en) & nzchar(table$zh)))
})

test_that("regions beside the word for all are said in Chinese", {
  words <- list(language = "zh", labels = NULL)
  expect_equal(
    regional_names(words, c("all", "East", "Northeast", NA)),
    c(words_of("regional_heads", "zh")[["all"]], "\u4e1c\u90e8", "\u4e1c\u5317", NA)
  )
})

test_that("prints in Chinese say units, regions, levels and C in its own words", {
  skip_if_not(l10n_info()[["UTF-8"]], "Chinese letters on the screen")
  old <- options(ccdpanel.language = "zh")
  on.exit(options(old))
  d <- expand.grid(province = provinces$name, year = 2011:2015)
  d$y <- exp(0.1 * (d$year - 2011) + provinces$lat[match(d$province, provinces$name)] / 30)
  panel <- c("province", "year")
  shown <- function(x) paste(capture.output(print(x)), collapse = "\n")
  # Growth that differs between provinces.
  q <- convergence_test(transform(d, y = y + (year - 2011) / 9), "y",
    panel = panel, by = "region4")
  for (word in c("\u5168\u90e8", "\u4e1c\u90e8", "\u4e1c\u5317")) expect_match(shown(q), word)
  expect_no_match(shown(q), "East")
  g <- grey_forecast(d, "y", panel = panel)
  expect_match(shown(summary(g)), "\u540e\u9a8c\u5dee\u6bd4 C")
  expect_no_match(shown(summary(g)), "\u8026\u5408\u5ea6")
  expect_match(
    readLines(save_table(g, tempfile(fileext = ".md")), encoding = "UTF-8")[3], "\u5426"
  )
  m <- transition_matrix(coupling(state_index(), language = "en"), classes = "level")
  expect_match(shown(m), "\u5931\u8c03")
  expect_no_match(shown(m), "imbal")
})
