# Installation from source on two cores beside fixest's, and the compiler's time for each file.
#
#   Rscript bench/install.R [fixest_x.y.z.tar.gz]      (default: downloaded)
#
# Seconds of the processor are of all processes of an installation: they tell the two apart where
# the machine is busy. Both with R's own flags of the compiler.
timer <- tempfile(fileext = ".sh")
spent <- tempfile()
# What a subshell calls times is its own: the shell's goes by a file.
writeLines(c(
  "#!/bin/sh", "\"$@\"", "status=$?", paste0("times >", spent, ".$$"),
  paste0("echo \"$* $(tail -n 1 ", spent, ".$$)\" >>", spent), "exit $status"
), timer)
Sys.chmod(timer, "755")
makevars <- tempfile()
compiler <- function(name) system2("R", c("CMD", "config", name), stdout = TRUE)
writeLines(sprintf("%s = %s %s", "CXX17", timer, compiler("CXX17")), makevars)

install <- function(source) {
  library <- tempfile()
  dir.create(library)
  before <- proc.time()
  status <- system2(
    "R", c("CMD", "INSTALL", "--no-test-load", paste0("--library=", library), source),
    stdout = FALSE, stderr = FALSE,
    env = c("MAKEFLAGS=-j2", paste0("R_MAKEVARS_USER=", makevars))
  )
  if (status) stop("does not install: ", source)
  took <- proc.time() - before
  so <- list.files(library, "[.]so$", recursive = TRUE, full.names = TRUE)
  c(elapsed = took[["elapsed"]], processor = sum(took[4:5]), megabytes = file.size(so) / 2^20)
}

# "... -o models.o 2m1.5s 0m2.1s" as data: the object, and seconds of user and system.
units <- function() {
  lines <- grep(" -c ", readLines(spent), value = TRUE)
  clock <- function(text) {
    part <- strsplit(sub("s$", "", text), "m")
    vapply(part, function(p) 60 * as.numeric(p[1]) + as.numeric(p[2]), 0)
  }
  words <- strsplit(lines, " +")
  pick <- function(back) vapply(words, function(w) w[length(w) - back], "")
  out <- data.frame(unit = pick(2), seconds = clock(pick(1)) + clock(pick(0)))
  out[order(-out$seconds), ]
}

peer <- commandArgs(TRUE)
if (!length(peer)) peer <- utils::download.packages("fixest", tempdir(), type = "source")[, 2]
peer <- normalizePath(peer)
# The checkout without what was compiled in it.
ours <- file.path(tempdir(), "ccdpanel")
dir.create(ours)
parts <- c("DESCRIPTION", "NAMESPACE", "LICENSE", "R", "data", "inst", "man", "src")
invisible(file.copy(parts[file.exists(parts)], ours, recursive = TRUE))
unlink(list.files(file.path(ours, "src"), "[.](o|so|d|rds)$", full.names = TRUE))
seconds <- rbind(ccdpanel = install(ours))
of_unit <- units()
seconds <- rbind(seconds, fixest = install(peer))
print(round(seconds, 1))
cat(sprintf(
  "install: %.2f of fixest's time, %.2f of its processor seconds (asked: 1)\n",
  seconds[1, 1] / seconds[2, 1], seconds[1, 2] / seconds[2, 2]
))
print(of_unit, row.names = FALSE)
cat(sprintf("longest unit: %.0f s (asked: 25)\n", max(of_unit$seconds)))
