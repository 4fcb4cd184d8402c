# The language that results are shown in.

chinese_letters <- function() {
  testthat::skip_if_not(l10n_info()[["UTF-8"]], "the session cannot print Chinese letters")
}

# Every literal that the sources hand to tr(), trf(), count_of() and a preview's title.
translated_literals <- function(files) {
  literals <- function(e) {
    if (is.character(e)) return(e)
    if (!is.call(e)) return(NULL)
    head <- if (is.name(e[[1]])) as.character(e[[1]]) else ""
    inner <- as.list(e)[-1]
    switch(head,
      paste0 = if (all(vapply(inner, is.character, NA))) do.call(paste0, inner),
      `if` = , ifelse = unlist(lapply(inner[-1], literals)),
      c = , `{` = , `(` = unlist(lapply(inner, literals)), `[` = , `[[` = literals(inner[[1]])
    )
  }
  found <- list()
  walk <- function(e) {
    if (is.call(e)) {
      head <- if (is.name(e[[1]])) as.character(e[[1]]) else ""
      at <- c(tr = 2, trf = 2, count_of = 3)[head]
      if (!is.na(at) && length(e) >= at) found <<- c(found, list(literals(e[[at]])))
    }
    if (is.call(e) || is.pairlist(e)) for (x in as.list(e)) if (!missing(x)) walk(x)
  }
  for (file in files) for (e in parse(file, keep.source = FALSE)) walk(e)
  unique(unlist(found))
}

conversions <- function(text) {
  found <- regmatches(text, gregexpr("%[0-9$.*]*[a-z%]", text))
  # The same blank may be filled twice.
  lapply(found, function(x) {
    sort(sub("[0-9]+[$]", "", x[!duplicated(x) | !grepl("$", x, fixed = TRUE)]))
  })
}

test_that("every sentence that is printed has its Chinese, with the same blanks to fill", {
  literals <- translated_literals(
    list.files(file.path(source_folder(), "R"), "[.]R$", full.names = TRUE)
  )
  table <- word_table("prints")
  # Names, numbers and calls of functions are the same in both.
  same <- grepl("^R2$|^[a-z_]+\\(.*\\)$", literals)
  expect_identical(setdiff(literals[!same], c(table$en, "")), character())
  expect_identical(table$en[duplicated(table$en)], character())
  expect_identical(conversions(table$zh), conversions(table$en))
  filled <- grepl("%", table$zh, fixed = TRUE)
  expect_false(any(grepl("%[0-9][$]", table$zh) & grepl("%[sd]", table$zh)))
  expect_gt(sum(filled), 100)
})

test_that("the argument comes before the option, and the option before English", {
  expect_identical(spoken(), "en")
  old <- options(ccdpanel.language = "zh")
  on.exit(options(old))
  expect_identical(spoken(), "zh")
  expect_identical(spoken("en"), "en")
  expect_error(spoken("fr"), class = "ccdpanel_error_choice")
  options(ccdpanel.language = 1)
  expect_error(spoken(), class = "ccdpanel_error_choice")
  expect_error(print(wide_table(coupling(toy_index()), "D")), "ccdpanel.language")
})

test_that("a print in another language leaves the session as it was, and takes no other argument", {
  x <- coupling(toy_index())
  expect_identical(getOption("ccdpanel.language"), NULL)
  invisible(capture.output(print(x, language = "zh")))
  expect_identical(getOption("ccdpanel.language"), NULL)
  expect_error(print(x, langage = "zh"), "language", class = "ccdpanel_error_argument")
  expect_error(print(x, language = "fr"), class = "ccdpanel_error_choice")
})

