test_that("twelve sectors in falling order", {
  expect_identical(dim(zhou_lang_table1), c(12L, 2L))
  score <- as.numeric(zhou_lang_table1$score)
  expect_false(is.unsorted(rev(score)))
  expect_identical(zhou_lang_table1$score[c(1, 12)], c("58.0", "41.8"))
  expect_identical(zhou_lang_table1$sector[c(1, 12)], c("Electronics", "Waste recycling"))
})
