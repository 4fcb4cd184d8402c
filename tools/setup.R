# Installs what a tier of the work needs and this machine lacks:
#
#   Rscript tools/setup.R demo | test | site | bench
#
# What a tier needs is read from DESCRIPTION: demo takes Imports, LinkingTo and Config/Needs/demo;
# test adds Suggests and Config/Needs/test; site adds Config/Needs/website; bench is demo with
# Config/Needs/bench. Config/Needs/test holds minimum versions that the package itself does not ask
# for: tinytable does not load beside knitr 1.42.
#
# As root on Debian or Ubuntu the ready-built r-cran-* packages are taken wherever they are new
# enough, for a missing package and for what it depends on alike; the rest is built from CRAN's
# sources. Without root everything comes from CRAN, into the personal library where R's own is not
# writable. Base R only, since nothing else is there yet.

tiers <- list(
  demo = c("Depends", "Imports", "LinkingTo", "Config/Needs/demo"),
  test = c("Depends", "Imports", "LinkingTo", "Config/Needs/demo", "Suggests", "Config/Needs/test"),
  site = c(
    "Depends", "Imports", "LinkingTo", "Config/Needs/demo", "Suggests", "Config/Needs/test",
    "Config/Needs/website"
  ),
  bench = c("Depends", "Imports", "LinkingTo", "Config/Needs/demo", "Config/Needs/bench")
)
# command = Debian packages; pg_config is what RPostgres is built with, initdb what its tests start
# a server of their own by, clang++ what the core is sanitized by in half the time of g++.
programs <- c(
  cmake = "cmake", `clang-format` = "clang-format", tidy = "tidy", pandoc = "pandoc", qpdf = "qpdf",
  pg_config = "libpq-dev", initdb = "postgresql", `clang++` = "clang libclang-rt-dev"
)

say <- function(...) cat("setup: ", ..., "\n", sep = "")

# "a, b (>= 1.2)" -> package and minimum version, NA where none is asked for.
parse_needs <- function(text) {
  item <- trimws(unlist(strsplit(text[!is.na(text)], ",")))
  item <- item[nzchar(item)]
  minimum <- ifelse(grepl(">=", item), gsub(".*>=\\s*|\\).*", "", item), NA)
  out <- data.frame(package = sub("[[:space:](].*", "", item), minimum = as.character(minimum))
  out[!out$package %in% c("R", rownames(utils::installed.packages(.Library, priority = "base"))), ]
}

at_least <- function(version, minimum) {
  !is.na(version) && (is.na(minimum) || utils::compareVersion(version, minimum) >= 0)
}

installed_version <- function(package) {
  path <- find.package(package, quiet = TRUE)
  if (!length(path)) return(NA_character_)
  tryCatch(as.character(utils::packageVersion(package)), error = function(e) NA_character_)
}

missing_needs <- function(needs) {
  here <- mapply(function(p, m) at_least(installed_version(p), m), needs$package, needs$minimum)
  unique(needs[!as.logical(here), , drop = FALSE])
}

# Debian's R packages serve Debian's R only, and installing them takes root.
use_debian <- function() {
  nzchar(Sys.which("apt-get")) && Sys.info()[["effective_user"]] == "root" &&
    R.home() == "/usr/lib/R"
}

apt <- function(...) {
  log <- file.path("build", "setup-apt.log")
  status <- system2(
    "apt-get", c("-q", "-y", ...), stdout = log, stderr = log,
    env = "DEBIAN_FRONTEND=noninteractive"
  )
  if (status) writeLines(utils::tail(readLines(log, warn = FALSE), 15))
  status == 0
}

# Package lists that are absent or more than a day old are fetched, once.
refresh_debian <- function() {
  lists <- Sys.glob("/var/lib/apt/lists/*Packages*")
  if (length(lists) && max(file.mtime(lists)) > Sys.time() - 86400) return(invisible())
  say("fetching Debian's package lists")
  apt("update")
}

