# Arguments that have no default: what each must be, and a call that has them all.

needed_arguments <- c(
  a = "the coefficient of the treatment in the mediator's model, a number",
  b = "the coefficient of the mediator in the outcome's model, a number",
  by = "a one-sided formula of the groups",
  cluster = "a one-sided formula of one cluster variable",
  cohort = "a one-sided formula of the time at which each unit meets the event",
  controls = "a one-sided formula of controls",
  cutoff = "a distance in km",
  D = "a numeric vector of degrees in [0, 1]",
  data = "a data frame",
  equations = "a named list of formulas, one an equation",
  file = "the path of the file to write",
  files = "the paths of files, named where a file has one indicator",
  factors = "the names of columns that may explain the value",
  fit = "a fit of {.fn fe_reg} or {.fn system_reg}",
  formula = "the model, {.code y ~ x} or {.code y ~ x | effects}",
  mediator = "a one-sided formula of one numeric variable",
  moderator = "a one-sided formula of one numeric variable",
  panel = "the names of two columns, the unit and then the time",
  parameter = "the name of a coefficient",
  place = "a one-sided formula of latitude and longitude in degrees",
  restrictions = "strings that tie coefficients, or a list of {.field matrix} and {.field value}",
  se_a = "the standard error of {.arg a}, a number",
  se_b = "the standard error of {.arg b}, a number",
  sheet = "an {.fn indicator_sheet}, or what makes one: a data frame or the path of a file",
  table = "a data frame of what is printed",
  threshold = "a one-sided formula of one numeric variable",
  time = "the name of the column with the times",
  u = "a numeric matrix or data frame of scores in [0, 1], one column a system",
  unit = "the name of the column with the units' names",
  units = "names of units, or a data frame that has them",
  value = "the names of the columns to show",
  vars = "the names of numeric columns",
  x = "a {.fn coupling}, a {.fn composite_index}, or a data frame with a row a unit and time"
)

# What an argument must be in one function alone.
needed_here <- list(
  ahp = c(x = "a square matrix of comparisons, with positive entries"),
  anderson_rubin = c(fit = "a fit of {.fn fe_reg} with instruments"),
  as_listw = c(x = "weights of {.fn spatial_weights}"),
  collinearity = c(x = "a fit of {.fn fe_reg}, or a data frame"),
  coupling = c(x = "a {.fn composite_index}, or a data frame with a column a system"),
  equations = c(fit = "a fit of {.fn system_reg}"),
  event_study = c(fit = "a least-squares fit of {.fn fe_reg} with the units' and times' effects"),
  fe_constant = c(fit = "a fit of {.fn fe_reg} with effects"),
  first_stage = c(fit = "a fit of {.fn fe_reg} with instruments"),
  group_difference = c(x = "a result of {.fn by_group}"),
  hausman_test = c(fit = "a least-squares fit of {.fn fe_reg} with the unit's effects"),
  imputed = c(x = "a result of {.fn impute_gaps}"),
  index_uncertainty = c(
    x = "a {.fn composite_index}, or a {.fn coupling} of one",
    data = "the raw data that {.arg x} was made of"
  ),
  indicator_sheet = c(x = "a data frame, or the path of a csv or Excel file"),
  iv_tests = c(fit = "a fit of {.fn fe_reg} with instruments"),
  long_run = c(fit = "a fit of {.fn dynamic_panel}"),
  lead_lag = c(x = "a {.fn coupling}"),
  linearHypothesis = c(hypothesis.matrix = "strings, or a matrix with a column a coefficient"),
  match_province = c(x = "a vector of names or codes of provinces"),
  mediation_test = c(fit = "a least-squares fit of {.fn fe_reg}"),
  merge = c(y = "a data frame to merge with"),
  moderation_test = c(fit = "a least-squares fit of {.fn fe_reg}"),
  multipliers = c(fit = "a fit of {.fn system_reg}"),
  reduced_form = c(fit = "a fit of {.fn system_reg}"),
  replays = c(x = "an {.fn index_uncertainty} made with {.code keep = TRUE}"),
  save_table = c(x = "a {.fn regression_table}, or a data frame"),
  scores = c(x = "a {.fn composite_index}"),
  oster_bounds = c(fit = "a least-squares fit of {.fn fe_reg}"),
  placebo_test = c(fit = "a least-squares fit of {.fn fe_reg}"),
  spatial_effects = c(fit = "a fit of {.fn spatial_reg}"),
  spatial_tests = c(fit = "a least-squares fit of {.fn fe_reg}, or a Durbin model"),
  system_bootstrap = c(fit = "a fit of {.fn system_reg}"),
  system_tests = c(fit = "a fit of {.fn system_reg}"),
  test_restrictions = c(fit = "a fit of {.fn fe_reg} or {.fn system_reg}"),
  threshold_test = c(fit = "a least-squares fit of {.fn fe_reg} with the units' effects"),
  weak_iv = c(fit = "a fit of {.fn fe_reg} with instruments, or of {.fn system_reg}"),
  wide_table = c(x = "a {.fn coupling}, a {.fn composite_index} or a summary of a coupling"),
  wild_bootstrap = c(fit = "a fit of {.fn fe_reg}"),
  u_shape_test = c(fit = "a fit of {.fn fe_reg} with a variable and its square"),
  winsorise = c(x = "a numeric vector")
)

