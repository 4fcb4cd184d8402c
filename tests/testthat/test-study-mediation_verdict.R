# Effects with given p-values, and an interval of a b.
verdict_of <- function(total = 0.01, a = 0.01, b = 0.01, direct = 0.01, direct_sign = 1, ab = 1,
                       interval = c(0.5, 1.5), p = 0.01) {
  effects <- data.frame(
    effect = c("total", "a", "b", "direct"), estimate = c(1, 1, 1, direct_sign),
    p.value = c(total, a, b, direct)
  )
  mediation_verdict(effects, list(
    estimate = ab, p = p, interval = data.frame(conf.low = interval[1], conf.high = interval[2])
  ), 0.05)
}

test_that("Wen and Ye's steps, branch by branch", {
  expect_identical(verdict_of()$verdict, "partial")
  expect_identical(verdict_of(direct = 0.3)$verdict, "full")
  expect_identical(verdict_of(direct_sign = -1)$verdict, "suppressed")
  expect_match(verdict_of(direct_sign = -2)$because[3], "direct\\| = 0.5")
  # One path is not significant: the interval decides
  expect_identical(verdict_of(a = 0.2)$verdict, "partial")
  expect_identical(verdict_of(a = 0.2, interval = c(-0.1, 1))$verdict, "none")
  # Both paths are: the interval is not asked
  expect_identical(verdict_of(interval = c(-0.1, 1))$verdict, "partial")
  # Without bootstrap Sobel decides
  without <- function(p) {
    effects <- data.frame(
      effect = c("total", "a", "b", "direct"), estimate = 1, p.value = c(0.01, 0.01, 0.2, 0.01)
    )
    mediation_verdict(effects, list(estimate = 1, p = p, interval = NULL), 0.05)$verdict
  }
  expect_identical(c(without(0.01), without(0.2)), c("partial", "none"))
  expect_match(verdict_of(total = 0.4)$because[1], "suppression")
})

test_that("what has no standard error is not judged, and the rest of the numbers stay", {
  out <- suppressWarnings(mediation_test(negative_fit(), ~m, boot = 0))
  expect_identical(is.na(out$effects$std.error), c(TRUE, TRUE, FALSE, FALSE, TRUE))
  expect_identical(out$verdict, NA_character_)
  expect_identical(out$because, "no standard error of total, a")
  expect_true(all(is.na(out$tests$p.value)))
  d <- out$models$direct$spec$data
  by_lm <- stats::coef(stats::lm(y ~ x + m + factor(unit), d))
  expect_equal(effect_of(out, "direct"), by_lm[["x"]], tolerance = 1e-10)
  expect_equal(effect_of(out, "b"), by_lm[["m"]], tolerance = 1e-10)
  text <- paste(utils::capture.output(print(out)), collapse = " ")
  expect_match(text, "undecided at 5%: no standard error of total, a")
  expect_no_match(text, "[, ]", fixed = TRUE)
})

test_that("effects without a standard error are named in Chinese", {
  skip_if_not(l10n_info()[["UTF-8"]])
  out <- suppressWarnings(mediation_test(negative_fit(), ~m, boot = 0))
  old <- options(ccdpanel.language = "zh")
  on.exit(options(old))
  text <- paste(utils::capture.output(print(out)), collapse = "")
  expect_match(text, "\u603b\u6548\u5e94, a\u6ca1\u6709\u6807\u51c6\u8bef")
})
