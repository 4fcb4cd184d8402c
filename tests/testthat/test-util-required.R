# The exported functions that are the package's own; generics of others are theirs.
own_exports <- function() {
  namespace <- asNamespace("ccdpanel")
  exports <- mget(
    getNamespaceExports("ccdpanel"), namespace, mode = "function", ifnotfound = list(NULL)
  )
  Filter(function(f) is.function(f) && identical(environment(f), namespace), exports)
}

# A call of `name` whose arguments are all there but `left_out`; those that are there would stop it
# if they were looked at, but for what a generic dispatches on.
incomplete_call <- function(name, f, left_out) {
  args <- setdiff(required_arguments(f), left_out)
  given <- stats::setNames(rep(list(quote(stop("looked at"))), length(args)), args)
  dispatched <- intersect(names(given), "fit")
  if (name %in% c("add_controls", "by_group")) given[dispatched] <- list(quote(fit))
  as.call(c(list(as.name(name)), given))
}

test_that("whoever leaves out an argument is told what it must be, and how a call looks", {
  env <- list2env(
    list(fit = fe_reg(log(output) ~ unemployment | state, state_capital)),
    parent = asNamespace("ccdpanel")
  )
  exports <- own_exports()
  expect_gt(length(exports), 70)
  for (name in names(exports)) {
    required <- required_arguments(exports[[name]])
    for (left_out in c(as.list(required), if (length(required) > 1) list(required))) {
      call <- incomplete_call(name, exports[[name]], left_out)
      error <- tryCatch(eval(call, env), error = identity)
      expect_s3_class(error, "ccdpanel_error_argument_missing")
      expect_identical(conditionCall(error), call)
      said <- gsub("\\s+", " ", conditionMessage(error))
      # A generic sees what it dispatches on before the others.
      if (name %in% c("add_controls", "by_group")) left_out <- left_out[1]
      for (arg in left_out) {
        expect_match(said, sprintf("`%s` must be given: ", arg), fixed = TRUE, label = name)
      }
      expect_match(said, sprintf("For instance `%s(", name), fixed = TRUE)
    }
  }
})

test_that("functions of which nothing is required work, or say what stands in the dots", {
  for (f in list(cov_dk, cov_nw, simulate_provinces)) expect_no_error(f())
  for (f in list(regression_table, coefficient_plot, combine_weights)) {
    expect_error(f(), class = "ccdpanel_error")
  }
})

test_that("the calls that are shown have every argument that is required, and no other", {
  exports <- own_exports()
  calls <- lapply(example_calls, str2lang)
  names(calls) <- vapply(calls, function(call) as.character(call[[1]]), "")
  needing <- Filter(function(f) length(required_arguments(f)), exports)
  expect_setequal(setdiff(names(calls), c("merge", "linearHypothesis")), names(needing))
  for (name in names(needing)) {
    matched <- match.call(needing[[name]], calls[[name]], expand.dots = FALSE)
    expect_identical(setdiff(required_arguments(needing[[name]]), names(matched)), character())
    if (!name %in% c("robustness", "by_group", "add_controls")) expect_null(matched$...)
  }
  # Each text is read by one of them.
  read <- unique(unlist(lapply(needing, required_arguments)))
  expect_setequal(read, names(needed_arguments))
})

test_that("an argument is missing where a wrapper passed on what it was not given", {
  wrapper <- function(model, d) fe_reg(model, d)
  error <- expect_error(wrapper(y ~ x), class = "ccdpanel_error_argument_missing")
  expect_identical(conditionCall(error), quote(fe_reg(model, d)))
})

test_that("an argument that is called like the function that looks is no hindrance", {
  f <- function(x, missing) check_required("by_group", frame = environment(), fn = f)
  expect_null(f(1, missing = function(x) TRUE))
})

test_that("a misspelt argument is told before the one it stands for", {
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital)
  for (asks in list(
    quote(fe_reg(log(output) ~ unemployment, dat4 = state_capital)),
    quote(by_group(fit, bye = ~region)), quote(add_controls(fit, control5 = ~water))
  )) expect_error(eval(asks), "Did you mean", class = "ccdpanel_error_argument")
})

test_that("methods of other generics say what they need too", {
  sim <- simulate_provinces(1)
  expect_error(merge(sim), "`y` must be given", class = "ccdpanel_error_argument_missing")
  cc <- coupling(data.frame(p = c("a", "b"), t = 1, x = 0.2, y = 0.4), c("x", "y"), c("p", "t"))
  expect_error(merge(cc), "`y` must be given", class = "ccdpanel_error_argument_missing")
  skip_if_not_installed("car")
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital)
  expect_error(
    car::linearHypothesis(fit), "`hypothesis.matrix` must be given",
    class = "ccdpanel_error_argument_missing"
  )
})

test_that("a comma too many among fits and variants is told", {
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital)
  for (call in expression(
    regression_table(fit, ), coefficient_plot(fit, ), robustness(fit, ), robustness(fit, a = ),
    combine_weights(a = 1, ), combine_weights(a = ), plot(by_group(fit, ~region), )
  )) {
    expect_error(eval(call), class = "ccdpanel_error_argument_missing", label = deparse1(call))
  }
  expect_error(robustness(fit, a = ), "`a` was given nothing")
  # Fits may be called as what is passed on inside.
  expect_true(all(c("frame", "call") %in% names(regression_table(frame = fit, call = fit))))
})