test_that("Chinese lines are as wide as the screen at most, and no mark begins one", {
  chinese_letters()
  text <- paste(rep("\u56fa\u5b9a\u6548\u5e94\uff0clog(highways)\u3002", 20), collapse = "")
  lines <- wrapped(text, 60, exdent = 2)
  expect_gt(length(lines), 3)
  expect_true(all(nchar(lines, "width") <= 60))
  expect_false(any(grepl("^ *[\uff0c\u3002]", lines)))
  expect_identical(gsub(" ", "", paste(lines, collapse = "")), text)
  expect_identical(wrapped("a b c", 4), strwrap("a b c", 4))
})

# Made once, while the option is Chinese.
made_in_chinese <- local({
  made <- NULL
  function() {
    old <- options(ccdpanel.language = "zh")
    on.exit(options(old))
    if (is.null(made)) made <<- suppressMessages(printable())
    made
  }
})

# Words that are the same in both languages: statistics, methods and tests by their names, and what
# a user types.
international <- c(
  "R2", "VIF", "GVIF", "OLS", "2SLS", "3SLS", "GMM", "SUR", "AHP", "BCa", "TSLS", "iid", "CRITIC",
  "Sargan", "Hansen", "Windmeijer", "Sun", "Abraham", "Oster", "gmm", "iv", "Hausman",
  "Mundlak", "Sobel", "Aroian", "Goodman",
  "McElroy", "Wald",
  "Delta", "Lind", "Mehlum", "Fieller",
  "Kleibergen", "Paap", "rk", "LM", "Stock", "Yogo", "Anderson", "Rubin", "Pearson", "Im",
  "Pesaran",
  "Shin", "Hadri", "reghdfe", "xtreg", "chi", "TOPSIS", "IV", "Signif", "Bootstrap", "rademacher",
  "log", "Intercept", "TRUE", "FALSE", "Inf", "NA", "NW", "lag", "Newey", "West", "dollars",
  "percent", "Welch", "Holm", "SDM", "SAR", "SEM", "SAC", "Lee", "Yu", "rho", "delta", "AIC",
  "sigma2",
  "HC1", "LR", "million", "thousand", "persons", "H0", "SLS", "chi2", "docx", "report", "wide"
)

# Codes by which programs find a test, a method or a choice.
codes <- c(
  "sargan", "hansen_j", "durbin_wu_hausman", "endogeneity_c", "hansen_sargan", "hausman",
  "first_stage_f", "partial_r2", "cragg_donald_f", "kp_lm", "kp_wald_f", "effective_f", "tf",
  "sw_f", "wald", "distance", "chow", "permutation", "gu_table3", "cui_table4", "linear"
)

test_that("nothing that the package prints has an English word in Chinese", {
  chinese_letters()
  made <- made_in_chinese()
  old <- options(ccdpanel.language = "zh")
  on.exit(options(old))
  lines <- readLines(file.path(source_folder(), "NAMESPACE"))
  classes <- sub(
    "^S3method\\(print,(.*)\\)$", "\\1", grep("^S3method\\(print,", lines, value = TRUE)
  )
  expect_setequal(names(made), classes)
  own <- c(
    names(state_capital), unlist(lapply(state_capital[c("state", "region")], unique)),
    unlist(plain_sheet(state_sheet())[c("system", "dimension", "indicator")]), "economy", "roads",
    "Without_West"
  )
  known <- c(international, codes, unlist(strsplit(own, " ")))
  for (class in setdiff(names(made), c("simulated_provinces", "fe_formula"))) {
    if (is.null(made[[class]])) next
    text <- capture.output(print(made[[class]]))
    steps <- grep("^\u4e0b\u4e00\u6b65", text)
    if (length(steps)) text <- text[seq_len(steps[1] - 1)]
    # What is between brackets of a call, or is one, a user types.
    text <- gsub("[A-Za-z_.]+\\([^()]*(\\([^()]*\\))?[^()]*\\)|`[^`]*`|x(\\$|\\[)[^ ]*", "", text)
    words <- unlist(regmatches(text, gregexpr("[A-Za-z][A-Za-z0-9_]+", text)))
    expect_identical(setdiff(words, known), character(), info = class)
  }
})

