# Each of the calls takes long, and ends by an interrupt that comes soon after its start.
expect_interrupted <- function(calls) {
  testthat::skip_if_not(interrupts_arrive(), "started where interrupts are ignored")
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

# What is started in the background ignores them, which newer versions of R leave so.
interrupts_arrive <- function() {
  tryCatch(
    {
      system(sprintf("(sleep 0.2; kill -INT %d) &", Sys.getpid()))
      Sys.sleep(5)
      FALSE
    },
    interrupt = function(i) TRUE
  )
}
