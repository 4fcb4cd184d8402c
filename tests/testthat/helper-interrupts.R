# Each of the calls takes long, and ends by an interrupt that comes soon after its start.
expect_interrupted <- function(calls) {
  for (name in names(calls)) {
    ended <- FALSE
    what <- tryCatch(
      {
        system(sprintf("(sleep 0.5; kill -INT %d) &", Sys.getpid()))
        calls[[name]]()
        ended <- TRUE
        Sys.sleep(5)
      },
      interrupt = function(i) "interrupted"
    )
    expect_identical(what, "interrupted", label = name)
    expect_false(ended, label = name)
  }
}
