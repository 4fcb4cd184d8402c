# system_reg against systemfit: 3SLS of two equations with seven instruments, whole call against
# whole call, same process.
#
#   Rscript bench/system.R [rows ...]      (default: 360 36000 360000)
#
# Seconds are the least of several rounds, the two packages in turn. Peak memory (Linux) is what a
# fresh process that has the data, and has fitted 360 rows of it, holds at its highest above what it
# held before the call.
library(ccdpanel)

made <- function(n) {
  set.seed(1)
  d <- as.data.frame(matrix(stats::rnorm(7 * n), n, dimnames = list(NULL, paste0("z", 1:7))))
  u <- stats::rnorm(n)
  v <- 0.5 * u + stats::rnorm(n)
  r1 <- d$z1 + d$z2 + d$z3 + u
  r2 <- d$z4 + d$z5 + d$z6 + d$z7 + v
  d$y1 <- (r1 + 0.3 * r2) / (1 - 0.3 * 0.5)
  d$y2 <- 0.5 * d$y1 + r2
  d
}
equations <- list(a = y1 ~ y2 + z1 + z2 + z3, b = y2 ~ y1 + z4 + z5 + z6 + z7)
instruments <- ~ z1 + z2 + z3 + z4 + z5 + z6 + z7
fit_with <- function(who, d, ...) {
  if (who == "system_reg") return(system_reg(equations, d, instruments, ...))
  systemfit::systemfit(
    equations, "3SLS", inst = instruments, data = d, methodResidCov = "noDfCor", ...
  )
}

least_seconds <- function(calls, rounds, times) {
  one <- function(call, times) {
    gc()
    system.time(for (i in seq_len(times)) call(), gcFirst = FALSE)[[3]] / times
  }
  apply(vapply(
    seq_len(rounds), function(r) mapply(one, calls, times), numeric(length(calls))
  ), 1, min)
}

status <- function(field) {
  line <- grep(field, readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line))
}

# Run in a process of its own: prints the megabytes of one call.
print_memory <- function(path, who) {
  d <- readRDS(path)
  fit <- fit_with(who, d[1:360, ])
  invisible(gc())
  clear <- file("/proc/self/clear_refs", "w")
  writeLines("5", clear)
  close(clear)
  held <- status("VmRSS")
  fit <- fit_with(who, d)
  cat((status("VmHWM") - held) / 1024)
}

memory_of <- function(d, who) {
  script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
  if (!file.exists("/proc/self/clear_refs") || !length(script)) return(NA_real_)
  path <- tempfile(fileext = ".rds")
  on.exit(unlink(path))
  saveRDS(d, path, compress = FALSE)
  as.numeric(system2(
    file.path(R.home("bin"), "Rscript"), c(script, "--memory", path, who), stdout = TRUE,
    stderr = FALSE
  ))
}

race <- function(n) {
  d <- made(n)
  size <- if (n < 5000) "small" else if (n < 1e5) "middle" else "large"
  times <- list(small = c(300, 300, 30), middle = c(20, 20, 2), large = c(4, 4, 1))[[size]]
  ours <- function(...) fit_with("system_reg", d, ...)
  theirs <- function() fit_with("systemfit", d)
  stopifnot(max(abs(coef(ours()) - coef(theirs()))) < 1e-8)
  seconds <- least_seconds(
    list(ours, function() ours(iterate = TRUE), theirs), rounds = if (size == "large") 5 else 9,
    times
  )
  asked <- c(small = 20, middle = 60, large = 100)[[size]]
  cat(sprintf(
    paste0(
      "%6d rows: %.2f ms, systemfit %.1f ms: %.0f times as fast (asked: %.0f); iterated (%d ",
      "steps) %+.1f%% (asked: below +5%%)\n"
    ),
    n, 1e3 * seconds[1], 1e3 * seconds[3], seconds[3] / seconds[1], asked,
    ours(iterate = TRUE)$iterations, 100 * (seconds[2] / seconds[1] - 1)
  ))
  if (size == "small") return(invisible())
  megabytes <- c(memory_of(d, "system_reg"), memory_of(d, "systemfit"))
  cat(sprintf(
    "%6d rows: peak memory %.1f MB, systemfit %.1f MB: a share of %.3f (asked: at most .2)\n", n,
    megabytes[1], megabytes[2], megabytes[1] / megabytes[2]
  ))
}

asked <- commandArgs(TRUE)
if (length(asked) && asked[1] == "--memory") {
  print_memory(asked[2], asked[3])
} else {
  for (n in if (length(asked)) as.integer(asked) else c(360L, 36000L, 360000L)) race(n)
}
