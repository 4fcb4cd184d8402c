two_groups <- function(..., vcov = ~state) {
  fit <- fe_reg(
    log(output) ~ log(highways) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = vcov
  )
  by_group(fit, ~unemployment, labels = c("low", "high"), ...)
}

test_that("stacked: scores by hand, where states are in both groups", {
  skip_if_not_installed("sandwich")
  groups <- two_groups(split = "mean", of = "observation")
  d <- group_difference(groups, method = "stacked")
  high <- state_capital$unemployment > mean(state_capital$unemployment)
  # Each row's part in the coefficient, from the dummy-variable regressions on the rows that the
  # fits kept.
  part <- function(group) {
    data <- state_capital[groups[[group]]$sample$rows, ]
    hand <- stats::lm(
      log(output) ~ log(highways) + unemployment + factor(state) + factor(year), data
    )
    influence <- sandwich::estfun(hand) %*% (sandwich::bread(hand) / nrow(data))
    data.frame(state = data$state, influence[, 2:3], check.names = FALSE)
  }
  low <- part("low")
  up <- part("high")
  all <- union(low$state, up$state)
  summed <- function(p) {
    vapply(all, function(s) colSums(p[p$state == s, 2:3, drop = FALSE]), c(0, 0))
  }
  variance <- rowSums((summed(up) - summed(low))^2) * length(all) / (length(all) - 1)
  expect_equal(d$std.error, unname(sqrt(variance)), tolerance = 1e-7)
  expect_equal(
    d$p.value, unname(2 * stats::pnorm(-abs(d$difference) / sqrt(variance))), tolerance = 1e-6
  )
  # The clusters are shared, so that independence would be another number.
  expect_gt(abs(group_difference(groups, method = "wald")$std.error[1] / d$std.error[1] - 1), 0.02)
})

test_that("stacked for other estimators: groups without a common cluster are independent", {
  fit <- suppressMessages(fe_reg(
    log(output) ~ unemployment | state | log(private_capital) ~ l(log(private_capital), 1:2),
    state_capital,
    panel = c("state", "year"), vcov = ~state, estimator = "liml", ssc = "none"))
  groups <- by_group(fit, ~ region == "South")
  d <- group_difference(groups, "log(private_capital)", method = "stacked")
  own <- vapply(groups, function(g) vcov(g)["log(private_capital)", "log(private_capital)"], 0)
  expect_equal(d$std.error, sqrt(sum(own)), tolerance = 1e-8)
})

test_that("stacked sums by the clusters of CR2 and CR3", {
  d <- state_capital
  d$late <- d$year > 1978
  fit <- fe_reg(log(output) ~ unemployment | state, d, vcov = ~state)
  known <- group_difference(by_group(fit, ~late), method = "stacked")
  for (vcov in list(cov_cr2(~state), cov_cr3(~state))) {
    other <- by_group(update(fit, vcov = vcov), ~late)
    expect_equal(
      as.data.frame(group_difference(other, method = "stacked")), as.data.frame(known),
      tolerance = 1e-12
    )
  }
})

test_that("weighted two stages with gaps: stacked, interacted and independent, in plain R", {
  d <- gappy_panel()
  d$late <- d$year > 1978
  for (vcov in list("HC1", ~state)) {
    fit <- suppressMessages(fe_reg(y ~ x + f | state | e ~ z, d, weights = ~w, vcov = vcov))
    groups <- suppressMessages(by_group(fit, ~late))
    test <- suppressMessages(group_difference(groups, method = c("chow", "stacked", "wald")))
    used <- d[!is.na(d$x) & d$w > 0, ]
    columns <- function(part) {
      cbind(
        stats::model.matrix(~ x + f, part)[, -1], e = part$e,
        stats::model.matrix(~ 0 + factor(state), droplevels(part))
      )
    }
    stages <- function(part) {
      x <- columns(part)
      plain_stages(x, replace(x, cbind(
        seq_len(nrow(x)), match("e", colnames(x))
      ), part$z), part$y, part$w)
    }
    parts <- lapply(list(used[!used$late, ], used[used$late, ]), stages)
    terms <- test$term[test$method == "stacked"]
    difference <- (parts[[2]]$b - parts[[1]]$b[names(parts[[2]]$b)])[terms]
    for (method in c("chow", "stacked", "wald")) {
      expect_equal(test$difference[test$method == method], unname(difference), tolerance = 1e-6)
    }
    scores <- rbind(-parts[[1]]$parts[, terms], parts[[2]]$parts[, terms])
    if (inherits(vcov, "formula")) {
      scores <- rowsum(scores, c(
        as.character(used$state[!used$late]), as.character(used$state[used$late])
      ))
    }
    g <- nrow(scores)
    expect_equal(
      test$std.error[test$method == "stacked"], unname(sqrt(colSums(scores^2) * g / (g - 1))),
      tolerance = 1e-6
    )
    if (inherits(vcov, "formula")) next
    # All interacted, the parts of the rows are those of the separate fits.
    df <- parts[[1]]$df + parts[[2]]$df
    expect_equal(
      test$std.error[test$method == "chow"], unname(sqrt(colSums(scores^2) * g / df)),
      tolerance = 1e-6
    )
    expect_equal(test$df[test$method == "chow"], rep(df, length(terms)))
    own <- lapply(parts, function(p) colSums(p$parts[, terms]^2) * nrow(p$parts) / p$df)
    expect_equal(
      test$std.error[test$method == "wald"], unname(sqrt(own[[1]] + own[[2]])), tolerance = 1e-6
    )
  }
})