example_calls <- c(
  "add_controls(fit, ~ unemployment + log(water))",
  "ahp(rbind(c(1, 3), c(1 / 3, 1)))",
  "anderson_rubin(fit)",
  "as_listw(spatial_weights(provinces$name))",
  "audit_coefficients(table, estimate = \"estimate\", std_error = \"se\", stars = \"stars\")",
  "audit_coupling(table, \"C\", \"T\", \"D\", unit = \"province\")",
  "audit_descriptives(table, n = \"N\", mean = \"mean\", sd = \"sd\", min = \"min\")",
  "audit_ranks(table, values = c(\"2010\", \"2020\"), average = \"average\", rank = \"rank\")",
  "audit_sizes(table, \"N\", group = \"group\", split = \"median\")",
  "audit_weights(table, weight = \"weight\", entropy = \"entropy\", indicator = \"indicator\")",
  "bar_chart(data, unit = \"province\", value = \"score\")",
  "by_group(fit, ~region)",
  "collinearity(fit)",
  "compare_weights(data, sheet, panel = c(\"province\", \"year\"))",
  "composite_index(data, sheet, panel = c(\"province\", \"year\"))",
  "convergence_test(data, value = \"income\", panel = c(\"province\", \"year\"))",
  "coordination_level(c(0.05, 0.3, 0.72))",
  "correlations(data, vars = c(\"output\", \"employment\"))",
  "coupling(composite_index(data, sheet, panel = c(\"province\", \"year\")))",
  "coupling_degree(cbind(0.6, 0.4, 0.2))",
  "coupling_report(data, sheet, panel = c(\"province\", \"year\"), file = \"report.docx\")",
  "cov_conley(~ lat + lon, cutoff = 100)",
  "cov_cr2(~province)",
  "cov_cr3(~province)",
  "density_plot(data, value = \"income\", panel = c(\"province\", \"year\"))",
  "descriptives(data, vars = c(\"output\", \"employment\"))",
  "destring(data, vars = \"income\")",
  "dynamic_panel(y ~ l(y) + x | province + year, data)",
  "equations(fit)",
  "event_study(fit, ~first_year)",
  "fe_constant(fit)",
  "fe_reg(y ~ x | province, data)",
  "first_stage(fit)",
  "geodetector(data, \"income\", c(\"region\", \"water\"), panel = c(\"province\", \"year\"))",
  "grey_forecast(data, value = \"income\", panel = c(\"province\", \"year\"))",
  "group_difference(by_group(fit, ~region))",
  "hausman_test(fit)",
  "impute_gaps(data, panel = c(\"province\", \"year\"))",
  "imputed(impute_gaps(data, panel = c(\"province\", \"year\")))",
  "index_uncertainty(coupling(index), data)",
  "indicator_sheet(\"indicators.csv\")",
  "indicator_weights(data, sheet, panel = c(\"province\", \"year\"))",
  "inequality(data, value = \"income\", panel = c(\"province\", \"year\"))",
  "iv_tests(fit)",
  "lead_lag(coupling(index))",
  "long_run(fit)",
  "linearHypothesis(fit, \"unemployment = 0\")",
  "line_chart(data, time = \"year\", value = \"income\")",
  "local_moran(data, value = \"income\", panel = c(\"province\", \"year\"))",
  "match_province(c(\"Shaanxi Province\", \"Xizang\", \"11\"))",
  "mediation_test(fit, ~ log(patents))",
  "merge(index, data)",
  "moderation_test(fit, ~unemployment)",
  "moran_test(data, value = \"income\", panel = c(\"province\", \"year\"))",
  "multipliers(fit)",
  "normalise(data, sheet, panel = c(\"province\", \"year\"))",
  "obstacle_degree(data, sheet, panel = c(\"province\", \"year\"))",
  "pca_index(data, sheet, panel = c(\"province\", \"year\"))",
  "radar_chart(data, unit = \"province\", value = \"score\")",
  "read_nbs(c(\"2019.csv\", \"2020.csv\"))",
  "read_panel(c(gdp = \"gdp.xlsx\", population = \"population.csv\"))",
  "reduced_form(fit)",
  "replays(index_uncertainty(index, data, keep = TRUE))",
  "robustness(fit, \"since 1978\" = list(subset = ~ year >= 1978))",
  "save_table(regression_table(fit), \"table.docx\")",
  "scores(index)",
  "sobel_test(a = 0.5, se_a = 0.1, b = 0.3, se_b = 0.1)",
  "spatial_weights(provinces$name)",
  "system_bootstrap(fit)",
  "spatial_effects(fit)",
  "spatial_reg(y ~ x | province + year, data, weights = w)",
  "spatial_tests(fit, w)",
  "system_reg(list(demand = q ~ p + income, supply = q ~ p + cost), data)",
  "system_tests(fit)",
  "test_restrictions(fit, c(\"x = 0\", \"z = 0\"))",
  "oster_bounds(fit)",
  "placebo_test(fit, \"unemployment\")",
  "threshold_test(fit, ~unemployment)",
  "transition_matrix(data, value = \"income\", panel = c(\"province\", \"year\"))",
  "u_shape_test(fit, \"unemployment\")",
  "unit_root(data, \"income\", panel = c(\"province\", \"year\"))",
  "weak_iv(fit)",
  "wide_table(coupling(index), \"D\")",
  "wild_bootstrap(fit, \"unemployment\")",
  "winsorise(data$income)"
)

