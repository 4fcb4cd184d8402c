panel <- c("state", "year")

test_that("models are said with effects, rows and errors", {
  fit <- suppressMessages(fe_reg(
    log(output) ~ l(log(highways), 1) | state + year, state_capital, vcov = ~state, panel = panel
  ))
  text <- text_of(fits = list(FE = fit))
  expect_match(
    text, "Model FE: OLS with effects of state and year, 768 rows (left out: ", fixed = TRUE
  )
  expect_match(text, "standard errors clustered by state", fixed = TRUE)
})

test_that(
  "instruments, divisor of S, errors and reference distributions are said in both languages", {
  said <- function(fit, en, zh) {
    for (what in en) expect_match(text_of(fits = list(M = fit)), what, fixed = TRUE)
    text <- text_of(fits = list(M = fit), language = "zh")
    for (what in zh) expect_match(text, what, fixed = TRUE)
    expect_no_match(text, "left out|clustered|rows| lag |degrees")
  }
  iv <- function(...) {
    suppressMessages(fe_reg(
      log(output) ~ unemployment | state + year | log(private_capital) ~ l(log(private_capital), 1),
      state_capital, panel = panel, ...
    ))
  }
  said(
    iv(vcov = ~state),
    c(
      "2SLS with",
      "endogenous log(private_capital); excluded instruments l(log(private_capital), 1);",
      "clustered by state (48)", "tests by t(47), G - 1"
    ),
    c(
      paste0(
        "\u5185\u751f\u53d8\u91cflog(private_capital)\uff1b\u6392\u9664\u6027\u5de5",
        "\u5177\u53d8\u91cfl("
      ),
      "\u5254\u9664\uff1a\u7f3a\u5931\u503c48\u884c",
      "\u6309\u5dde\u805a\u7c7b\uff0848\u4e2a\u805a\u7c7b\uff09",
      "t(47)\u5206\u5e03\uff0c\u81ea\u7531\u5ea6\u4e3aG - 1"
    )
  )
  said(
    iv(estimator = "gmm", vcov = "HC1"),
    c("two-step GMM, weighted for heteroskedasticity", "N - K degrees"),
    c("\u4e24\u6b65GMM\uff0c\u6743\u91cd\u77e9\u9635\u6309\u5f02\u65b9\u5dee", "N - K")
  )
  said(
    iv(estimator = "fuller", fuller = 4, vcov = "iid", ssc = "none"),
    c(
      "Fuller's estimator, constant 4",
      "no small-sample correction; tests by the normal distribution"
    ),
    c(
      "\u5e38\u65704",
      "\u5c0f\u6837\u672c\u4fee\u6b63\uff1a\u65e0\uff1b\u68c0\u9a8c\u7528\u6b63\u6001\u5206\u5e03"
    )
  )
  ols <- function(vcov) {
    suppressMessages(fe_reg(
      log(output) ~ unemployment | state, state_capital, vcov = vcov, panel = panel,
      weights = ~highways
    ))
  }
  said(
    ols(cov_cr2(~state)), c("weights highways", "CR2, clustered by state", "Satterthwaite's rule"),
    c("\u52a0\u6743\uff1ahighways", "CR2\uff0c\u6309\u5dde\u805a\u7c7b", "Satterthwaite\u6cd5")
  )
  said(
    ols(cov_dk(2)), c("Driscoll-Kraay, lag 2", "tests by t(16), one less than the periods"),
    c(
      "\u6ede\u540e2\u671f\uff0c17\u4e2a\u65f6\u671f",
      "\u81ea\u7531\u5ea6\u4e3a\u65f6\u671f\u6570\u51cf1"
    )
  )
  equations <- list(
    a = log(output) ~ log(private_capital) + unemployment,
    b = log(private_capital) ~ log(output) + log(highways)
  )
  system <- function(...) suppressMessages(system_reg(equations, state_capital, ...))
  said(
    system(),
    c(
      "3SLS of 2 equations",
      paste0(
        "endogenous log(private_capital), log(output); instruments of all equations ",
        "unemployment, log(highways);"
      ),
      paste0(
        "residuals, divided by N; standard errors of the estimator's own covariance, made from S; ",
        "tests by the normal"
      )
    ),
    c(
      "2\u4e2a\u65b9\u7a0b",
      "\u5404\u65b9\u7a0b\u5171\u7528\u7684\u5de5\u5177\u53d8\u91cfunemployment\u3001log(highways)",
      "\u77e9\u9635S\u9664\u4ee5N\uff1b\u6807\u51c6\u8bef\u7531S\u7b97\u5f97",
      "\u6b63\u6001\u5206\u5e03"
    )
  )
  said(
    system(sigma = "geomean", fe = ~state),
    c("divided by sqrt((N - k_i)(N - k_j))", "N - k_i degrees of freedom in equation i"),
    c(
      "\u9664\u4ee5sqrt((N - k_i)(N - k_j))",
      "\u7b2ci\u4e2a\u65b9\u7a0b\u7684\u81ea\u7531\u5ea6\u4e3aN - k_i"
    )
  )
  said(
    system(instruments = list(
      a = ~ unemployment + log(highways), b = ~ unemployment + log(highways) + log(water)
    ), vcov = ~state),
    c("instruments by equation a (unemployment, log(highways)), b (", "clustered by state (48)"),
    paste0(
      "\u5404\u65b9\u7a0b\u7684\u5de5\u5177\u53d8\u91cf\uff1aa\uff08unemployment",
      "\u3001log(highways)\uff09"
    )
  )
})

test_that(
  "the English of what Chinese says of covariances, weights and lost rows is what fits print", {
  words <- words_of(c("models", "covariances", "marks"), "en")
  d <- made_panel()
  d$lat <- 30 + d$id / 5
  d$lon <- 100 + d$year / 9
  fit <- function(vcov, ...) {
    suppressMessages(fe_reg(y ~ x + a | id, d, vcov = vcov, panel = c("id", "year"), ...))
  }
  for (vcov in list("HC1", cov_nw(3), cov_dk(2), cov_conley(~ lat + lon, cutoff = 200))) {
    cov <- fit(vcov)$covariance
    factor <- if (cov$factor != 1) {
      phrase(words, "factor", factor = format(cov$factor, digits = 5))
    } else {
      ""
    }
    repaired <- if (cov$repaired) words[["repaired"]] else ""
    expect_identical(
      paste0(error_words(cov, cov$clusters, words), factor, repaired), covariance_label(cov)
    )
  }
  one <- fit(~id)$covariance
  counted <- paste0(error_words(one, "id", words), phrase(words, "groups", groups = one$groups))
  expect_match(covariance_label(one), counted, fixed = TRUE)
  replays <- list(variables = c("D", "rank"), count = 1200)
  expect_identical(replay_words(replays, words), replay_label(list(replays = replays)))
  expect_identical(error_words(list(type = "given"), NULL, words), "as given")
  for (cov in list(
    list(type = "iid"), list(type = "HC0"), list(type = "cluster", clusters = list(a = 1, b = 2))
  )) {
    expect_identical(weighting_words(cov, words, "en"), weighting_label(cov))
  }
  d$x[1:3] <- NA
  d$w[5] <- 0
  d$id[9] <- 999
  for (subset in list(~ year > 2001, NULL)) {
    counts <- fit("iid", weights = ~w, subset = subset)$sample$counts
    expect_identical(loss_words(counts, words), describe_losses(counts))
  }
})
