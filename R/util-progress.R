# A bar over `n` steps, or nothing: `update(done)` moves it, `done()` takes it off. cli shows it
# from two seconds on.
progress_bar <- function(show, label, n, envir = rlang::caller_env()) {
  if (!show) return(list(update = function(done) NULL, done = function() NULL))
  id <- cli::cli_progress_bar(label, total = n, .envir = envir, .auto_close = FALSE)
  list(
    update = function(done) cli::cli_progress_update(set = done, id = id, .envir = envir),
    done = function() cli::cli_progress_done(id, .envir = envir)
  )
}
