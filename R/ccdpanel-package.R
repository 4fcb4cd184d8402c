#' ccdpanel: composite indices, coupling coordination and panel models
#'
#' From an indicator sheet to the tables of a paper, one data frame at a time. Every step takes a
#' data frame or the step before, and prints what was chosen, what was left out, and where to go
#' on. Start with `vignette("get-started", package = "ccdpanel")`; `plot()` and `summary()` know
#' every result.
#'
#' @section Data:
#' | I want to ... | |
#' |---|---|
#' | read a panel from yearbooks, Excel, csv, Stata or SPSS | [read_panel()] |
#' | read exports of China's statistics bureau | [read_nbs()] |
#' | make numbers of columns of text | [destring()] |
#' | bring names of provinces to one spelling | [match_province()] |
#' | fill gaps of a panel, and see what was filled | [impute_gaps()], [imputed()] |
#' | describe and correlate columns | [descriptives()], [correlations()] |
#' | pull in outliers | [winsorise()] |
#' | have data to try things on | [simulate_provinces()], [state_capital], [provinces], [province_neighbours], [us_state_tiles] |
#' | work with the printed tables of four papers | [gu_tables], [cui_tables], [wang_yu_table2], [zhou_lang_table1] |
#'
#' @section Indices:
#' | I want to ... | |
#' |---|---|
#' | say which column measures which system, in which direction | [indicator_sheet()] |
#' | bring indicators to one scale | [normalise()] |
#' | weigh indicators: entropy, CRITIC, coefficients of variation, components | [indicator_weights()] |
#' | weigh by judgements in pairs | [ahp()] |
#' | combine weights, or compare methods | [combine_weights()], [compare_weights()] |
#' | make one index a system, with its dimensions | [composite_index()], [scores()] |
#' | make an index of principal components | [pca_index()] |
#'
#' @section Coupling:
#' | I want to ... | |
#' |---|---|
#' | couple systems: C, T, D and its levels | [coupling()], [summary.coupling()] |
#' | compute C alone, or name the level of a D | [coupling_degree()], [coordination_level()] |
#' | lay D out by unit and time, as papers do | [wide_table()] |
#' | see which system leads | [lead_lag()] |
#' | find what holds a system back | [obstacle_degree()] |
#' | know how far weights, normalisation and sample move an index | [index_uncertainty()], [replays()] |
#'
#' @section Regional dynamics:
#' | I want to ... | |
#' |---|---|
#' | measure inequality, and its parts within and between regions | [inequality()] |
#' | say which units are near which, and hand it to spdep | [spatial_weights()], [as_listw()] |
#' | test whether units are like their neighbours, and find clusters | [moran_test()], [local_moran()] |
#' | say how much of a value's variance regions or drivers explain (geodetector) | [geodetector()] |
#' | follow units between classes, by their neighbours' class | [transition_matrix()] |
#' | test sigma, beta and club convergence | [convergence_test()] |
#' | draw distributions over time | [density_plot()] |
#' | forecast short series by GM(1,1) | [grey_forecast()] |
#'
#' @section Models:
#' | I want to ... | |
#' |---|---|
#' | fit a model with fixed effects, instruments, slopes by unit | [fe_reg()] |
#' | fit a table in a database, its rows left there | [remote-tables] |
#' | fit simultaneous equations (2SLS, SUR, 3SLS, LIML) | [system_reg()], [equations()] |
#' | see whether y spills over to neighbours, and how far | [spatial_reg()], [spatial_effects()], [spatial_tests()] |
#' | fit a dynamic panel by difference or system GMM | [dynamic_panel()], [long_run()] |
#' | have other standard errors | [cov_cr2()], [cov_cr3()], [cov_nw()], [cov_dk()], [cov_conley()] |
#' | test with few clusters | [wild_bootstrap()] |
#' | judge instruments | [weak_iv()], [iv_tests()], [anderson_rubin()], [first_stage()] |
#' | test whether coefficients are zero together, equal, or a number | [test_restrictions()] |
#' | judge a system | [system_tests()], [system_bootstrap()] |
#' | solve a system for its effects in the end | [reduced_form()], [multipliers()] |
#' | see the effects, or the constant beside them | [fixef()], [fe_constant()] |
#' | carry on with broom, sandwich, emmeans, marginaleffects, modelsummary, car, lmtest | [tidy()], [glance()], [augment()], [model-methods] |
#' | carry the uncertainty of an index into a model | [model-replays] |
#'
#' @section Studies around a model:
#' | I want to ... | |
#' |---|---|
#' | look for collinearity, unit roots, random effects | [collinearity()], [unit_root()], [hausman_test()] |
#' | compare nested fits, look for influential rows | [anova()][anova.fe_reg], [cooks.distance()][influence.fe_reg] |
#' | add controls one by one | [add_controls()] |
#' | fit by region or period, and test the difference | [by_group()], [group_difference()] |
#' | vary data, variables, effects and errors at once | [robustness()] |
#' | test for a U, find where an effect turns | [u_shape_test()] |
#' | find where a slope changes (panel threshold regression) | [threshold_test()] |
#' | ask how much what is not observed must matter for an effect to be zero | [oster_bounds()] |
#' | give a regressor to others at random, and see how large placebos are | [placebo_test()] |
#' | follow a policy's effect before and after it comes (event study, staggered) | [event_study()] |
#' | test a mechanism | [mediation_test()], [sobel_test()], [moderation_test()] |
#'
#' @section Tables, pictures and reports:
#' | I want to ... | |
#' |---|---|
#' | print models as journals do | [regression_table()] |
#' | write a table to Word, Excel, HTML, LaTeX or Markdown | [save_table()] |
#' | draw a result: trends, maps, heat maps, weights, intervals | [pictures], [regional-pictures], [study-pictures] |
#' | draw any data as lines, bars or a radar chart | [line_chart()], [bar_chart()], [radar_chart()] |
#' | draw coefficients | [coefficient_plot()] |
#' | have all of it in one document, in English or Chinese | [coupling_report()] |
#'
#' @section Audits of printed tables:
#' | I want to ... | |
#' |---|---|
#' | check a table of C, T and D | [audit_coupling()] |
#' | check weights and entropies | [audit_weights()] |
#' | check ranks and averages | [audit_ranks()] |
#' | check means and deviations | [audit_descriptives()] |
#' | check coefficients, errors, t values, stars and R2 | [audit_coefficients()] |
#' | check sizes of samples and groups | [audit_sizes()] |
#'
#' @section Options:
#' * `ccdpanel.threads`: threads to compute with, 2 unless set; results are the same bits for any
#'   number.
#' * `ccdpanel.remote_keep`: whether sums of a database answer later fits: `TRUE` while the database
#'   says that nothing changed, `"always"`, or `FALSE`.
#' * `ccdpanel.remote_log`: `TRUE` prints each query to a database as it is asked; a function is
#'   called with its text once it is answered or refused.
#' * `ccdpanel.memory`: GiB that one result may take, 8 unless set; more is an error before it is
#'   begun.
#' * `ccdpanel.language`: `"en"` or `"zh"`, the language of everything shown; see
#'   [ccdpanel.language].
#' * `ccdpanel.font`: the font family of pictures with Chinese letters, if not the one found.
#'
#' No option changes a number. Errors, warnings and messages have classes (`ccdpanel_error_panel`,
#' `ccdpanel_message_dropped`, ...) that each help page lists. An argument that has no default and
#' is left out is a `ccdpanel_error_argument_missing` of any function.
#' @keywords internal
#' @useDynLib ccdpanel, .registration = TRUE
#' @importFrom Rcpp evalCpp
#' @importFrom rlang .data
"_PACKAGE"