# The upstream versions that Debian offers, NA where it has none: "1:3.1-162-1+b1" -> "3.1-162".
debian_versions <- function(packages) {
  name <- paste0("r-cran-", tolower(packages))
  text <- suppressWarnings(system2("apt-cache", c("policy", name), stdout = TRUE, stderr = FALSE))
  block <- cumsum(grepl("^r-cran-", text))
  candidate <- vapply(split(text, block), function(x) grep("Candidate:", x, value = TRUE)[1], "")
  names(candidate) <- vapply(split(text, block), function(x) sub(":$", "", x[1]), "")
  version <- sub("[+~].*$", "", sub("^[0-9]+:", "", sub(".*Candidate: *", "", candidate[name])))
  version <- sub("-[^-]*$", "", version)
  ifelse(is.na(version) | !grepl("^[0-9]", version), NA_character_, version)
}

cran <- function() {
  if (identical(getOption("repos")[["CRAN"]], "@CRAN@")) utils::chooseCRANmirror(ind = 1)
  utils::available.packages()
}

# Walks from the needs through their dependencies, one level at a time, until everything is here,
# from Debian or from CRAN.
plan <- function(needs) {
  out <- list(debian = character(), cran = character(), unknown = character())
  index <- NULL
  while (nrow(needs <- missing_needs(needs))) {
    offered <- if (use_debian()) debian_versions(needs$package) else rep(NA_character_, nrow(needs))
    ready <- as.logical(mapply(at_least, offered, needs$minimum))
    out$debian <- union(out$debian, needs$package[ready])
    needs <- needs[!ready & !needs$package %in% c(out$cran, out$unknown), , drop = FALSE]
    if (nrow(needs) && is.null(index)) index <- cran()
    known <- needs$package %in% rownames(index)
    out$unknown <- union(out$unknown, needs$package[!known])
    out$cran <- union(out$cran, needs$package[known])
    needs <- if (!any(known)) {
      needs[0, ]
    } else {
      parse_needs(index[unique(needs$package[known]), c("Depends", "Imports", "LinkingTo")])
    }
  }
  out$debian <- setdiff(out$debian, out$cran)  # wanted twice, the second time newer than Debian's
  out
}

personal_library <- function() {
  if (file.access(.libPaths()[1], 2) == 0) return(invisible())
  path <- path.expand(strsplit(Sys.getenv("R_LIBS_USER"), .Platform$path.sep)[[1]][1])
  dir.create(path, recursive = TRUE, showWarnings = FALSE)
  .libPaths(c(path, .libPaths()))
  say("R's library is not writable; installing into ", path)
}

# R before 4.3 compiles by C++14 what does not name a standard; packages of CRAN now count on C++17
# (coupling is one). Theirs is put in force as a personal Makevars would do it by hand, CXX =
# g++ -std=gnu++17, after what the user's own says.
with_newer_cxx <- function(code) {
  if (getRversion() >= "4.3") return(code)
  before <- Sys.getenv("R_MAKEVARS_USER", NA)
  own <- c(before, path.expand("~/.R/Makevars"))
  own <- own[!is.na(own) & file.exists(own)][1]
  cxx <- system2(file.path(R.home("bin"), "R"), c("CMD", "config", "CXX"), stdout = TRUE)
  file <- tempfile("Makevars")
  writeLines(c(
    if (!is.na(own)) readLines(own, warn = FALSE),
    paste("CXX =", sub("-std=\\S+", "", cxx), "-std=gnu++17")
  ), file)
  Sys.setenv(R_MAKEVARS_USER = file)
  on.exit(
    if (is.na(before)) Sys.unsetenv("R_MAKEVARS_USER") else Sys.setenv(R_MAKEVARS_USER = before)
  )
  code
}

