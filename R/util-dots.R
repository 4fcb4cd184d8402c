# `...` that a generic forces on a method: what stands there would be read by nobody, and is an
# error.

# What users of other software type, and what it is here.
foreign_arguments <- c(
  cluster = "vcov = ~state", clusters = "vcov = ~state", se = "vcov = ~state",
  robust = "vcov = \"HC1\"",
  type = "vcov = \"HC1\"", ssc = "fe_reg(ssc = )", vcov. = "vcov = ~state", data = "newdata = data",
  conf.level = "level = 0.95", level = "conf.level = 0.95"
)

# `passed`: names that other packages' generics hand to every method, which change nothing here;
# `also`: arguments of the method that are not among its formals.
check_dots <- function(..., passed = character(), call = rlang::caller_env(),
                       fn = rlang::caller_fn(), also = character()) {
  force(fn)
  if (!...length()) return(invisible())
  given <- ...names() %||% rep("", ...length())
  idle <- setdiff(given, c(passed, if (all(nzchar(given))) ""))
  if (!length(idle)) return(invisible())
  known <- c(setdiff(names(formals(fn)), "..."), also)
  abort("argument", c(
    if (nzchar(idle[1])) {
      "There is no argument {.arg {idle[1]}} here."
    } else {
      "An argument without a name is one too many."
    },
    i = if (length(hint <- argument_hint(idle[1], known))) "Did you mean {.code {hint}}?",
    i = if (length(known) > 1) {
      "The arguments are {.arg {known[-1]}}."
    } else {
      "There are none but {.arg {known}}."
    }
  ), call)
}

# The argument that is meant: one of another software, or the nearest name.
argument_hint <- function(name, known) {
  hint <- foreign_arguments[name]
  if (!is.na(hint) && sub(" =.*", "", hint) %in% known) return(unname(hint))
  distance <- utils::adist(name, known, ignore.case = TRUE)
  nearest <- known[which.min(distance)]
  if (nzchar(name) && length(nearest) && min(distance) <= max(2, nchar(name) / 3)) {
    return(paste(nearest, "= "))
  }
  if (nzchar(name)) utils::head(known[startsWith(known, name)], 1)
}
