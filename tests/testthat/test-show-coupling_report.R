# The report is rendered, read back, and holds the objects' numbers.

skip_if_not_installed("rmarkdown")
skip_if_not_installed("knitr")
skip_if_not(rmarkdown::pandoc_available("1.14"), "pandoc")

path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")

panel <- c("state", "year")

models <- list(
  FE = economy ~ infrastructure | state + year, Log = log(output) ~ log(highways) + D | state
)

# The lines of a page without its pictures, and the text cells of its tables.
without_pictures <- function(lines) lines[!grepl("data:", lines, fixed = TRUE)]

page_lines <- function(file) without_pictures(readLines(file, encoding = "UTF-8", warn = FALSE))

html_cells <- function(file) {
  cells <- strsplit(paste(page_lines(file), collapse = "\n"), "</td>", fixed = TRUE)[[1]]
  trimws(gsub("<[^>]*>", "", gsub("\n", " ", sub("^.*<td", "<td", cells), fixed = TRUE)))
}

three <- function(x) formatC(x, digits = 3, format = "f")

holds <- function(cells, report) {
  expect_true(all(three(report$tables$weights$weight) %in% cells))
  expect_true(all(three(report$tables$time$D) %in% cells))
  expect_true(all(three(report$tables$wide$average) %in% cells))
  expect_true(all(three(report$tables$region$D) %in% cells))
  expect_true(all(Filter(nzchar, report$tables$models$FE) %in% cells))
}

# A page takes seconds to write: one without pictures, of an awkward title and author, is looked at
# by three tests.
awkward <- local({
  made <- NULL
  function() {
    if (!is.null(made)) return(made)
    file <- tempfile(fileext = ".html")
    on.exit(unlink(file))
    report <- coupling_report(
      subset(state_capital, region == "Northeast" & year > 1984), path, panel, file,
      pictures = FALSE, author = "me\"\nparams: !r 6 * 7 A & B 's' ... http://a.b/c_d",
      title = "x</title><script>y</script>\n---\n\n`r 6 * 7` !r 6 * 7 The \"new\" *index* <b> ($)"
    )
    made <<- list(report = report, lines = readLines(file, encoding = "UTF-8", warn = FALSE))
    made
  }
})

test_that("HTML: the tables are the objects' numbers, which are those of the single calls", {
  file <- tempfile(fileext = ".html")
  some <- subset(state_capital, state %in% unique(state)[1:12] & year > 1979)
  report <- coupling_report(some, path, panel, file, region = "region", models = models)
  cc <- coupling(composite_index(some, indicator_sheet(path), panel, keep = "region"))
  expect_equal(report$cc$D, cc$D)
  expect_equal(report$tables$time$D, summary(cc)$D)
  expect_equal(report$tables$wide, wide_table(cc, "D"))
  data <- cbind(some, economy = cc$economy, infrastructure = cc$infrastructure)
  fit <- fe_reg(models$FE, data, vcov = ~state)
  expect_equal(coef(report$models$FE), coef(fit))
  expect_equal(vcov(report$models$FE), vcov(fit))
  expect_equal(
    as.numeric(sub("\\*+", "", report$tables$models$FE[2])), coef(fit)[["infrastructure"]],
    tolerance = 1e-3
  )
  cells <- html_cells(file)
  holds(cells, report)
  expect_true(any(grepl("Shannon 1948", page_lines(file), fixed = TRUE)))
  expect_false(any(grepl("src=\"http", page_lines(file), fixed = TRUE)))
  if (requireNamespace("ggplot2", quietly = TRUE)) {
    # Before the source pandoc 3 writes roles and labels.
    pictures <- grepl("<img [^>]*src=\"data:image", readLines(file, warn = FALSE))
    expect_equal(sum(pictures), 5)
  }
  expect_output(print(report), "infrastructure and economy")
  expect_false(any(grepl("<img", awkward()$lines, fixed = TRUE)))
  expect_identical(awkward()$report$tables$time$year, 1985:1986)
})

test_that("Word: read back, the same numbers", {
  for (package in c("officer", "xml2")) skip_if_not_installed(package)
  file <- tempfile(fileext = ".docx")
  few <- subset(state_capital, state %in% unique(state)[1:6] & year > 1982)
  report <- coupling_report(
    few, path, panel, file, region = "region", models = models[1], title = "States",
    author = "Somebody"
  )
  found <- word_text(file)
  holds(found$cells, report)
  expect_true("States" %in% found$paragraphs)
  expect_true(all(c(
    "Table 1. Indicators and their weights", "Table 9. Models",
    "Figure 1. Weights of the indicators", "Figure 5. Level of D by unit, first and last time"
  ) %in% found$paragraphs))
  headings <- words_of("report", "en")[c(
    "methods", "weights", "indices", "coupling", "obstacles", "models", "software"
  )]
  expect_identical(found$paragraphs[found$style %in% "Heading1"], unname(headings))
  expect_length(grep("media/.*png$", utils::unzip(file, list = TRUE)$Name), 5)
  expect_true(any(grepl("6 values of state", unlist(found))))
})

