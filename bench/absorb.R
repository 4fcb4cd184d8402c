# fe_reg against fixest::feols where effects are large: whole call against whole call, same process,
# two threads.
#
#   Rscript bench/absorb.R [design ...]      (default: all; names below)
#
# Seconds are the least of a few calls, the two packages in turn. Peak memory (Linux) is what a
# fresh process with the data holds at its highest above what it held before the call. "off" is the
# largest distance of a coefficient from the exact solution, a sparse Cholesky factor of the normal
# equations of the effects, refined on the rows.
library(ccdpanel)
suppressPackageStartupMessages(library(Matrix))
fixest::setFixest_nthreads(2)

with_outcome <- function(d, effects) {
  n <- nrow(d)
  d$x1 <- stats::rnorm(n)
  d$x2 <- stats::rnorm(n)
  d$y <- d$x1 + d$x2 + stats::rnorm(n)
  for (e in effects) {
    value <- stats::rnorm(max(d[[e]]))
    d$y <- d$y + value[d[[e]]]
    d$x1 <- d$x1 + value[d[[e]]] / 2
  }
  d
}

easy <- function(n, ids, firms) {
  with_outcome(data.frame(
    id = sample.int(ids, n, TRUE), firm = sample.int(firms, n, TRUE)
  ), c("id", "firm"))
}

balanced <- function(n, periods) {
  ids <- n / periods
  with_outcome(data.frame(
    id = rep(seq_len(ids), each = periods), firm = rep(seq_len(periods), ids)
  ), c("id", "firm"))
}

cycling <- function(n, ids) (seq_len(n) - 1L) %% ids + 1L

low_mobility <- function(n, ids, firms) {
  id <- cycling(n, ids)
  firm <- as.integer(pmin(pmax(round(id / ids * firms + stats::rnorm(n, 0, 1.2)), 1), firms))
  with_outcome(data.frame(id = id, firm = firm), c("id", "firm"))
}

path_like <- function(n, ids = 3e5L, firms = 3e4L) {
  id <- cycling(n, ids)
  firm <- ceiling(id / ids * firms)
  mover <- sample(ids, ids * .02) |> union(seq(10L, ids, 10L)[stats::runif(ids %/% 10L) < .9])
  moves <- id %in% mover
  firm[moves] <- firm[moves] + sample(-2:2, sum(moves), TRUE)
  with_outcome(data.frame(id = id, firm = as.integer(pmin(pmax(firm, 1), firms))), c("id", "firm"))
}

movers <- function(n, ids = 3e5L, firms = 3e4L) {
  id <- cycling(n, ids)
  firm <- sample.int(firms, ids, TRUE)[id]
  moves <- id %in% sample(ids, ids * .02)
  firm[moves] <- sample.int(firms, sum(moves), TRUE)
  with_outcome(data.frame(id = id, firm = firm), c("id", "firm"))
}

# Firm sizes fall as rank^-0.6; a fifth of the ids move on half their rows, 95% of moves within one
# of 100 regions.
akm <- function(n, ids = 1e5L, firms = 1e4L, regions = 100L) {
  id <- cycling(n, ids)
  size <- seq_len(firms)^-.6
  home <- sample.int(firms, ids, TRUE, size)
  region <- sample.int(regions, firms, TRUE)
  members <- split(seq_len(firms), region)
  firm <- home[id]
  moves <- which(id %in% sample(ids, ids / 5) & stats::runif(n) < .5)
  far <- stats::runif(length(moves)) > .95
  firm[moves[far]] <- sample.int(firms, sum(far), TRUE, size)
  near <- split(moves[!far], region[home[id[moves[!far]]]])
  for (r in names(near)) {
    at <- members[[r]]
    firm[near[[r]]] <- at[sample.int(length(at), length(near[[r]]), TRUE, size[at])]
  }
  with_outcome(data.frame(id = id, firm = firm), c("id", "firm"))
}

# Firms on a 36 x 36 x 36 lattice; each coordinate moves by one with probability .15.
grid <- function(n, side = 36L, ids = 1e5L) {
  id <- cycling(n, ids)
  at <- lapply(1:3, function(k) {
    home <- sample.int(side, ids, TRUE)[id]
    pmin(pmax(home + sample(c(-1L, 0L, 1L), n, TRUE, c(.075, .85, .075)), 1L), side)
  })
  with_outcome(data.frame(id = id, firm = as.integer(
    at[[1]] + side * (at[[2]] - 1L) + side^2 * (at[[3]] - 1L)
  )), c("id", "firm"))
}

