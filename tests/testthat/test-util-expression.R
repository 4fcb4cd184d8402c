arithmetic <- function(text) {
  read_expression(text, arithmetic_functions(), function(why) stop(why, call. = FALSE))
}
value <- function(text, ...) run_expression(arithmetic(text), list(...), arithmetic_functions())

test_that("an expression is worked out as arithmetic is", {
  expect_identical(value("2 + 3 * (a - 1) ^ 2 / -b", a = 4, b = 9), -1)
  expect_identical(value("-a", a = c(1, 2)), c(-1, -2))
  expect_identical(arithmetic("a + b + a")$variables, c(a = "a", b = "b"))
})

test_that("names of any letters go through the parser in any locale", {
  output <- "\u4ea7\u51fa"
  text <- paste0(output, " / `", output, " (2)` + c")
  read <- arithmetic(text)
  expect_setequal(read$variables, c(output, paste0(output, " (2)"), "c"))
  values <- stats::setNames(list(6, 3, 1), c(output, paste0(output, " (2)"), "c"))
  expect_identical(run_expression(read, values, arithmetic_functions()), 3)
  # names that look like stand-ins are names
  expect_identical(value("`.v1.` + .v1. + .vv1.", .v1. = 2, .vv1. = 3), 7)
})

test_that("whatever is no arithmetic is named, and nothing of it runs", {
  ran <- FALSE
  probe <<- function(...) ran <<- TRUE
  on.exit(rm(probe, envir = globalenv()))
  bad <- function(text, piece) expect_error(arithmetic(text), piece, fixed = TRUE)
  bad("probe()", "probe() is not of its language")
  bad("a + probe(a)", "probe(a) is not of its language")
  bad("`probe`(a)", "probe")
  bad("\"probe\"(a)", "it holds \"")
  bad("'probe'(a)", "it holds '")
  bad("base::identity(a)", "base::identity is called")
  bad("base::`+`(a, 1)", "is called, and is no name")
  bad("(function(x) x)(a)", "is called, and is no name")
  bad("(probe)(a)", "is called, and is no name")
  bad("a(b)(c)", "is called, and is no name")
  bad("function(x) x", "is not of its language")
  bad("\\(x) x", "it holds \\")
  for (text in c(
    "a <- 1", "a <<- 1", "1 -> a", "a = 1", "a$b", "a[[1]]", "a[1]", "a@b", "{a}", "if (a) b",
    "while (a) b", "~a", "?a", "a := b"
  )) {
    bad(text, "is not of its language")
  }
  bad("a; b", "no R expression")
  bad("a +", "no R expression")
  bad("", "no R expression")
  bad("1i", "is neither a number nor a name")
  bad("...", "is no column")
  bad("..1", "is no column")
  bad("(a, b)", "no R expression")
  bad("`+`(a, b)", "+")
  bad("a \u00d7 b", "it holds ")
  expect_false(ran)
})

test_that("expressions that are too long or too deep are refused before they can hurt", {
  expect_error(arithmetic(strrep("a+", 3000)), "more than 5000 characters", fixed = TRUE)
  expect_error(arithmetic(paste0(strrep("-", 200), "a")), "nested more than 100 deep", fixed = TRUE)
  expect_error(arithmetic(paste0(strrep("(", 2000), "a", strrep(")", 2000))))
  expect_identical(value(paste(rep("a", 90), collapse = " + "), a = 1), 90)
})