# Every argument of the exported function `name` that has no default has come, before any is looked
# at. `frame` is that of its call; a generic checks what it dispatches on, `only`, and its methods
# the others, after what is misspelt.
check_required <- function(name, only = NULL, frame = rlang::caller_env(),
                           fn = sys.function(sys.parent())) {
  wanted <- only %||% required_arguments(fn)
  lacking <- Filter(function(arg) is_left_out(arg, frame), wanted)
  if (!length(lacking)) return(invisible())
  needed <- vapply(lacking, needed_argument, "", name = name)
  example <- example_calls[startsWith(example_calls, paste0(name, "("))]
  said <- sprintf("{.arg %s} must be given: %s.", lacking, needed)
  names(said) <- c("", rep("x", length(said) - 1))
  abort("argument_missing", c(said, i = "For instance {.code {example}}."), frame)
}

required_arguments <- function(fn) {
  arguments <- formals(fn)
  setdiff(names(arguments)[vapply(arguments, rlang::is_missing, NA)], "...")
}

# What stands in `...`, none of it empty, as in `f(fit, )` or `f(fit, a = )`.
given_dots <- function(..., .frame = rlang::caller_env()) {
  check_no_empty(as.list(substitute(list(...)))[-1], .frame)
  list(...)
}

check_no_empty <- function(exprs, frame) {
  empty <- which(vapply(exprs, rlang::is_missing, NA))
  if (!length(empty)) return(invisible())
  name <- names(empty)
  abort("argument_missing", c(
    if (length(name) && nzchar(name[1])) {
      "{.arg {name[1]}} was given nothing."
    } else {
      "Argument {empty[1]} of {.arg ...} is empty."
    },
    i = "Is there a comma too many?"
  ), frame)
}

needed_argument <- function(arg, name) {
  here <- needed_here[[name]]
  if (arg %in% names(here)) here[[arg]] else needed_arguments[[arg]]
}

# Was an argument of the function whose frame it is left out? Asked of R's own missing(): some
# functions have an argument of that name, which may hold a function.
is_left_out <- function(arg, frame) eval(as.call(list(missing, as.name(arg))), frame)
