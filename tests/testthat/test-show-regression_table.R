sim <- subset(simulate_provinces(1), year >= 2014)
panel <- c("province", "year")
plain <- fe_reg(npq ~ dt, sim, vcov = "HC1")
full <- fe_reg(npq ~ dt + ul + il | province + year, sim, vcov = ~province, panel = panel)
iv <- suppressMessages(fe_reg(npq ~ ul | province + year | dt ~ l(dt, 1), sim, panel = panel, vcov = "HC1"))
equations <- list(
  productivity = productivity ~ log(education) + log(research) + log(patent) + manufacture,
  manufacture = manufacture ~ log(creativity) + log(information) + green + efficiency + productivity
)
system <- system_reg(equations, simulate_provinces(1))

cell <- function(table, label, column, row = 1) table[[column]][which(table$term == label)[row]]

test_that("each cell is the fit's number, with brackets and stars", {
  table <- as.data.frame(regression_table(plain, full))
  expect_identical(cell(table, "dt", "(1)"), paste0(sprintf("%.4f", coef(plain)[["dt"]]), "***"))
  at <- which(table$term == "dt") + 1
  expect_identical(table$`(1)`[at], sprintf("(%.4f)", sqrt(vcov(plain)["dt", "dt"])))
  expect_identical(table$`(2)`[at], sprintf("(%.4f)", sqrt(vcov(full)["dt", "dt"])))
  p <- 2 * pt(-abs(coef(full) / sqrt(diag(vcov(full)))), 29)
  marks <- c("***", "**", "*", "")[findInterval(p, c(0, 0.01, 0.05, 0.1))]
  expect_identical(cell(table, "ul", "(2)"), paste0(sprintf("%.4f", coef(full)[["ul"]]), marks[2]))
  expect_identical(cell(table, "il", "(2)"), paste0(sprintf("%.4f", coef(full)[["il"]]), marks[3]))
  expect_identical(cell(table, "ul", "(1)"), "")
  expect_identical(cell(table, "R2 within", "(2)"), sprintf("%.4f", full$r2[["within"]]))
  expect_identical(cell(table, "R2", "(1)"), sprintf("%.4f", summary(lm(npq ~ dt, sim))$r.squared))
  expect_identical(unlist(table[table$term == "Observations", c("(1)", "(2)")], use.names = FALSE), c("270", "270"))
  expect_identical(cell(table, "Number of provinces", "(2)"), "30")
  expect_identical(unlist(table[table$term == "Province FE", c("(1)", "(2)")], use.names = FALSE), c("No", "Yes"))
})

test_that("kept terms leave a row of controls, and labels rename", {
  table <- regression_table(list(a = plain, b = full), keep = "dt", labels = c(dt = "Digital trade", npq = "NPQ"))
  expect_named(table, c("part", "panel", "term", "a", "b"))
  expect_identical(unlist(table[table$term == "Control variables", c("a", "b")], use.names = FALSE), c("No", "Yes"))
  expect_true("Digital trade" %in% table$term)
  expect_false("ul" %in% table$term)
  expect_identical(table$a[table$term == "Dependent variable"], "NPQ")
  expect_false("Constant" %in% regression_table(plain, full, constant = FALSE)$term)
})

test_that("instruments: both stages, rank statistics and the Stock-Yogo value", {
  table <- regression_table(iv, first_stage = TRUE)
  expect_named(table, c("part", "panel", "term", "(1) first", "(1) second"))
  rows <- seq_len(nrow(sim))[!is.na(ave(sim$dt, sim$province, FUN = function(x) c(NA, head(x, -1))))]
  lagged <- ave(sim$dt, sim$province, FUN = function(x) c(NA, head(x, -1)))
  first <- lm(dt ~ ul + lagged + province + factor(year), cbind(sim, lagged)[rows, ])
  expect_identical(cell(table, "l(dt, 1)", "(1) first"), paste0(sprintf("%.4f", coef(first)[["lagged"]]), "***"))
  weak <- weak_iv(iv)
  expect_identical(cell(table, "Kleibergen-Paap rk Wald F", "(1) first"), sprintf("%.3f", weak$statistic[weak$test == "kp_wald_f"]))
  expect_match(cell(table, "Kleibergen-Paap rk LM", "(1) first"), sprintf("^%.3f", weak$statistic[weak$test == "kp_lm"]))
  expect_true("[16.38]" %in% table$`(1) first`)
  expect_true("[16.38]" %in% regression_table(iv)$`(1)`)
  expect_match(paste(attr(table, "note"), collapse = " "), "Stock-Yogo")
})

