# Draws that depend on a seed alone: the session's generator, its kind and its state stay as they
# were.

with_seed <- function(seed, expr) {
  env <- globalenv()
  old <- if (exists(".Random.seed", envir = env, inherits = FALSE)) {
    get(".Random.seed", envir = env, inherits = FALSE)
  }
  kind <- RNGkind()
  on.exit({
    suppressWarnings(do.call(RNGkind, as.list(kind)))
    if (is.null(old)) rm(".Random.seed", envir = env) else assign(".Random.seed", old, envir = env)
  })
  set.seed(seed, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
  force(expr)
}

# `NULL`: one number of R's own stream, so that set.seed() makes a result reproducible.
settle_seed <- function(seed, call = rlang::caller_env()) {
  if (is.null(seed)) return(sample.int(.Machine$integer.max, 1))
  check_number(seed, "seed", min = 0, max = .Machine$integer.max, call = call, whole = TRUE)
  as.integer(seed)
}