test_that("Chinese, gaps, a system of equations, and units without tiles", {
  sim <- simulate_provinces(1)
  sim <- sim[sim$province %in% unique(sim$province)[1:10], ]
  sim$rd_personnel[c(5, 20)] <- NA
  sim$province <- paste("unit", sim$province)
  sheet <- suppressMessages(indicator_sheet(system.file(
    "extdata", "sheet_gu.csv", package = "ccdpanel"
  )))
  file <- tempfile(fileext = ".html")
  models <- list(list(
    productivity = productivity ~ manufacturing + log(research),
    manufacturing = manufacturing ~ productivity + green
  ))
  # the data have a column of that name, too
  expect_error(
    suppressMessages(coupling_report(
      sim, sheet, c("province", "year"), file, models = models, language = "zh"
    )),
    "\"productivity\".*suffix",
    class = "ccdpanel_error_name"
  )
  sim$productivity <- NULL
  report <- suppressMessages(coupling_report(
    sim, sheet, c("province", "year"), file, models = models, language = "zh"
  ))
  expect_s3_class(report$models[[1]], "system_reg")
  text <- paste(page_lines(file), collapse = " ")
  expect_match(text, "\u8026\u5408\u534f\u8c03\u5ea6", fixed = TRUE)
  expect_match(
    text, "1\u4e2a\u6307\u6807\uff08rd_personnel\uff09\u76842\u4e2a\u7f3a\u5931\u503c", fixed = TRUE
  )
  expect_match(text, words_of("report", "zh")[["no_map"]], fixed = TRUE)
  expect_true(all(levels(report$cc$stage) %in% class_names("ten", "zh")))
  expect_true(all(three(report$tables$time$D) %in% html_cells(file)))
  expect_error(
    coupling_report(sim, sheet, c("province", "year"), file, gaps = "error"),
    class = "ccdpanel_error_missing"
  )
})

test_that("a Chinese report names provinces, regions and columns in Chinese", {
  data <- data.frame(province = c("Beijing", "Shanghai"), region4 = c("East", "Central"), D = 0.5)
  text <- as.character(shown_table(data, "x", "html", "zh"))
  for (word in c("\u5317\u4eac", "\u4e0a\u6d77", "\u4e1c\u90e8", "\u5730\u533a", "\u7701\u4efd")) {
    expect_match(text, word, fixed = TRUE, all = FALSE)
  }
  expect_no_match(paste(text, collapse = ""), "Beijing", fixed = TRUE)
})

test_that("another country's regions keep their names in a Chinese report", {
  data <- data.frame(region = c("Midwest", "South", "West", "Northeast"), D = 0.5)
  text <- paste(as.character(shown_table(data, "x", "html", "zh")), collapse = "")
  for (word in c("West", "Northeast", "\u5730\u533a")) expect_match(text, word, fixed = TRUE)
  expect_identical(head_words(c("year", data$region), "zh"), c("\u5e74\u4efd", data$region))
  expect_identical(
    head_words(c("year", "average", "East", "West"), "zh"),
    c("\u5e74\u4efd", "\u5747\u503c", "\u4e1c\u90e8", "\u897f\u90e8")
  )
})

test_that("a bar over the steps, and errors", {
  expect_error(coupling_report(state_capital, path, panel, "x.pdf"), class = "ccdpanel_error_file")
  expect_error(
    coupling_report(state_capital, path, panel, tempfile(fileext = ".html"), models = 3),
    class = "ccdpanel_error_models"
  )
  expect_error(
    coupling_report(state_capital, path, panel, tempfile(fileext = ".html"), models = list(3)),
    class = "ccdpanel_error_models"
  )
  expect_error(
    coupling_report(state_capital, path, panel, tempfile(fileext = ".html"), language = "de"),
    class = "ccdpanel_error_choice"
  )
  step <- report_progress(TRUE)
  expect_no_error({
    step("one")
    step(NULL)
  })
})

