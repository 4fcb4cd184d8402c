skip_if_not_installed("ggplot2")

# Replaces a function of the package for the rest of a test.
pretend <- function(name, value, env = parent.frame()) {
  space <- asNamespace("ccdpanel")
  old <- get(name, space)
  put <- function(f) {
    unlockBinding(name, space)
    assign(name, f, space)
    lockBinding(name, space)
  }
  put(value)
  do.call(on.exit, list(substitute(put(old), list(put = put, old = old)), add = TRUE), envir = env)
}

no_font <- function() list(all = c("DejaVu Sans", "Liberation Serif"), chinese = character())
one_font <- function() {
  list(all = c("DejaVu Sans", "SimHei", "WenQuanYi Micro Hei"), chinese = character())
}

china <- function(language = "en") {
  d <- data.frame(
    province = rep(c("Beijing", "Inner Mongolia", "Shaanxi"), each = 2), year = rep(2020:2021, 3),
    p = c(.1, .2, .5, .6, .9, .8), q = c(.3, .2, .4, .6, .7, .9)
  )
  coupling(d, c("p", "q"), c("province", "year"), language = language)
}

texts <- function(p, aesthetic = "label") unlist(lapply(drawn(p)$data, `[[`, aesthetic))

test_that(
  "a font that has Chinese letters is chosen in order of print quality, and named in the picture", {
  pretend("installed_families", one_font)
  expect_identical(chinese_font(), "WenQuanYi Micro Hei")
  p <- ggplot2::autoplot(china(), type = "map", language = "zh")
  expect_identical(p$theme$text$family, "WenQuanYi Micro Hei")
  withr_options(list(ccdpanel.font = "My Own Song"), environment())
  expect_identical(chinese_font(), "My Own Song")
})

test_that("without a font one message says which to install, and the picture is in English", {
  pretend("installed_families", no_font)
  told <- testthat::capture_messages(p <- ggplot2::autoplot(china("zh"), type = "heatmap"))
  expect_length(told, 1)
  expect_match(told, "Noto Sans CJK SC or WenQuanYi Micro Hei")
  expect_message(ggplot2::autoplot(china("zh")), class = "ccdpanel_message_font")
  expect_identical(p$theme$text$family, "")
  expect_identical(levels(p$data$stage), class_names("ten", "en"))
  expect_identical(p$labels$x, "year")
  # A label that cannot be drawn is left out, one that can stays.
  labels <- c(year = "\u5e74", province = "Province")
  expect_message(
    q <- ggplot2::autoplot(china(), type = "levels", labels = labels), "boxes",
    class = "ccdpanel_message_font"
  )
  expect_identical(q$labels[c("x", "y")], list(x = "year", y = "number of units (Province)"))
})

test_that("Chinese names of provinces become English where they cannot be drawn", {
  pretend("installed_families", no_font)
  d <- data.frame(province = provinces$zh[1:3], year = 2020, p = c(.1, .5, .9), q = .5)
  cc <- coupling(d, c("p", "q"), c("province", "year"))
  expect_message(p <- ggplot2::autoplot(cc, type = "heatmap"), class = "ccdpanel_message_font")
  expect_setequal(
    drawn(p)$layout$panel_params[[1]]$y$get_labels(), c("Beijing", "Tianjin", "Hebei")
  )
})

test_that("a picture in English asks for no font", {
  pretend("installed_families", no_font)
  expect_silent(p <- ggplot2::autoplot(china()))
  expect_identical(p$theme$text$family, "")
})

test_that("Chinese: stages, provinces, columns and own labels", {
  pretend("installed_families", one_font)
  p <- ggplot2::autoplot(china(), type = "map", language = "zh", labels = c(D = "\u534f\u8c03"))
  # GB/T 2260 short names of the three, in the squares.
  expect_true(all(c("\u5317\u4eac", "\u5185\u8499\u53e4", "\u9655\u897f") %in% p$data$label))
  expect_identical(p$labels$fill, "\u534f\u8c03")
  expect_identical(
    levels(p$data$stage)[c(1, 10)], c("\u6781\u5ea6\u5931\u8c03", "\u4f18\u8d28\u534f\u8c03")
  )
  q <- ggplot2::autoplot(china("zh"), type = "levels")
  expect_identical(q$labels$x, "\u5e74\u4efd")
  expect_identical(levels(q$data$stage), rev(class_names("ten", "zh")))
})