three <- function(d) {
  d$year <- sample.int(20L, nrow(d), TRUE)
  d$y <- d$y + sin(d$year)
  d
}

designs <- list(
  easy = list("easy 1e6; 1e5 x 1e3", 3, function() easy(1e6, 1e5, 1e3)),
  balanced = list("balanced 1e6; 5e4 x 20", 2.5, function() balanced(1e6, 20)),
  five = list("5e6; 5e5 x 12", 4, function() easy(5e6, 5e5, 12)),
  ten = list("1e7; 1e6 x 1e3", 12, function() easy(1e7, 1e6, 1e3)),
  hard = list("hard 1e6; 3e4 x 3e3", 40, function() low_mobility(1e6, 3e4L, 3e3L)),
  hard_wide = list("hard 1e6; 1e5 x 1e4", 40, function() low_mobility(1e6, 1e5L, 1e4L)),
  path = list("path-like 1e6", 100, function() path_like(1e6)),
  movers = list("2% movers 1e6", 100, function() movers(1e6)),
  akm = list("AKM power-law 1e6", 25, function() akm(1e6)),
  grid = list("grid 36^3, 1e6", NA, function() grid(1e6)),
  three_easy = list("three effects, easy", 2, function() three(easy(1e6, 1e5, 1e3))),
  three_hard = list("three effects, hard", 30, function() three(low_mobility(1e6, 3e4L, 3e3L))),
  produc = list("Produc, 816 rows", 3, function() NULL)
)

status <- function(field) {
  line <- grep(field, readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line))
}

fit_with <- function(who, f, d, vcov) {
  if (who == "fe_reg") {
    suppressMessages(fe_reg(f, d, vcov = vcov))
  } else {
    fixest::feols(f, d, vcov = vcov, notes = FALSE)
  }
}

# Run in a process of its own: prints the megabytes of one call.
print_memory <- function(name, who) {
  d <- make_design(name)
  invisible(gc())
  clear <- file("/proc/self/clear_refs", "w")
  writeLines("5", clear)
  close(clear)
  held <- status("VmRSS")
  fit <- fit_with(who, formula_of(d), d, "iid")
  cat((status("VmHWM") - held) / 1024)
}

memory_of <- function(name, who) {
  script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
  if (!file.exists("/proc/self/clear_refs") || !length(script)) return(NA_real_)
  as.numeric(system2(
    file.path(R.home("bin"), "Rscript"), c(script, "--memory", name, who), stdout = TRUE,
    stderr = FALSE
  ))
}

race <- function(ours, theirs, rounds) {
  time <- function(call) system.time(call())[[3]]
  seconds <- vapply(seq_len(rounds), function(i) c(time(ours), time(theirs)), c(0, 0))
  list(
    ours = list(value = ours(), seconds = min(seconds[1, ])),
    theirs = list(value = theirs(), seconds = min(seconds[2, ]))
  )
}

# The exact coefficients: id is eliminated, the other effects' levels solved for by a sparse
# Cholesky factor with one level of each component held at zero, twice refined.
exact_coefficients <- function(d, effects) {
  codes <- lapply(d[effects], function(v) match(v, unique(v)))
  unit <- codes[[1]]
  rows <- tabulate(unit)
  within <- function(x) x - (rowsum(x, unit, reorder = TRUE) / rows)[unit, , drop = FALSE]
  dummies <- lapply(codes[-1], function(g) sparseMatrix(seq_along(g), g, x = 1))
  others <- do.call(cbind, dummies)
  by_unit <- crossprod(sparseMatrix(seq_along(unit), unit, x = 1), others)
  s <- forceSymmetric(crossprod(others) - crossprod(by_unit, by_unit / rows))
  s <- s + Diagonal(x = grounded(codes, ncol(others)))
  factor <- Cholesky(s, perm = TRUE, LDL = FALSE)
  x <- within(as.matrix(d[c("y", "x1", "x2")]))
  left <- x
  for (pass in 1:3) {
    left <- within(left - as.matrix(others %*% solve(factor, as.matrix(crossprod(others, left)))))
  }
  qr.coef(qr(left[, -1]), left[, 1])
}