test_that(
  paste0(
    "names that Markdown would read stay as they are; wrong options are named; simulated ",
    "data are called so"
  ),
  {
  few <- subset(state_capital, year > 1984)
  file <- tempfile(fileext = ".html")
  text <- paste(without_pictures(awkward()$lines), collapse = " ")
  expect_match(text, "The &quot;new&quot; *index* &lt;b&gt; ($)", fixed = TRUE)
  expect_match(text, "A &amp; B", fixed = TRUE)
  expect_no_match(text, "SIMULATED", fixed = TRUE)
  expect_error(
    coupling_report(few, path, panel, file, region = "zz"), "`region`",
    class = "ccdpanel_error_column"
  )
  expect_error(
    coupling_report(few, path, panel, file, index = list(zz = 1)), "zz",
    class = "ccdpanel_error_argument"
  )
  expect_error(
    coupling_report(few, path, panel, file, gaps = "zz"), class = "ccdpanel_error_choice"
  )
  expect_match(
    methods_text(
      list(filled = 0L), state_index()[-1, ], coupling(state_index()[-1, ]), list(), NULL, "en",
      TRUE
    ),
    "SIMULATED.*815 rows.*unbalanced"
  )
})

test_that("title and author are text between YAML's quotes, whatever they hold", {
  expect_identical(plain_markdown("a\n---\nb: \"c\""), "a &#45;&#45;- b: &#34;c&#34;")
  skip_if_not(rmarkdown::pandoc_available("1.14"))
  path <- tempfile(fileext = ".html")
  few <- subset(state_capital, region == "Northeast" & year > 1983)
  sheet <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
  report <- function(...) {
    coupling_report(few, sheet, c("state", "year"), path, pictures = FALSE, ...)
  }
  page <- paste(awkward()$lines, collapse = "\n")
  expect_match(
    page, paste(
      "<title>x&lt;/title&gt;&lt;script&gt;y&lt;/script&gt; --- `r 6 * 7` !r 6 * 7",
      "The &quot;new&quot; *index* &lt;b&gt; ($)</title>"
    ),
    fixed = TRUE
  )
  expect_match(page, "me\"|me&quot; params: !r 6 \\* 7 A &amp; B")
  expect_no_match(page, "<script>y")
  # Pandoc's smart quotes, dashes and dots, and its links, are not what was typed.
  expect_match(page, "A &amp; B (?:'|&#39;)s(?:'|&#39;) [.]{3} http://a[.]b/c_d", perl = TRUE)
  expect_error(report(title = c("a", "b")), class = "ccdpanel_error_type")
  expect_error(report(author = 1), class = "ccdpanel_error_type")
})

test_that("a sheet that would run R is refused before anything of the report is made", {
  marker <- tempfile()
  sheet <- data.frame(
    system = c("a", "b"), dimension = "d", indicator = c("x", "highways"), direction = "+",
    derive = c(sprintf("file.create('%s')", marker), NA)
  )
  few <- subset(state_capital, year > 1983)
  path <- tempfile(fileext = ".html")
  expect_error(
    coupling_report(few, sheet, c("state", "year"), path), class = "ccdpanel_error_derive"
  )
  class(sheet) <- c("indicator_sheet", "data.frame")
  expect_error(
    coupling_report(few, sheet, c("state", "year"), path), class = "ccdpanel_error_derive"
  )
  expect_false(file.exists(marker) || file.exists(path))
})

test_that("labels stand in tables and in the methods, and a map takes the place of the tiles", {
  skip_if_not_installed("sf")
  skip_if_not_installed("ggplot2")
  few <- subset(state_capital, state %in% c("Maine", "Ohio") & year > 1983)
  square <- function(x) {
    sf::st_polygon(list(cbind(c(x, x + 1, x + 1, x, x), c(0, 0, 1, 1, 0))))
  }
  map <- sf::st_sf(name = c("Maine", "Ohio"), geometry = sf::st_sfc(square(0), square(2)))
  file <- tempfile(fileext = ".html")
  report <- coupling_report(few, path, panel, file,
    map = map, labels = c(infrastructure = "Roads and pipes", highways = "Road stock"),
    models = list(economy ~ infrastructure)
  )
  expect_match(report$methods, "Roads and pipes", fixed = TRUE)
  cells <- html_cells(file)
  expect_true(all(c("Roads and pipes", "Road stock") %in% cells))
  expect_false("infrastructure" %in% cells)
  expect_error(
    coupling_report(few, path, panel, file, map = 1), class = "ccdpanel_error_map"
  )
  expect_error(
    coupling_report(few, path, panel, file, labels = "x"), class = "ccdpanel_error_labels"
  )
})
