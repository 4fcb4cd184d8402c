read_lines_of <- function(...) {
  path <- file.path(tempfile("blocks"), "x.csv")
  dir.create(dirname(path))
  writeBin(charToRaw(enc2utf8(paste0(paste(c(...), collapse = "\n"), "\n"))), path)
  suppressMessages(read_panel(path))
}

block <- function(place, head, first, ...) {
  c(
    paste0(place, ",,"), ..., head, paste0("GDP(\u4ebf\u5143),", first, ",", first + 1),
    paste0("\u4eba\u53e3(\u4e07\u4eba),", first + 10, ",", first + 11)
  )
}

test_that("units below each other, each with the heads again, are one table", {
  head <- "\u6307\u6807,2018\u5e74,2019\u5e74"
  expected <- c(1, 2, 5, 6)
  for (lines in list(
    c(block("\u5317\u4eac", head, 1), block("\u5929\u6d25", head, 5)),
    c(
      block("\u5730\u533a\uff1a\u5317\u4eac\u5e02", head, 1), ",,",
      block("\u5730\u533a\uff1a\u5929\u6d25\u5e02", head, 5)
    ),
    unlist(lapply(1:2, function(i) {
      c(
        "\u6570\u636e\u5e93\uff1a\u5206\u7701\u5e74\u5ea6\u6570\u636e,,", block(
          c("\u5730\u533a\uff1a\u5317\u4eac\u5e02", "\u5730\u533a\uff1a\u5929\u6d25\u5e02")[i],
          head, 4 * i - 3,
          "\u65f6\u95f4\uff1a\u6700\u8fd12\u5e74,,"
        ),
        "\u6570\u636e\u6765\u6e90\uff1a\u56fd\u5bb6\u7edf\u8ba1\u5c40,,"
      )
    }))
  )) {
    x <- read_lines_of(lines)
    expect_identical(x$province, rep(c("Beijing", "Tianjin"), each = 2))
    expect_identical(as.vector(x$year), rep(2018:2019, 2))
    expect_identical(as.vector(x$GDP), expected)
    expect_identical(as.vector(x[["\u4eba\u53e3"]]), expected + 10)
    expect_identical(attr(x, "indicators")$unit, c("\u4ebf\u5143", "\u4e07\u4eba"))
  }
})

test_that("heads that differ, or a unit that comes again, are left as they stand", {
  grid_of_blocks <- function(...) {
    rows <- strsplit(c(...), ",", fixed = TRUE)
    new_grid("x.csv", NA_character_, t(vapply(rows, function(r) c(r, "", "")[1:3], character(3))))
  }
  one <- "\u6307\u6807,2018,2019"
  for (grid in list(
    grid_of_blocks(
      block("\u5317\u4eac", one, 1), block("\u5929\u6d25", "\u6307\u6807,2019,2020", 5)
    ),
    grid_of_blocks(block("\u5317\u4eac", one, 1), block("\u5317\u4eac", one, 5)),
    grid_of_blocks(one, "\u5317\u4eac,1,2", "\u5929\u6d25,3,4"),
    grid_of_blocks("\u5317\u4eac", "a,1,2")
  )) {
    expect_identical(repeated_heads(grid), grid)
  }
})
