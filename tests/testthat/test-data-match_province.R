test_that("codes, English names in any dress, variants and abbreviations", {
  x <- c(
    "Beijing", "SHANXI", "shaanxi province", "Inner-Mongolia", "inner  mongolia", "Nei Mongol",
    "Xizang", "JIANGSU", "HE", "44", "650000", " Hunan ", "Jiangsu_Province", "Chongqing City",
    "Peking"
  )
  expect_identical(match_province(x), c(
    "Beijing", "Shanxi", "Shaanxi", rep("Inner Mongolia", 3), "Tibet", "Jiangsu", "Hebei",
    "Guangdong", "Xinjiang", "Hunan", "Jiangsu", "Chongqing", "Beijing"
  ))
  expect_identical(match_province(c(11L, 65L)), c("Beijing", "Xinjiang"))
  expect_identical(match_province(c(110000, 61)), c("Beijing", "Shaanxi"))
  expect_identical(match_province(factor(c("Jilin", "Hainan", "Jilin")), "code"), c(22L, 46L, 22L))
  expect_identical(match_province("Guangxi Zhuang Autonomous Region", "region3_older"), "East")
  expect_identical(match_province(character()), character())
})

test_that("Chinese names: short, full, with the spaces that exports leave, marked or not", {
  # Inner Mongolia short and full, Beijing full with a tab and an ideographic space, Ningxia full
  x <- c(
    "\u5185\u8499\u53e4", "\u5185\u8499\u53e4\u81ea\u6cbb\u533a", "\u5317\u4eac\u5e02\t",
    "\u3000\u5317 \u4eac",
    "\u5b81\u590f\u56de\u65cf\u81ea\u6cbb\u533a"
  )
  wanted <- c("Inner Mongolia", "Inner Mongolia", "Beijing", "Beijing", "Ningxia")
  expect_identical(match_province(x), wanted)
  bare <- x
  Encoding(bare) <- "bytes"
  bare <- vapply(x, function(s) rawToChar(charToRaw(s)), "", USE.NAMES = FALSE)
  expect_identical(match_province(bare), wanted)
  gbk <- vapply(iconv(x[1:2], "UTF-8", "GBK", toRaw = TRUE), rawToChar, "")
  expect_identical(match_province(gbk), wanted[1:2])
  expect_identical(match_province("Shaanxi", "zh"), "\u9655\u897f")
})

test_that("every name in the table finds its own row", {
  for (column in c("code", "name", "abbreviation", "zh", "zh_full")) {
    expect_identical(match_province(provinces[[column]]), provinces$name)
  }
})

test_that("what does not match is reported once, with counts and near names, never guessed", {
  x <- c("Shannxi", "Beijing", NA, "Shannxi", "National {total}", "")
  expect_warning(got <- match_province(x), class = "ccdpanel_warning_unmatched")
  expect_identical(got, c(NA, "Beijing", NA, NA, NA, NA))
  seen <- tryCatch(match_province(x), ccdpanel_warning_unmatched = function(w) w)
  expect_identical(seen$unmatched$string, c("Shannxi", "National {total}", ""))
  expect_identical(seen$unmatched$count, c(2L, 1L, 1L))
  expect_identical(seen$unmatched$near[1], "Shanxi or Shaanxi")
  expect_match(conditionMessage(seen), "4 values of `x` match no province", fixed = TRUE)
  expect_match(conditionMessage(seen), "Shannxi", fixed = TRUE)
  expect_warning(match_province(c(99, 11)), "\"99\" (1)", fixed = TRUE)
  expect_warning(match_province("\u5168\u56fd"), class = "ccdpanel_warning_unmatched")
  expect_warning(match_province(paste0("x", 1:12)), "and 2 more", fixed = TRUE)
})

test_that("a missing value is no mistake", {
  expect_silent(got <- match_province(c(NA, NA)))
  expect_identical(got, c(NA_character_, NA_character_))
})

