skip_if_not_installed("ggplot2")

printed <- function() {
  data.frame(unit = c("a", "b", "c"), average = c("0.41", "0.39", "0.12"), rank = c("1", "3", "2"))
}

test_that("each row and check has its worst verdict", {
  a <- audit_ranks(printed(), average = "average", rank = "rank", unit = "unit")
  p <- ggplot2::autoplot(a)
  drawn(p)
  lines <- as.data.frame(a)
  for (i in which(!is.na(lines$row))) {
    cell <- p$data[p$data$where == lines$row[i] & p$data$check == lines$check[i], ]
    worst <- c("consistent", "undetermined", "inconsistent")
    verdicts <- lines$verdict[which(lines$row == lines$row[i] & lines$check == lines$check[i])]
    expect_identical(as.character(cell$verdict), worst[max(match(verdicts, worst))])
  }
  expect_true("inconsistent" %in% p$data$verdict)
})

test_that("a picture in Chinese has Chinese checks, rows and title, and labels come first", {
  skip_if(is.na(chinese_font()))
  a <- audit_ranks(printed(), average = "average", rank = "rank")
  p <- ggplot2::autoplot(a, language = "zh", labels = c("rank by the average" = "R"))
  axes <- drawn(p)$layout$panel_params[[1]]
  expect_identical(p$labels$title, "\u5747\u503c\u3001\u6392\u540d\u4e0e\u540d\u79f0\u6838\u67e5")
  expect_identical(as.vector(axes$x$get_labels()), c("\u53d6\u503c\u5728[0, 1]\u5185", "R"))
  expect_identical(
    rev(as.vector(axes$y$get_labels())),
    c("\uff08\u5168\u8868\uff09", paste0("\u7b2c", 1:3, "\u884c"))
  )
  expect_identical(levels(p$data$check)[2], "rank by the average")
})

test_that("signs stand for what colours say", {
  a <- audit_ranks(printed(), average = "average", rank = "rank", unit = "unit")
  built <- drawn(p <- ggplot2::autoplot(a))
  expect_identical(built$data[[2]]$label == "x", p$data$verdict == "inconsistent")
  expect_match(p$labels$caption, "x: inconsistent")
})

test_that("the rows are those of the print, the table as a whole on top", {
  table <- printed()
  table$v <- c("0.41", "0.39", "0.12")
  p <- ggplot2::autoplot(audit_ranks(
    table, values = "v", average = "average", rank = "rank", unit = "unit"
  ))
  expect_identical(
    rev(drawn(p)$layout$panel_params[[1]]$y$get_labels()), c("(table)", "a", "b", "c")
  )
})
