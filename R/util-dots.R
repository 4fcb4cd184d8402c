# `...` that a generic forces on a method: what stands there would be read by nobody, and is an
# error.

# What users of other software type, and what it is here; "HC" is the class's robust covariance.
foreign_arguments <- c(
  cluster = "vcov = ~state", clusters = "vcov = ~state", se = "vcov = ~state",
  robust = "vcov = \"HC\"",
  vcov = "vcov = ~state", type = "vcov = \"HC\"", ssc = "fe_reg(ssc = )", vcov. = "vcov = ~state",
  data = "newdata = data",
  conf.level = "level = 0.95", level = "conf.level = 0.95",
  panel.id = "panel = c(\"unit\", \"time\")",
  index = "panel = c(\"unit\", \"time\")"
)

# The covariance that is offered to who asks for a robust one.
robust_covariance <- function(x) UseMethod("robust_covariance")

#' @export
robust_covariance.default <- function(x) "HC1"

# `passed`: names that other packages' generics hand to every method, which change nothing here;
# `also`: arguments of the method that are not among its formals.
check_dots <- function(..., passed = character(), call = rlang::caller_env(),
                       fn = sys.function(sys.parent()), also = character()) {
  force(fn)
  check_bare_names(fn, call)
  check_completions(fn, call)
  if (!...length()) return(invisible())
  given <- ...names() %||% rep("", ...length())
  idle <- setdiff(given, c(passed, if (all(nzchar(given))) ""))
  if (!length(idle)) return(invisible())
  known <- c(setdiff(names(formals(fn)), "..."), also)
  free <- free_of_covariance(idle[1], known, call)
  hint <- if (!length(free)) argument_hint(idle[1], known, call)
  abort("argument", c(
    if (nzchar(idle[1])) {
      "There is no argument {.arg {idle[1]}} here."
    } else {
      "An argument without a name is one too many."
    },
    i = if (length(hint)) "Did you mean {.code {hint}}?",
    i = if (length(free)) "{.fn {free}} gives the same under any covariance: leave it out.",
    i = if (length(known) > 1) {
      "The arguments are {.arg {if (is_object(known[1], call)) known[-1] else known}}."
    } else {
      "There are none but {.arg {known}}."
    }
  ), call)
}

# R reads `n = 99` as `null = 99` where that is the only argument that begins so. A word of which
# most is there is what was meant (`weight` for `weights`); of less nobody knows.
check_completions <- function(fn, frame) {
  if (!is.environment(frame)) return(invisible())
  given <- names_as_typed(frame)
  arguments <- names(formals(fn))
  before <- arguments[seq_len(match("...", arguments, length(arguments) + 1) - 1)]
  short <- given[nzchar(given) & !given %in% arguments]
  for (name in short) {
    whole <- setdiff(before[startsWith(before, name)], given)
    if (length(whole) != 1 || nchar(name) >= max(3, nchar(whole) / 2)) next
    abort("argument", c(
      "There is no argument {.arg {name}} here, and R would take it for {.arg {whole}}.",
      i = "Write {.code {whole} = } if that is meant.",
      i = "The arguments are {.arg {setdiff(arguments, \"...\")}}."
    ), frame)
  }
}

# The names of the arguments in the call of a frame, with those that came through `...`.
names_as_typed <- function(frame) {
  # Evaluated in the frame itself, which rlang::frame_call() looks for among all.
  made <- rlang::eval_bare(as.call(list(sys.call)), frame)
  given <- names(made)[-1]
  if (!any(vapply(as.list(made)[-1], identical, NA, quote(...)))) return(given)
  at <- which(vapply(sys.frames(), identical, NA, frame))[1]
  if (is.na(at)) return(given)
  from <- sys.frame(sys.parents()[at])
  c(given, tryCatch(eval(quote(...names()), from), error = function(e) NULL))
}

# Is the first argument what a method is of, which stands there already?
is_object <- function(first, frame) {
  first %in% c("x", "object", "model", "fit", "data") || is.list(given_object(first, frame))
}

# What a fit answers alike whatever its covariance is.
of_estimates <- c(
  "augment", "coef", "collinearity", "deviance", "df.residual", "estfun", "fitted", "fixef",
  "formula", "hatvalues", "logLik", "model.frame", "model.matrix", "nobs", "predict", "residuals",
  "sigma", "terms", "weights"
)

# The generic of these that was asked for a covariance.
free_of_covariance <- function(name, known, frame) {
  generic <- if (is.environment(frame)) get0(".Generic", frame, inherits = FALSE)
  asked <- name %in% foreign_covariances && !any(startsWith(known, name))
  if (asked && kind_of_fit(given_object(known[1], frame)) == "fit") intersect(generic, of_estimates)
}

