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

test_that("heads are those of their subject in every regional class, printed and saved", {
  skip_if_not(l10n_info()[["UTF-8"]], "Chinese letters on the screen")
  old <- options(ccdpanel.language = "zh", width = 500)
  on.exit(options(old))
  d <- regional_toy()
  panel <- c("unit", "year")
  units <- unique(d$unit)
  near <- 1 * (abs(outer(seq_along(units), seq_along(units), "-")) == 1)
  dimnames(near) <- list(units, units)
  w <- spatial_weights(near)
  q <- inequality(d, "y", panel = panel, by = "group", boot = 9, seed = 1)
  chain <- transition_matrix(d, "y", panel = panel, classes = 2, boot = 9, seed = 1)
  local <- local_moran(d, "y", w = w, panel = panel, draws = 9, seed = 1)
  moran <- moran_test(d, "y", w = w, panel = panel, draws = 9, seed = 1)
  grey <- suppressMessages(grey_forecast(d, "y", panel = panel, force = TRUE))
  results <- list(
    w, q, chain, local, moran, grey,
    convergence_test(d, "y", panel = panel, type = "sigma", by = "group"),
    convergence_test(d, "y", panel = panel)
  )
  # first and second of a comparison; a total effect; from and to of a span
  others <- words_of("columns", "zh")[c("first", "from", "to")]
  others <- c(others, words_of("cells", "zh")[["total"]])
  own <- words_of("regional_heads", "zh")
  for (x in c(results, lapply(results, function(x) suppressMessages(summary(x))))) {
    heads <- unlist(strsplit(capture.output(print(x)), "[ ]+"))
    expect_length(intersect(heads, others), 0)
  }
  shown <- capture.output(print(summary(q)))
  head <- grep(own[["first"]], shown, value = TRUE)
  for (word in c("first", "last", "conf.low", "std.error")) expect_match(head, own[[word]])
  expect_true(any(grepl(own[["total"]], shown)))
  saved <- readLines(
    save_table(summary(q)$change, tempfile(fileext = ".md")), encoding = "UTF-8"
  )
  expect_match(saved[1], own[["first"]])
  expect_match(paste(capture.output(print(summary(chain))), collapse = "\n"), own[["from"]])
})

test_that("groups called like words of ours keep their names in tables and prints", {
  panel <- c("unit", "year")
  d <- regional_toy()
  names <- c("lag", "I", "total", "within")
  d$group <- names[match(d$group, unique(d$group))]
  old <- options(ccdpanel.language = "zh", width = 500)
  on.exit(options(old))
  words <- list(language = "zh", labels = NULL)
  expect_identical(own_names(words, names), names)
  expect_identical(own_names(
    list(language = "en", labels = NULL), c(names, "all")
  ), c(names, "all"))
  skip_if_not(l10n_info()[["UTF-8"]], "Chinese letters on the screen")
  q <- convergence_test(d, "y", panel = panel, type = "sigma", by = "group")
  used <- unique(d$group)
  for (x in list(q, summary(q))) {
    said <- unlist(strsplit(capture.output(print(x, n = Inf)), "[ ]+"))
    expect_true(all(used %in% said))
  }
  saved <- readLines(save_table(q, tempfile(fileext = ".md")), encoding = "UTF-8")
  for (name in used) expect_true(any(grepl(paste0("| ", name, " "), saved, fixed = TRUE)))
})

test_that("prints say in full which columns they hide, and leave intervals whole", {
  old <- options(width = 45)
  on.exit(options(old))
  q <- inequality(
    regional_toy(), "y", panel = c("unit", "year"), by = "group", boot = 9, seed = 1
  )
  shown <- capture.output(print(q, digits = 6))
  text <- gsub("\\s+", " ", paste(shown, collapse = " "))
  hidden <- strsplit(sub("^.*\\(not shown: ([^)]*)\\).*$", "\\1", text), ", ")[[1]]
  head <- unlist(strsplit(shown, "[ ]+"))
  expect_setequal(c(intersect(names(q), head), hidden), names(q))
  expect_no_match(text, "[0-9]\\.\\.[0-9]")
})

test_that("more series than a key holds are lines too where times are text", {
  d <- expand.grid(
    unit = sprintf("u%02d", 1:40), time = c("early", "middle", "late"), stringsAsFactors = FALSE
  )
  d$y <- seq_len(nrow(d)) %% 7 + 1
  d$group <- substr(d$unit, 2, 3)
  d$group <- sprintf("g%02d", (as.integer(d$group) - 1) %/% 2)
  q <- suppressMessages(inequality(d, "y", by = "group", panel = c("unit", "time")))
  expect_no_message(built <- drawn(ggplot2::autoplot(q, type = "groups")))
  line <- built$data[[1]]
  expect_identical(max(table(line$PANEL, line$group)), 3L)
})

test_that("convergence, whose p-values are of t, says t where it is written", {
  d <- regional_toy()
  beta <- convergence_test(d, "y", panel = c("unit", "year"))
  # of t with n - 2 degrees of freedom
  expect_equal(beta$p.value, 2 * pt(-abs(beta$statistic), beta$n - 2))
  path <- tempfile(fileext = ".md")
  for (language in c("en", "zh")) {
    save_table(beta, path, language = language)
    head <- strsplit(readLines(path, encoding = "UTF-8")[1], " *[|] *")[[1]]
    own <- words_of("convergence_heads", language)[["statistic"]]
    expect_true(own %in% head)
    expect_false(words_of("regional_heads", language)[["statistic"]] %in% head)
  }
  units <- unique(d$unit)
  near <- 1 * (abs(outer(seq_along(units), seq_along(units), "-")) == 1)
  dimnames(near) <- list(units, units)
  moran <- moran_test(
    d, "y", w = spatial_weights(near), panel = c("unit", "year"), draws = 9, seed = 1
  )
  save_table(moran, path, language = "en")
  expect_match(readLines(path)[1], "| z |", fixed = TRUE)
})

# The words of inst/words/regional_cells.csv, which print() shows, and not those of heads.
test_that("cells have their own words, not those of a head that is called alike", {
  zh <- list(language = "zh", labels = NULL)
  expect_identical(
    regional_names(zh, c("levels", "within", "unit")),
    c("\u539f\u6709\u7c7b\u522b", "\u7ec4\u5185", head_words("unit", "zh"))
  )
})