test_that("a system has a block an equation, or a column an equation", {
  ols <- update(system, method = "ols")
  blocks <- regression_table(OLS = ols, `3SLS` = system, digits = 3)
  expect_identical(unique(blocks$panel), c("", "Equation productivity", "Equation manufacture"))
  at <- which(blocks$term == "productivity")
  expect_match(blocks$OLS[at], sprintf("^%.3f", coef(ols)[["manufacture_productivity"]]))
  expect_match(blocks$`3SLS`[at], sprintf("^%.3f", coef(system)[["manufacture_productivity"]]))
  expect_identical(blocks$`3SLS`[blocks$term == "R2"], sprintf("%.3f", unname(system$r2)))
  columns <- regression_table(m = system, layout = "columns")
  expect_named(columns, c("part", "panel", "term", "m productivity", "m manufacture"))
  expect_identical(columns$`m productivity`[columns$term == "productivity"], "")
})

test_that("an estimator other than the usual ones is named", {
  formula <- npq ~ ul | province + year | dt ~ telephones_1984:users_before + il
  table <- regression_table(fe_reg(formula, sim), fe_reg(formula, sim, estimator = "liml"))
  expect_identical(unlist(table[table$term == "Method", c("(1)", "(2)")], use.names = FALSE), c("", "LIML"))
})

test_that("the numbers behind the text are at hand", {
  numbers <- tidy(regression_table(a = plain, system))
  expect_equal(numbers$estimate[numbers$model == "a"], unname(coef(plain)))
  expect_equal(sum(numbers$panel == "manufacture"), 6)
})

test_that("another covariance, other stars, none, and numbers too small for the decimals", {
  table <- regression_table(plain, vcov = "iid", stars = NULL, digits = 2)
  se <- summary(lm(npq ~ dt, sim))$coefficients["dt", 2]
  expect_identical(table$`(1)`[which(table$term == "dt") + 1], sprintf("(%.2f)", se))
  expect_false(any(grepl("*", table$`(1)`, fixed = TRUE)))
  tiny <- fe_reg(I(npq / 1e7) ~ dt, sim)
  expect_match(regression_table(tiny)$`(1)`[2], "e-0[89]")
})

test_that("lists of fits of the studies are taken as they are", {
  steps <- suppressMessages(add_controls(fe_reg(npq ~ dt | province + year, sim), ~ ul + il))
  table <- regression_table(steps, keep = "dt")
  expect_identical(ncol(table), 3L + length(steps))
})

test_that("Chinese heads and note", {
  table <- regression_table(full, language = "zh")
  expect_true(all(c("\u89c2\u6d4b\u503c", "\u5e38\u6570\u9879") %in% table$term))
  expect_match(attr(table, "note")[1], "\u6309\u7701\u4efd\u805a\u7c7b")
  labelled <- regression_table(full, labels = c(province = "\u7701\u4efd"), language = "zh")
  expect_match(attr(labelled, "note")[1], "\u6309\u7701\u4efd\u805a\u7c7b")
})

test_that("Chinese notes say every covariance in Chinese", {
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital, panel = c("state", "year"))
  said <- function(vcov) attr(regression_table(fit, vcov = vcov, language = "zh"), "note")[1]
  expect_match(said(cov_cr2(~state)), "CR2\uff0c\u6309\u5dde\u805a\u7c7b", fixed = TRUE)
  expect_match(said(cov_dk(2)), "\u6ede\u540e2\u671f\uff0c17\u4e2a\u65f6\u671f", fixed = TRUE)
  expect_match(said(cov_nw(3)), "Newey-West\uff0c\u6ede\u540e3\u671f", fixed = TRUE)
  expect_match(said("HC1"), "\u5f02\u65b9\u5dee\u7a33\u5065(HC1)", fixed = TRUE)
})

