table <- written("table")
cells <- written("cells")
fit <- written("fit")

test_that("HTML is a page by itself, with caption, note and nothing to fetch or run", {
  text <- paste(readLines(
    save_table(table, tempfile(fileext = ".html")), encoding = "UTF-8"
  ), collapse = "\n")
  expect_true(all(vapply(cells, function(x) grepl(paste0(">", x, "<"), text, fixed = TRUE), NA)))
  expect_match(text, "<caption.*Output &amp; highways")
  expect_match(text, "clustered by state", fixed = TRUE)
  expect_no_match(text, "src=|href=|<script|url\\(|@import")
  expect_match(text, "^<!DOCTYPE html>")
  long <- regression_table(
    "a head that is much longer than the numbers below it and is broken" = fit,
    "another head that is much longer than what is below" = fit
  )
  wide <- paste(readLines(save_table(long, tempfile(fileext = ".html"))), collapse = "\n")
  widths <- as.numeric(regmatches(wide, gregexpr(
    "(?<=<col style=\"width:)[0-9.]+(?=in)", wide, perl = TRUE
  ))[[1]])
  # Three columns on the 6.27 inches between the margins of A4
  expect_length(widths, 3)
  expect_lte(sum(widths), 6.28)
  chinese <- save_table(regression_table(fit, language = "zh"), tempfile(fileext = ".html"))
  expect_match(
    paste(readLines(chinese, encoding = "UTF-8"), collapse = ""), "\u89c2\u6d4b\u503c", fixed = TRUE
  )
})

test_that("HTML: the title of the page is text", {
  path <- tempfile(fileext = ".html")
  hostile <- data.frame(a = "<b>x</b>", b = "`<u>`{=html}")
  save_table(hostile, path, title = "x</title><script>y</script> & z", note = "<i>n</i>")
  page <- paste(readLines(path, encoding = "UTF-8"), collapse = "\n")
  expect_match(
    page, "x&lt;/title&gt;&lt;script&gt;y&lt;/script&gt; &amp; z</title>", fixed = TRUE
  )
  expect_no_match(page, "<script>|<b>x|<i>n|<u>")
})