test_that("a variance that clusters in two ways leave negative is missing, and said", {
  set.seed(3)
  d <- expand.grid(time = 1:5, unit = 1:8)
  d[c("x", "m", "e")] <- stats::rnorm(120)
  d$y <- d$x + d$m + d$e
  d <- transform(d, one = unit %% 2, two = (unit + time) %% 3, side = unit > 4)
  fit <- suppressWarnings(fe_reg(y ~ x + m | unit, d, vcov = ~ one + two))
  groups <- suppressWarnings(by_group(fit, ~side))
  # Each row's part in the coefficients, by hand; clusters of the sum of both, pair and overlap.
  part <- function(rows) {
    model <- stats::lm(y ~ 0 + x + m + factor(unit), d[rows, ])
    (stats::model.matrix(model) * stats::resid(model)) %*%
      solve(crossprod(stats::model.matrix(model)))[, 1:2]
  }
  parts <- rbind(-part(!d$side), part(d$side))
  sums <- function(by) colSums(rowsum(parts, by)^2)
  variance <- 2 * (sums(d$one) + sums(d$two) - sums(paste(d$one, d$two)))
  expect_lt(variance[["x"]], 0)
  expect_warning(
    out <- group_difference(groups, method = "stacked"), "difference in \"x\"",
    class = "ccdpanel_warning_negative"
  )
  expect_equal(out$std.error, c(NA, sqrt(variance[["m"]])), tolerance = 1e-10)
  expect_identical(is.na(out$p.value), c(TRUE, FALSE))
})

test_that("stacked under kernels: the sums by hand, over the rows of both groups", {
  d <- state_capital[state_capital$year < 1980, ]
  d$lat <- match(d$state, unique(d$state)) / 2
  d$lon <- 10
  d$high <- d$unemployment > 6
  parts <- lapply(c(FALSE, TRUE), function(group) {
    rows <- which(d$high == group)
    hand <- stats::lm(log(output) ~ log(highways) + factor(state), d[rows, ])
    x <- stats::model.matrix(hand)
    influence <- drop((x * stats::resid(hand)) %*% solve(crossprod(x))[, "log(highways)"])
    data.frame(row = rows, score = if (group) influence else -influence)
  })
  z <- do.call(rbind, parts)
  z <- cbind(z, d[z$row, c("state", "year", "lat")])
  weigh <- function(w) sum(outer(z$score, z$score) * w)
  gap <- abs(outer(z$year, z$year, "-"))
  bartlett <- pmax(1 - gap / 3, 0)
  # Places lie half a degree of a meridian apart: 111.19 km a degree.
  near <- abs(outer(z$lat, z$lat, "-")) * pi / 180 * 6371.0088 <= 120
  # A row that is alone in its state there is none of a fit.
  n <- sum(stats::ave(z$row, d$high[z$row], z$state, FUN = length) > 1)
  found <- function(vcov) {
    fit <- fe_reg(log(output) ~ log(highways) | state, d, panel = c("state", "year"), vcov = vcov)
    groups <- suppressMessages(by_group(fit, ~high))
    group_difference(groups, method = "stacked")$std.error^2
  }
  t <- length(unique(z$year))
  expect_equal(found(cov_dk(2)), weigh(bartlett) * t / (t - 1), tolerance = 1e-8)
  expect_equal(
    found(cov_nw(2)), weigh(bartlett * outer(z$state, z$state, "==")) * n / (n - 1),
    tolerance = 1e-8
  )
  expect_equal(
    found(cov_conley(~ lat + lon, 120, kernel = "uniform")), weigh(near) * n / (n - 1),
    tolerance = 1e-8
  )
})