test_that("wrong arguments", {
  expect_error(
    match_province("Beijing", to = "province"), "must be one of", class = "ccdpanel_error_choice"
  )
  expect_error(match_province("Beijing", to = 1), class = "ccdpanel_error_choice")
  expect_error(match_province(list("Beijing")), "names or codes", class = "ccdpanel_error_type")
})

test_that("a city is no province, but for the four municipalities", {
  lost <- c(
    "\u5409\u6797\u5e02", "Jilin City", "jilin shi", "City of Jilin", "\u77f3\u5bb6\u5e84",
    "\u77f3\u5bb6\u5e84\u5e02", "Jilin Municipality"
  )
  expect_warning(got <- match_province(lost), class = "ccdpanel_warning_unmatched")
  expect_identical(got, rep(NA_character_, 7))
  kept <- c(
    "\u5409\u6797\u7701", "\u5409\u6797", "Jilin", "\u5317\u4eac\u5e02", "Beijing City",
    "Chongqing Shi", "Tianjin Municipality", "Shanghai Municipality"
  )
  expect_identical(match_province(kept), c(
    "Jilin", "Jilin", "Jilin", "Beijing", "Beijing", "Chongqing", "Tianjin", "Shanghai"
  ))
})

test_that("the same place has one key, a province and the city of its name two", {
  expect_identical(
    place_key(c("\u77f3\u5bb6\u5e84\u5e02", " \u77f3\u5bb6\u5e84")), rep("\u77f3\u5bb6\u5e84", 2)
  )
  expect_identical(place_key("\u5409\u6797\u7701"), "\u5409\u6797\u7701")
  expect_identical(place_key("\u676d\u5dde"), "\u676d\u5dde")
  expect_identical(place_key(c("Jilin  City", "jilin")), rep("jilin", 2))
})

test_that("codes that bear labels are what the labels say", {
  x <- structure(
    c(2, 1, NA), labels = c(Beijing = 1, Hebei = 2), class = c("haven_labelled", "vctrs_vctr")
  )
  expect_identical(match_province(x), c("Hebei", "Beijing", NA))
  expect_identical(match_province(c(13, 11)), c("Hebei", "Beijing"))
})

test_that(
  "the figures of tones tell Shaanxi from Shanxi, and one that may be a footnote's does not", {
  expect_identical(match_province(c("Shan1xi1", "shan3xi1", "Shanxi1", "Shan3 Xi")), c(
    "Shanxi", "Shaanxi", "Shanxi", "Shaanxi"
  ))
  expect_warning(
    expect_identical(match_province(c("Shanxi3", "Shanxi (3)")), c(NA, "Shanxi")),
    "near Shanxi or Shaanxi", class = "ccdpanel_warning_unmatched"
  )
})

test_that("marks of footnotes are no part of a name in either language", {
  expect_identical(match_province(c("Shaanxi*", "\u9655\u897f*", "\u5317\u4eac\u2460")), c(
    "Shaanxi", "Shaanxi", "Beijing"
  ))
})

test_that("Pinyin with the kind of division is understood with blanks and without", {
  expect_identical(
    match_province(c(
      "NeiMengGu zizhiqu", "neimengguzizhiqu", "guangxizhuangzuzizhiqu", "Ningxia Huizu Zizhiqu",
      "Xinjiang Weiwuer Zizhiqu", "xizangzizhiqu", "heilongjiangsheng", "beijingshi", "Jilinsheng"
    )),
    c("Inner Mongolia", "Inner Mongolia", "Guangxi", "Ningxia", "Xinjiang", "Tibet",
      "Heilongjiang", "Beijing", "Jilin")
  )
  # A city is none.
  expect_warning(
    expect_true(all(is.na(match_province(c("jilinshi", "hebeishi", "zizhiqu", letters))))),
    "and 19 more", class = "ccdpanel_warning_unmatched"
  )
})
