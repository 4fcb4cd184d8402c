# Installs packages at a fixed version into the folder FINDING_LIB: from the sources of the
# repository that getOption("repos") names, from its archive, or, where neither has the version, from
# the package of the Debian release (12 for those named here). What they need and the machine lacks
# comes into the same folder, at its present version. Then checks are stated and held to.

lib <- Sys.getenv("FINDING_LIB")
dir.create(lib, showWarnings = FALSE, recursive = TRUE)
.libPaths(c(lib, .libPaths()))
if (getOption("repos")[["CRAN"]] == "@CRAN@") stop("Set options(repos =) to a mirror of CRAN.")

source_file <- function(package, version) {
  base <- contrib.url(getOption("repos")[["CRAN"]], "source")
  name <- sprintf("%s_%s.tar.gz", package, version)
  to <- file.path(tempdir(), name)
  for (from in file.path(c(base, file.path(base, "Archive", package)), name)) {
    got <- suppressWarnings(try(download.file(from, to, quiet = TRUE), silent = TRUE))
    if (identical(got, 0L)) return(to)
  }
  NULL
}

debian_package <- function(package) {
  work <- tempfile("deb")
  dir.create(work)
  old <- setwd(work)
  on.exit(setwd(old))
  system2("apt-get", c("download", paste0("r-cran-", tolower(package))), stdout = FALSE,
          stderr = FALSE)
  file <- list.files(work, "[.]deb$")
  if (!length(file)) stop("No source of ", package, " at this version, nor a package of Debian")
  system2("dpkg-deb", c("-x", file, "."))
  file.copy(file.path(work, "usr/lib/R/site-library", package), lib, recursive = TRUE)
}

# What a source needs that is absent or older than it asks for.
missing_for <- function(file) {
  package <- sub("_.*", "", basename(file))
  untar(file, file.path(package, "DESCRIPTION"), exdir = tempdir())
  fields <- read.dcf(file.path(tempdir(), package, "DESCRIPTION"))
  fields <- fields[, intersect(colnames(fields), c("Depends", "Imports", "LinkingTo"))]
  needs <- trimws(unlist(strsplit(fields, ",")))
  names <- sub("[[:space:](].*", "", needs)
  least <- ifelse(grepl(">=", needs), gsub(".*>=[[:space:]]*|[)].*", "", needs), "0")
  enough <- mapply(function(name, version) {
    name %in% c("", "R") || nzchar(system.file(package = name)) && packageVersion(name) >= version
  }, names, least)
  names[!enough]
}

pinned <- function(...) {
  versions <- c(...)
  for (package in names(versions)) {
    file <- source_file(package, versions[[package]])
    if (is.null(file)) {
      debian_package(package)
    } else {
      missing <- missing_for(file)
      if (length(missing)) install.packages(missing, lib = lib, quiet = TRUE)
      install.packages(file, lib = lib, repos = NULL, type = "source", quiet = TRUE)
    }
    stopifnot(as.character(packageVersion(package, lib.loc = lib)) ==
                as.character(package_version(versions[[package]])))
  }
  cat(sprintf("%s; %s\n", R.version.string,
              paste(names(versions), versions, collapse = ", ")))
}

# The functions of a package's source at a fixed version, without what else the package needs.
functions_of <- function(package, version) {
  file <- source_file(package, version)
  if (is.null(file)) stop("No source of ", package, " ", version)
  untar(file, exdir = tempdir())
  code <- new.env()
  for (file in list.files(file.path(tempdir(), package, "R"), "[.][rR]$", full.names = TRUE)) {
    sys.source(file, code)
  }
  cat(sprintf("%s; functions of %s %s\n", R.version.string, package, version))
  code
}

# Says what is seen, and ends with an error where it is no longer seen.
seen <- function(what, holds) {
  cat(sprintf("%s %s\n", if (isTRUE(holds)) "seen:   " else "CHANGED:", what))
  if (!isTRUE(holds)) quit(status = 1)
}