test_that("no table that is written in Chinese has an English head", {
  chinese_letters()
  made <- made_in_chinese()
  tables <- made[vapply(made, function(x) is.data.frame(x) && nrow(x) > 0 && ncol(x) > 0, NA)]
  expect_gt(length(tables), 20)
  own <- c(names(state_capital), "infrastructure", "economy", codes, names(simulate_provinces(1)))
  for (class in setdiff(names(tables), "simulated_provinces")) {
    file <- save_table(tables[[class]], tempfile(fileext = ".md"), language = "zh")
    lines <- readLines(file, encoding = "UTF-8")
    unlink(file)
    head <- gsub("\\", "", lines[grep("^[|]", lines)[1]], fixed = TRUE)
    head <- unlist(regmatches(head, gregexpr("[A-Za-z][A-Za-z0-9_]+", head)))
    expect_identical(setdiff(head, c(international, own)), character(), info = class)
  }
})

# What is written in a picture, wherever it stands.
picture_texts <- function(grob) {
  own <- if (inherits(grob, "text")) as.character(unlist(grob$label))
  c(own, unlist(lapply(c(unclass(grob$children), grob$grobs), picture_texts)))
}

test_that("no picture that is drawn in Chinese has an English word", {
  chinese_letters()
  skip_if_not_installed("ggplot2")
  skip_if(is.na(chinese_font()), "no font with Chinese letters")
  made <- made_in_chinese()
  old <- options(ccdpanel.language = "zh")
  on.exit(options(old))
  lines <- readLines(file.path(source_folder(), "NAMESPACE"))
  classes <- sub(
    "^S3method\\((plot|ggplot2::autoplot),(.*)\\)$", "\\2",
    grep("^S3method\\((plot|ggplot2::autoplot),", lines, value = TRUE)
  )
  own <- c(
    names(state_capital), unlist(lapply(state_capital[c("state", "region")], unique)),
    us_state_tiles$abbreviation, unlist(plain_sheet(state_sheet())[c("system", "dimension")]),
    "economy", "roads", "Without_West", "sqrt"
  )
  known <- c(international, codes, unlist(strsplit(own, " ")))
  drawn <- character()
  for (class in names(made)) {
    x <- made[[class]]
    if (!inherits(x, classes)) next
    picture <- if (class == "grey_forecast") {
      ggplot2::autoplot(x, units = c("Texas", "Ohio"))
    } else if (class == "lazy_result") {
      next
    } else {
      suppressMessages(ggplot2::autoplot(x))
    }
    texts <- suppressWarnings(picture_texts(ggplot2::ggplotGrob(picture)))
    words <- unlist(regmatches(texts, gregexpr("[A-Za-z][A-Za-z0-9_]+", texts)))
    expect_identical(setdiff(words, known), character(), info = class)
    expect_true(any(grepl("[\u4e00-\u9fff]", texts)), info = class)
    drawn <- c(drawn, class)
  }
  expect_gt(length(drawn), 18)
})

# A Chinese symbol is translated into the locale's letters as the function that has it is loaded.
test_that("names in code are ASCII: in the C locale others warn on the first call", {
  namespace <- asNamespace("ccdpanel")
  symbols <- function(e) {
    if (is.symbol(e)) return(as.character(e))
    if (is.function(e)) return(c(names(formals(e)), symbols(as.list(formals(e))), symbols(body(e))))
    if (!is.call(e) && !is.pairlist(e) && !is.list(e)) return(character())
    c(names(e), unlist(lapply(as.list(e), symbols)))
  }
  found <- unlist(lapply(ls(namespace, all.names = TRUE), function(name) {
    value <- get(name, namespace)
    if (is.function(value)) symbols(value)
  }))
  expect_gt(length(found), 1000)
  expect_identical(unique(found[grepl("[^ -~]", found)]), character())
  expect_true(all(c("f", "an argument") %in% symbols(quote(f("an argument" = 1)))))
})
