# What each of some calls says, by class and words, and prints: of testthat's versions each lays the
# conditions of a snapshot out in its own way.
#
#   expect_snapshot_output(what_is_said({
#     fe_reg(y ~ z, d)
#   }))
what_is_said <- function(code) {
  code <- substitute(code)
  env <- parent.frame()
  for (call in if (identical(code[[1]], quote(`{`))) as.list(code)[-1] else list(code)) {
    cat("> ", paste(deparse(call, 500L), collapse = "\n"), "\n", sep = "")
    tryCatch(
      withCallingHandlers(
        {
          out <- withVisible(eval(call, env))
          if (out$visible) print(out$value)
        },
        message = tell_condition, warning = tell_condition
      ),
      error = tell_condition
    )
  }
}

tell_condition <- function(cnd) {
  cat("<", class(cnd)[1], ">\n", trimws(conditionMessage(cnd), "right"), "\n", sep = "")
  if (!inherits(cnd, "error")) rlang::cnd_muffle(cnd)
}

# Messages of a class, each in one line.
said <- function(expr, class = "unbalanced") {
  out <- character()
  withCallingHandlers(expr, message = function(m) {
    if (inherits(m, paste0("ccdpanel_message_", class))) {
      out <<- c(out, gsub("\\s+", " ", conditionMessage(m)))
    }
    rlang::cnd_muffle(m)
  })
  out
}
