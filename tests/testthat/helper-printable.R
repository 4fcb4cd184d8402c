# One object of every class that the package prints, made of shipped data.
printable <- function() {
  panel <- c("state", "year")
  c(
    printable_indices(panel), printable_fits(panel), printable_studies(panel), printable_regional()
  )
}

printable_regional <- function() {
  cc <- coupling(state_index())
  states <- as.character(unique(cc$state))
  ring <- outer(seq_along(states), seq_along(states), function(i, j) as.numeric(abs(i - j) == 1))
  w <- spatial_weights(`dimnames<-`(ring, list(states, states)))
  q <- inequality(cc, by = "region", boot = 9, seed = 1)
  m <- transition_matrix(cc, given = w, boot = 9, seed = 1)
  detected <- geodetector(cc, factors = "region", draws = 9, seed = 1)
  list(
    inequality = q, inequality_summary = summary(q), spatial_weights = w,
    moran_test = moran_test(cc, w = w, draws = 19, seed = 1),
    local_moran = local_moran(cc, w = w, draws = 19, seed = 1), transition_matrix = m,
    transition_summary = summary(m), convergence_test = convergence_test(cc, by = "region"),
    grey_forecast = grey_forecast(cc), geodetector = detected,
    geodetector_summary = summary(detected)
  )
}

printable_indices <- function(panel) {
  sheet <- state_sheet()
  gaps <- state_capital
  gaps$water[c(3, 40)] <- NA
  filled <- impute_gaps(gaps, panel, vars = "water")
  idx <- composite_index(state_capital, sheet, panel, keep = "region")
  cc <- coupling(idx)
  spread <- quiet(cc, state_capital, n = 20, seed = 1, keep = TRUE, by_source = TRUE)
  comparisons <- matrix(c(1, 3, 5, 1 / 3, 1, 2, 1 / 5, 1 / 2, 1), 3, byrow = TRUE)
  list(
    lazy_result = lazy_state_index(panel), ahp = ahp(comparisons),
    audit = audit_coupling(gu_table5, "C", "T", "D",
      level = "level", unit = "year", rows = "mean"
    ),
    ccd_preview = wide_table(cc, "D"),
    compare_weights = compare_weights(
      state_capital, sheet, panel, methods = c("entropy", "critic")
    ),
    composite_index = idx, correlations = correlations(state_capital, c("output", "water")),
    coupling_report = structure(list(
      file = "report.docx", tables = list(wide = wide_table(cc, "D")), cc = cc, models = list()
    ), class = "coupling_report"),
    coupling = cc, coupling_summary = summary(cc),
    descriptives = descriptives(gaps, c("output", "water")),
    imputed_cells = imputed(filled), imputed_panel = filled, index_replays = replays(spread),
    index_uncertainty = spread, index_uncertainty_summary = summary(spread),
    indicator_sheet = sheet, indicator_weights = weights(idx),
    normalised_panel = normalise(state_capital, sheet, panel),
    obstacle_degree = obstacle_degree(state_capital, sheet, panel),
    simulated_provinces = simulate_provinces(1)
  )
}

# A table in an embedded database, which lives as long as the tests; NULL where there is none.
lazy_state_index <- function(panel) {
  there <- vapply(c("DBI", "dplyr", "dbplyr", "RSQLite"), requireNamespace, NA, quietly = TRUE)
  if (!all(there)) return(NULL)
  con <- DBI::dbConnect(RSQLite::SQLite(), ":memory:")
  DBI::dbWriteTable(con, "states", as.data.frame(state_capital))
  composite_index(dplyr::tbl(con, "states"), state_sheet(), panel)
}

printable_fits <- function(panel) {
  ols <- fe_reg(log(output) ~ log(highways) + unemployment | state + year, state_capital,
    vcov = ~state, panel = panel
  )
  iv <- fe_reg(log(output) ~ unemployment | state + year | log(highways) ~ log(water) +
    log(utilities), state_capital, panel = panel, vcov = ~state)
  equations <- list(
    economy = log(output) ~ log(highways) + log(private_capital),
    roads = log(highways) ~ log(output) + log(water)
  )
  system <- system_reg(equations, state_capital, panel = panel)
  near <- munnell_fit("state + year", "durbin")
  gmm <- dynamic_panel(
    log(output) ~ l(log(output)) + unemployment | state + year, state_capital, lags = c(1, 2),
    collapse = TRUE, system = TRUE
  )
  list(
    dynamic_panel = gmm, summary.dynamic_panel = summary(gmm),
    anderson_rubin = anderson_rubin(iv), ccd_cov = cov_nw(lag = 2), effect_estimates = fixef(ols),
    fe_formula = formula(ols), fe_reg = ols, first_stages = first_stage(iv),
    iv_tests = iv_tests(iv), multipliers = multipliers(system, horizon = 0),
    reduced_form = reduced_form(system), regression_table = regression_table(ols, iv),
    summary.fe_reg = summary(iv), summary.system_equation = summary(equations(system)[[1]]),
    spatial_effects = spatial_effects(near), spatial_reg = near,
    spatial_tests = spatial_tests(near),
    summary.spatial_reg = summary(near),
    summary.system_reg = summary(system), system_reg = system, system_tests = system_tests(system),
    system_bootstrap = suppressMessages(system_bootstrap(system, n = 20, seed = 1)),
    test_restrictions = test_restrictions(system, "economy_log(highways) = 0"),
    weak_iv = weak_iv(iv), weak_iv_system = weak_iv(system),
    wild_bootstrap = wild_bootstrap(ols, "unemployment", draws = 99, seed = 1)
  )
}

printable_studies <- function(panel) {
  fit <- fe_reg(log(output) ~ log(highways) + unemployment | state + year, state_capital,
    vcov = ~state, panel = panel
  )
  groups <- by_group(fit, ~unemployment, split = "median")
  one_way <- fe_reg(log(output) ~ log(private_capital) + unemployment | state, state_capital,
    panel = panel
  )
  list(
    ccd_models = groups, collinearity = collinearity(fit),
    group_difference = group_difference(groups, method = c("chow", "permutation"), R = 9,
      seed = 1, progress = FALSE
    ),
    hausman_test = if (requireNamespace("plm", quietly = TRUE)) hausman_test(one_way),
    mediation_test = mediation_test(fit, ~ log(private_capital), boot = 20, seed = 1,
      progress = FALSE
    ),
    moderation_test = moderation_test(fit, ~unemployment),
    event_study = event_study(fit, ~ I(1976 + 3 * (region == "West") + NA^(region == "South"))),
    oster_bounds = oster_bounds(fit, boot = 9, seed = 1, progress = FALSE),
    placebo_test = placebo_test(fit, "unemployment", draws = 9, seed = 1, progress = FALSE),
    threshold_test = threshold_test(one_way, ~unemployment, boot = 9, seed = 1, progress = FALSE),
    u_shape_test = u_shape_test(update(fit, . ~ unemployment + I(unemployment^2))),
    robustness = robustness(fit, Without_West = ~ region != "West"),
    unit_root = if (requireNamespace("plm", quietly = TRUE)) {
      unit_root(state_capital, "output", panel, "ips", lags = 1)
    }
  )
}