# What a word of other software is for an object; NA for words that are none.
foreign_argument <- function(name, object) {
  robust <- sprintf("\"%s\"", robust_covariance(object))
  sub("\"HC\"", robust, unname(foreign_arguments[name]), fixed = TRUE)
}

# The argument that is meant: one of another software, or the nearest name. `frame` is that of the
# function, whose first argument has come already where it is not missing, and is not what is meant.
argument_hint <- function(name, known, frame = NULL) {
  first <- given_object(known[1], frame)
  hint <- foreign_argument(name, first)
  if (!is.na(hint) && sub(" =.*", "", hint) %in% known) return(hint)
  if (name %in% foreign_covariances && !any(startsWith(known, name))) {
    return(switch(kind_of_fit(first),
      fit = "update(fit, vcov = ~state)", groups = "by_group(update(fit, vcov = ~state), ...)",
      character()
    ))
  }
  if (!is.null(first)) known <- known[-1]
  nearest_argument(name, known)
}

nearest_argument <- function(name, known) {
  distance <- utils::adist(name, known, ignore.case = TRUE)
  nearest <- known[which.min(distance)]
  near <- length(nearest) && min(distance) <= max(2, nchar(name) / 3)
  if (near && min(distance) < max(nchar(name) - 1, 2)) {
    return(paste(nearest, "= "))
  }
  begun <- if (nzchar(name)) utils::head(known[startsWith(known, name)], 1)
  if (length(begun)) paste(begun, "= ")
}

# The covariance in the words of other software and in ours.
foreign_covariances <- c("cluster", "clusters", "se", "robust", "vcov", "vcov.")

given_object <- function(name, frame) {
  if (!is.environment(frame)) return(NULL)
  tryCatch(get(name, frame, inherits = FALSE), error = function(e) NULL)
}

kind_of_fit <- function(x) {
  if (inherits(x, "by_group")) "groups" else if (inherits(x, "ccd_model")) "fit" else "none"
}

# What is read only where another argument says so was given without it: `given` are the arguments
# by name, TRUE where they were given; `where` is the way to have them read.
check_unread <- function(given, where, call = rlang::caller_env()) {
  unread <- names(given)[given]
  if (!length(unread)) return(invisible())
  abort("argument", c(
    "{.arg {unread}} {?is/are} read with {.code {where}} only, which is not so here.",
    i = "Give {.code {where}}, or leave {.arg {unread}} out."
  ), call)
}

# What stands in `...` by name beside fits: an argument of other software, or one that is misspelt.
# `is_fit` says what belongs there.
check_fit_dots <- function(given, is_fit, fn, call = rlang::caller_env()) {
  known <- setdiff(names(formals(fn)), "...")
  for (i in which(nzchar(names(given) %||% rep("", length(given))))) {
    if (is_fit(given[[i]])) next
    name <- names(given)[i]
    hint <- argument_hint(name, known)
    if (!length(hint)) next
    abort("argument", c(
      "There is no argument {.arg {name}} here, and what it was given is no fit.",
      i = "Did you mean {.code {hint}}?", i = "The arguments are {.arg {known}}."
    ), call)
  }
}

# Arguments behind `...` take names that are exact, and a fit or variant of such a name with them:
# `misplaced` says what none of them takes.
check_names_taken <- function(arguments, misplaced, what, way, call) {
  taken <- names(arguments)[vapply(arguments, misplaced, NA)]
  if (!length(taken)) return(invisible())
  abort("argument", c(
    "{.arg {taken[1]}} is an argument here, and {what} was given to it.",
    i = way
  ), call)
}

# A fit of ours, or a list of them.
is_fits <- function(x) {
  inherits(x, c("ccd_model", "ccd_models")) ||
    is.list(x) && length(x) > 0 && all(vapply(x, inherits, NA, "ccd_model"))
}

# R completes the name of an argument that stands before `...`: `o = fit` is read as `object`, and
# the fit that was meant for it comes after. `made` is the call as it was typed.
check_completed <- function(arg, made, call = rlang::caller_env()) {
  given <- names(made) %||% ""
  short <- given[nzchar(given) & given != arg & startsWith(arg, given)]
  if (arg %in% given || !length(short)) return(invisible())
  abort("argument", c(
    "R completes {.arg {short[1]}} to the argument {.arg {arg}}, which comes by itself.",
    i = "Give it another name, or write {.code {arg} = } before the first."
  ), call)
}
