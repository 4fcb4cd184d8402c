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
