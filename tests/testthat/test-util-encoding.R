test_that("text that is none in its encoding is found wherever it is in a column", {
  gbk <- rawToChar(as.raw(c(0xb1, 0xb1, 0xbe, 0xa9)))
  marked <- `Encoding<-`(gbk, "bytes")
  claimed <- `Encoding<-`(gbk, "UTF-8")
  good <- c("a", NA, "caf\u00e9", "\u5317\u4eac", "")
  many <- rep_len(c(good, sprintf("firm %d", 1:3000)), 150000)
  for (x in list(good, many, factor(good), character(), 1:3)) expect_true(is_readable(x))
  for (bad in c(marked, claimed)) {
    for (x in list(bad, c(good, bad), append(many, bad, 149000), factor(1, labels = bad))) {
      expect_false(is_readable(x))
    }
  }
  expect_setequal(bind_beyond_ascii(many), good[3:4])
  expect_setequal(bind_beyond_ascii(bind_repeat_text(good, 40000L)), good[3:4])
  expect_identical(bind_beyond_ascii(c("a", NA)), character())
})