test_that("errors name the way out", {
  expect_error(regression_table(), class = "ccdpanel_error_fit")
  expect_error(regression_table(lm(npq ~ dt, sim)), class = "ccdpanel_error_fit")
  expect_error(regression_table(plain, keep = "nothing"), class = "ccdpanel_error_column")
  expect_error(regression_table(plain, stars = c(0.01, 0.1)), class = "ccdpanel_error_stars")
  expect_error(regression_table(plain, labels = "a"), class = "ccdpanel_error_type")
  expect_error(regression_table(plain, layout = "rows"), class = "ccdpanel_error_choice")
})

test_that("prints as journals do", {
  withr_width <- options(width = 100)
  on.exit(options(withr_width))
  one <- fe_reg(log(output) ~ log(highways), state_capital, vcov = "HC1")
  two <- fe_reg(log(output) ~ log(highways) + unemployment | state + year, state_capital, vcov = ~state)
  expect_snapshot(regression_table(one, two, keep = "log(highways)", title = "Output"))
  lagged <- suppressMessages(fe_reg(log(output) ~ 1 | state | log(highways) ~ l(log(highways), 1), state_capital, panel = c("state", "year"), vcov = ~state))
  expect_snapshot(regression_table(lagged, first_stage = TRUE))
  expect_output(print(regression_table(plain)[c("term", "(1)")]), "dt")
})

test_that("a screen too narrow for all columns gets them in turn, each once", {
  old <- options(width = 50)
  on.exit(options(old))
  out <- capture.output(print(regression_table(plain, full, plain, full)))
  expect_true(all(nchar(out) <= 50))
  expect_equal(sum(grepl("(4)", out, fixed = TRUE) & !grepl("brackets|robust|clustered", out)), 1)
})

test_that("first stages keep their instruments; labels that nothing bears are named; Chinese notes have Chinese marks", {
  iv <- suppressMessages(fe_reg(log(output) ~ unemployment | state + year | log(private_capital) ~ l(log(private_capital), 1), state_capital, panel = c("state", "year"), vcov = ~state))
  stages <- regression_table(iv, first_stage = TRUE, keep = "log(private_capital)")
  expect_true("l(log(private_capital), 1)" %in% stages$term)
  expect_false("l(log(private_capital), 1)" %in% regression_table(iv, keep = "log(private_capital)")$term)
  expect_message(regression_table(iv, labels = c(zz = "a", unemployment = "Unemployment", state = "State")), "zz", class = "ccdpanel_message_labels")
  plain <- fe_reg(log(output) ~ unemployment | state + year, state_capital, vcov = "HC1")
  note <- attr(regression_table(a = iv, b = plain, language = "zh"), "note")[1]
  expect_no_match(note, "[:;]")
  expect_match(note, "\uff1b")
})

test_that("several first stages of a fit are numbered", {
  iv <- suppressMessages(fe_reg(
    log(output) ~ unemployment | state + year | log(private_capital) + log(water) ~ l(log(private_capital), 1:2) + l(log(water), 1:2), state_capital,
    panel = c("state", "year"), vcov = ~state
  ))
  expect_identical(names(regression_table(iv, first_stage = TRUE))[-(1:3)], c("(1) first 1", "(1) first 2", "(1) second"))
})

test_that("a covariance given as a matrix is used and named in both languages", {
  own <- fe_reg(log(output) ~ log(highways) | state + year, state_capital)
  v <- vcov(own, "HC1")
  for (language in c("en", "zh")) {
    table <- regression_table(own, vcov = v, language = language)
    expect_match(paste(unlist(table), collapse = " "), sprintf("(%.4f)", sqrt(v[1, 1])), fixed = TRUE)
    expect_error(summary(own, vcov = v, constant = "reghdfe"), "constant", class = "ccdpanel_error_vcov")
    expect_match(paste(attr(table, "note"), collapse = " "), c(en = "as given", zh = "\u6240\u7ed9\u77e9\u9635")[[language]], fixed = TRUE)
  }
})