# One on a level of each component (of unit and firm), and on one level of every further effect;
# zero elsewhere.
grounded <- function(codes, width) {
  out <- numeric(width)
  two <- lapply(codes[1:2], function(g) list(code = g - 1L, levels = max(g)))
  component <- ccdpanel:::bind_components(two[[1]], two[[2]])[-seq_len(two[[1]]$levels)]
  out[which(!duplicated(component))] <- 1
  at <- max(codes[[2]])
  for (g in codes[-(1:2)]) {
    out[at + 1] <- 1
    at <- at + max(g)
  }
  out
}

report <- function(title, vcov, asked, run, exact) {
  off <- function(fit) max(abs(stats::coef(fit) - exact))
  cat(sprintf(
    paste0(
      "%-22s %-7s fe_reg %7.3f s, off %.0e | feols %7.3f s, off %.0e | %6.1f times as ",
      "fast (asked: %s)\n"
    ),
    title, vcov, run$ours$seconds, off(run$ours$value), run$theirs$seconds, off(run$theirs$value),
    run$theirs$seconds / run$ours$seconds, asked
  ))
}

make_design <- function(name) {
  set.seed(20)
  designs[[name]][[3]]()
}

formula_of <- function(d) {
  effects <- intersect(c("id", "firm", "year"), names(d))
  stats::as.formula(paste("y ~ x1 + x2 |", paste(effects, collapse = " + ")))
}

race_design <- function(name) {
  design <- designs[[name]]
  if (name == "produc") return(race_produc(design))
  d <- make_design(name)
  f <- formula_of(d)
  exact <- exact_coefficients(d, intersect(c("id", "firm", "year"), names(d)))
  for (vcov in list("iid", ~id)) {
    run <- race(
      function() fit_with("fe_reg", f, d, vcov), function() fit_with("feols", f, d, vcov),
      if (nrow(d) < 2e6) 4 else 2
    )
    report(design[[1]], deparse(vcov), design[[2]], run, exact)
  }
  print_phases(f, d)
  megabytes <- c(memory_of(name, "fe_reg"), memory_of(name, "feols"))
  cat(sprintf(
    "%-22s peak memory %.0f MB, feols %.0f MB: %.2f of it (asked: .5)\n", "", megabytes[1],
    megabytes[2], megabytes[1] / megabytes[2]
  ))
}

race_produc <- function(design) {
  data("Produc", package = "plm", envir = environment())
  f <- log(gsp) ~ log(pcap) + log(pc) + log(emp) + unemp | state + year
  exact <- stats::coef(stats::lm(
    log(gsp) ~ log(pcap) + log(pc) + log(emp) + unemp + state + factor(year), Produc
  ))[2:5]
  for (vcov in list("iid", ~state)) {
    many <- function(who) function() {
      for (i in 1:200) fit <- fit_with(who, f, Produc, vcov)
      fit
    }
    run <- race(many("fe_reg"), many("feols"), 3)
    for (who in names(run)) run[[who]]$seconds <- run[[who]]$seconds / 200
    report(design[[1]], deparse(vcov), design[[2]], run, exact)
  }
}

# Where the time of a call goes: reading and coding the data by sampling, the kernel by its own
# clock.
print_phases <- function(f, d) {
  profile <- tempfile()
  utils::Rprof(profile, interval = 0.002)
  seconds <- replicate(5, system.time(fit_with("fe_reg", f, d, ~id))[[3]])
  utils::Rprof(NULL)
  total <- utils::summaryRprof(profile)$by.total
  ingest <- if ('"model_design"' %in% rownames(total)) {
    total['"model_design"', "total.pct"] / 100 * mean(seconds)
  } else {
    0
  }
  fit_with("fe_reg", f, d, ~id)
  phases <- c(ingest = ingest, ccdpanel:::bind_phases())
  cat(sprintf(
    "%-22s milliseconds: %s\n", "", paste(names(phases), round(1000 * phases, 1), collapse = ", ")
  ))
}

asked <- commandArgs(TRUE)
if (length(asked) && asked[1] == "--memory") {
  print_memory(asked[2], asked[3])
} else {
  for (name in if (length(asked)) asked else names(designs)) race_design(name)
}
