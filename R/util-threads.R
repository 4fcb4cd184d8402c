# How many threads a kernel may use. Results do not depend on it, only time does.

thread_count <- function(threads = NULL, call = rlang::caller_env()) {
  threads <- threads %||% getOption("ccdpanel.threads", 2L)
  check_number(threads, "threads", min = 1, max = 1024, call = call, whole = TRUE)
  as.integer(threads)
}

`%||%` <- function(x, y) if (is.null(x)) y else x