test_that("a coupling in Chinese has Chinese stages, and its picture may still be English", {
  cc <- china("zh")
  expect_identical(levels(cc$stage), class_names("ten", "zh"))
  expect_identical(as.integer(cc$stage), china()$level)
  expect_identical(levels(summary(cc)$stage), class_names("ten", "zh"))
  expect_identical(
    levels(ggplot2::autoplot(cc, type = "levels", language = "en")$data$stage),
    rev(class_names("ten", "en"))
  )
  expect_error(
    coupling(as.data.frame(cc)[1:4], c("p", "q"), c("province", "year"), language = "fr"),
    class = "ccdpanel_error_choice"
  )
})

test_that("words are filled in and in the picture's language", {
  expect_identical(
    term(list(language = "en"), "interval", level = "95", n = "20"), "95% intervals of 20 replays"
  )
  expect_identical(term(list(language = "zh"), "joined", first = "a", second = "b"), "a\u4e0eb")
  zh <- word_table("pictures")$zh
  expect_true(all(has_chinese(zh)))
})

test_that("a sheet's Chinese labels name its indicators", {
  pretend("installed_families", one_font)
  sheet <- toy_sheet(label = c("\u7532", "plain", "\u4e19", "\u4e01"))
  expect_identical(sheet_labels(sheet, c(w = "own")), c(x = "\u7532", v = "\u4e19"))
})

test_that("pdf() takes a family it has never heard of", {
  family <- "A Family Nobody Has"
  offer_to_pdf(family)
  expect_s3_class(grDevices::pdfFonts(family)[[1]], "CIDFont")
})

test_that("misuse is named", {
  expect_error(ggplot2::autoplot(china(), labels = "D"), class = "ccdpanel_error_labels")
  expect_error(ggplot2::autoplot(china(), language = "de"), class = "ccdpanel_error_choice")
  expect_error(ggplot2::autoplot(china(), tpye = "map"), "tpye", class = "ccdpanel_error_argument")
})

test_that("the families come from fontconfig or systemfonts, where they are", {
  skip_if(
    !nzchar(Sys.which("fc-list")) && !requireNamespace("systemfonts", quietly = TRUE),
    "neither fontconfig nor systemfonts"
  )
  found <- installed_families()
  expect_type(found$all, "character")
  expect_false(any(grepl("[^ -~]", found$chinese)))
  expect_true(all(found$chinese %in% found$all))
})

test_that("names of regions are China's among each other alone", {
  expect_identical(
    in_chinese(c("East", "West", "\u4e2d\u90e8", NA)),
    c("\u4e1c\u90e8", "\u897f\u90e8", "\u4e2d\u90e8", NA)
  )
  expect_identical(in_chinese(c("Midwest", "West", "year")), c("Midwest", "West", "\u5e74\u4efd"))
})

test_that("a name as long as a line is broken, a short one is as it is", {
  words <- list(language = "en", labels = c(x = strrep("share of expenditure ", 6)))
  shown <- call_by(words, c("x", "y\nz"))
  expect_identical(gsub("\n", " ", shown[1]), trimws(words$labels[["x"]]))
  expect_lte(max(nchar(strsplit(shown[1], "\n")[[1]])), 40)
  expect_identical(shown[2], "y\nz")
  skip_if_not(l10n_info()[["UTF-8"]])
  long <- strrep("\u957f\u7684\u540d\u79f0", 10)
  expect_identical(gsub("\n", "", call_by(words, long)), long)
  expect_lte(max(nchar(strsplit(call_by(words, long), "\n")[[1]], "width")), 40)
})