install <- function(wanted) {
  if (length(wanted$debian)) {
    say("from Debian: ", paste(wanted$debian, collapse = " "))
    apt("install", "--no-install-recommends", paste0("r-cran-", tolower(wanted$debian)))
  }
  if (length(wanted$cran)) {
    say("from CRAN's sources, which takes minutes: ", paste(wanted$cran, collapse = " "))
    with_newer_cxx(utils::install.packages(wanted$cran, Ncpus = 2, quiet = TRUE))
  }
  if (length(wanted$unknown)) {
    say("not to be had for this R: ", paste(wanted$unknown, collapse = " "))
  }
}

# Debian keeps the programs of a server out of the way.
absent_programs <- function() {
  aside <- lapply(file.path("/usr/lib/postgresql/*/bin", names(programs)), Sys.glob)
  programs[!nzchar(Sys.which(names(programs))) & !lengths(aside)]
}

# Not every release has all: one that is unknown would keep the others from being installed.
offered <- function(packages) {
  text <- suppressWarnings(system2("apt-cache", c("policy", packages), stdout = TRUE))
  intersect(packages, sub(":$", "", grep("^[a-z0-9].*:$", text, value = TRUE)))
}

# Pictures in Chinese need a font that has its letters.
absent_fonts <- function() {
  known <- nzchar(Sys.which("fc-list")) && length(system2("fc-list", ":lang=zh", stdout = TRUE))
  if (!known) c(`a Chinese font` = "fontconfig fonts-wqy-microhei")
}

install_programs <- function() {
  absent <- c(absent_programs(), absent_fonts())
  if (length(absent) && use_debian()) {
    refresh_debian()
    packages <- offered(unlist(strsplit(absent, " ")))
    say("from Debian: ", paste(packages, collapse = " "))
    apt("install", "--no-install-recommends", packages)
    absent <- c(absent_programs(), absent_fonts())
  }
  if (length(absent)) say("absent, and done without: ", paste(names(absent), collapse = ", "))
}

# Every package must load, in a session of its own kind; which versions last did is kept, so that
# the next run is quick.
verify <- function(needs, tier) {
  package <- unique(needs$package)
  seen <- c(R.version.string, paste(package, vapply(package, installed_version, "")))
  stamp <- file.path("build", paste0("setup-", tier))
  if (file.exists(stamp) && identical(readLines(stamp), seen)) return(invisible())
  loads <- paste(
    "for (p in strsplit('%s', ' ')[[1]]) tryCatch(loadNamespace(p), error = function(e)",
    "cat('LOST', p, ':', gsub('\\n', ' ', conditionMessage(e)), '\\n'))"
  )
  code <- sprintf(loads, paste(package, collapse = " "))
  file <- tempfile(fileext = ".R")
  writeLines(code, file)
  said <- suppressWarnings(system2(
    file.path(R.home("bin"), "Rscript"), file, stdout = TRUE, stderr = FALSE
  ))
  lost <- c(
    grep("^LOST", said, value = TRUE),
    if (length(attr(said, "status"))) "LOST the session that loads them"
  )
  old <- missing_needs(needs[!is.na(needs$minimum), , drop = FALSE])
  if (nrow(old)) lost <- c(lost, paste("LOST", old$package, ": needs", old$minimum, "or later"))
  if (!length(lost)) return(invisible(writeLines(seen, stamp)))
  for (line in lost) say(sub("^LOST ", "does not load: ", line))
  quit(status = 1)
}

main <- function(tier) {
  if (length(tier) != 1 || !tier %in% names(tiers)) {
    stop("say one of: ", paste(names(tiers), collapse = ", "))
  }
  dir.create("build", showWarnings = FALSE)
  if (tier %in% c("test", "site")) install_programs()
  needs <- parse_needs(read.dcf("DESCRIPTION", fields = tiers[[tier]]))
  if (nrow(missing_needs(needs))) {
    if (use_debian()) refresh_debian()
    personal_library()
    install(plan(needs))
  }
  verify(needs, tier)
  say("all that `", tier, "` needs is here")
}

main(commandArgs(trailingOnly = TRUE))
