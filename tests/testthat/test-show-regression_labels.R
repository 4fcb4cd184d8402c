sim <- subset(simulate_provinces(1), year >= 2014)
panel <- c("province", "year")
full <- fe_reg(npq ~ dt + ul + il | province + year, sim, vcov = ~province, panel = panel)

test_that("Chinese heads and note", {
  table <- regression_table(full, language = "zh")
  expect_true(all(c("\u89c2\u6d4b\u503c", "\u5e38\u6570\u9879") %in% table$term))
  expect_match(attr(table, "note")[1], "\u6309\u7701\u4efd\u805a\u7c7b")
  labelled <- regression_table(full, labels = c(province = "\u7701\u4efd"), language = "zh")
  expect_match(attr(labelled, "note")[1], "\u6309\u7701\u4efd\u805a\u7c7b")
})
