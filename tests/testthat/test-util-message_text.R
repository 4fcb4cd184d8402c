# cli's own functions say what each line is to be.

lines_of_all_kinds <- c(
  "plain text", "{.arg x} must", "{.arg {arg}} must be {.val {x}} or {.code {arg}}, not {given}.",
  "{.val {y}} {y} {n} {d} {.val {d}} {.val {n}}", "row{?s} {n}", "{n} row{?s}",
  "{x} row{?s} {?is/are} {.val {n}}{?s}", "{cli::qty(x)}row{?s} {?a/b/c} {x}",
  "{cli::qty(1)}row{?s} {?a/b/c}", "{cli::qty(0)}row{?s} {?a/b/c}{?/x}{?y/}", "{n} a{?/}b",
  "{1}{?s} {?is/are} {?A/B/C} {0}{?A/B/C}", "{1}{?a category/categories}", "{y}{?a }b",
  "{.or {.val {x}}}", "{.val {letters}}", "{letters}", "{letters[1:3]} {.arg {letters[1:4]}}",
  "{.fn fe_reg} {.cls data.frame} {.field f} {.pkg p} {.path /a b} {.code a`b}", "{{a}} b",
  "  two  spaces. And.  more ", "{.val {c('a\"b', 'c\\\\d')}}", "{.arg {c('a b', '`')}}",
  "{factor(1)}",
  "{.val {NA}} {NA_character_}", "{.code a = {arg}}", "{.val {1e10}} {1e5} {100000L} {1e-20}",
  "a\u00a0b", "tab\tb", "{TRUE} {.val {TRUE}}", "{.obj_type_friendly {x}}", "{ n }", "{.arg  x}",
  "{.code {'a {b} c'}} {.val {'<x>'}} <div>", "{1:3} {.val {1:3}} {c(a = 1)}", "100% {n}%"
)

values_of_lines <- list2env(list(
  arg = "data", x = c("a", "b"), y = "\u4e2d\u56fd", n = 3L, d = .1 + .2,
  given = cli::format_inline("{.val {2:3}}")
))

test_that("a line with markup is what cli makes of it", {
  plain <- lapply(lines_of_all_kinds, plain_inline, values_of_lines)
  for (i in seq_along(plain)) {
    wanted <- cli::format_inline(lines_of_all_kinds[i], .envir = values_of_lines)
    if (!is.null(plain[[i]])) expect_identical(plain[[i]], wanted)
    expect_identical(said_inline(lines_of_all_kinds[i], values_of_lines), wanted)
  }
  # Most is plain; an expression that fails does so as before, and a plural without a number.
  expect_gt(sum(lengths(plain)), 20)
  expect_error(said_inline("{nowhere_to_be_found}", values_of_lines))
  expect_error(said_inline("row{?s}", values_of_lines), "pluralize")
})

# Errors, warnings and messages of random words, of many widths and with both kinds of bullets.
random_lines <- function() {
  words <- c(
    "a", "the", "must.", "`x`", "\"\u4e2d\u56fd\u4eba\"", "  ", "U.S.", "is?  Two", "100%", "<a>",
    strrep("long", 30), "\u00e9", "\U1F600", "[1]", "Error: x", "\u2714", "{1 + 1}", "{.arg {arg}}"
  )
  n <- sample(4, 1)
  lines <- replicate(n, paste(c("b", sample(words, sample(25, 1), TRUE)), collapse = " "))
  kinds <- sample(c("", "i", "x", "!", "v", "*", " "), n - 1, TRUE)
  if (sample(5, 1) > 1) stats::setNames(lines, c("", kinds)) else lines
}

test_that("lines with bullets are laid out as cli does it, in any width", {
  set.seed(1)
  fast <- 0
  for (width in c(20, 50, 80, Inf)) {
    for (letters in c(TRUE, FALSE)) {
      rlang::local_options(cli.condition_width = width, cli.unicode = letters)
      for (time in 1:2) {
        lines <- random_lines()
        error <- tryCatch(abort("type", lines, .envir = values_of_lines), error = identity)
        fast <- fast + !is.null(plain_bullets(c(error$message, error$body), "Error: "))
        expect_identical(conditionMessage(error), rlang::cnd_message(error))
        for (ask in list(cli::format_warning, cli::format_message)) {
          expect_identical(
            said_lines(lines, values_of_lines, ask), ask(lines, .envir = values_of_lines)
          )
        }
        done <- c(v = lines[[1]], lines[-1])
        expect_identical(
          said_lines(done, values_of_lines, ask), ask(done, .envir = values_of_lines)
        )
      }
    }
  }
  expect_gt(fast, 5)
})

test_that("an error with a parent, or in colour, is laid out by cli", {
  parent <- tryCatch(abort("type", "first"), error = identity)
  child <- tryCatch(abort("type", "second", parent = parent), error = identity)
  expect_match(conditionMessage(child), "second.*first")
  error <- tryCatch(abort("type", c("{.arg a} is", i = "this")), error = identity)
  rlang::local_options(cli.num_colors = 256L)
  expect_identical(conditionMessage(error), rlang::cnd_message(error))
  expect_true(cli::ansi_has_any(conditionMessage(error)))
  expect_true(cli::ansi_has_any(tryCatch(abort("type", "{.val a}"), error = identity)$message))
})
