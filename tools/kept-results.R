# Results that are kept: a test file whose text, and everything of the package that ran for it, is
# what it was when it last passed, is not run again. Sourced by tools/test-r.R.
#
# What ran is seen, not guessed: each object of the namespace is a promise that notes its name when
# it is first looked up. A file depends on
#   - itself and its snapshots;
#   - every object that it looked up, functions by their code and other objects by their value.
#     What functions keep between calls is emptied before each file, or one would look up what
#     another left to it;
#   - what belongs to all: the compiled code, NAMESPACE, help, data, words, helpers, R, the other
#     packages, the programs on the path and what is called when the package is loaded.
# Files that start sessions of R or read the sources always run. A result with a failure is not
# kept. `rm build/test-r-kept.rds` (or `make clean`) forgets everything.

kept_file <- file.path("build", "test-r-kept.rds")

# ---- what an object is ----

value_of <- function(x) {
  if (is.function(x)) return(list(formals(x), body(x)))
  if (is.list(x)) return(lapply(unclass(x), value_of))
  x
}

object_names <- function(space) {
  names <- ls(space, all.names = TRUE)
  names <- names[!startsWith(names, ".__")]
  values <- mget(names, space)
  compiled <- vapply(values, inherits, NA, "NativeSymbolInfo")
  names[!compiled & !vapply(values, is.environment, NA)]
}

object_hashes <- function(space) {
  names <- object_names(space)
  vapply(mget(names, space), function(x) rlang::hash(value_of(x)), "")
}

# ---- what a function can call ----

# What runs before anything is noted can call these, methods by the generic's name.
reached_from <- function(names, space) {
  objects <- object_names(space)
  table <- space[[".__NAMESPACE__."]]$S3methods
  methods <- split(table[, 3], table[, 1])
  reached <- character()
  while (length(names)) {
    reached <- c(reached, names)
    values <- lapply(mget(names, space), function(x) if (is.function(x)) unname(value_of(x)))
    words <- unique(all.names(as.call(c(as.name("{"), values))))
    called <- c(words, unlist(methods[intersect(words, names(methods))], use.names = FALSE))
    names <- setdiff(intersect(called, objects), reached)
  }
  reached
}

# ---- what belongs to all files ----

# A new object with the name of another package's, or with that of a method, is found where the
# other was before.
found_instead <- function(names, space) {
  names[grepl(".", names, fixed = TRUE) | vapply(names, exists, NA, envir = parent.env(space))]
}

common_hash <- function(space, hashes) {
  home <- getNamespaceInfo(space, "path")
  tests <- list.files("tests", full.names = TRUE, recursive = TRUE)
  # What plots leave behind comes with the first run.
  tests <- tests[!grepl("/test-[^/]*[.]R$|/_snaps/|/Rplots[.]pdf$", tests)]
  files <- c(
    tests, "DESCRIPTION", "NAMESPACE", "tools/test-r.R", "tools/kept-results.R",
    list.files(c("man", "inst", "data", "vignettes"), full.names = TRUE, recursive = TRUE),
    list.files(file.path(home, "libs"), "[.](so|dll)$", full.names = TRUE, recursive = TRUE)
  )
  files <- files[!startsWith(files, "inst/include")]
  beside <- list.files(file.path("..", "shared", c("data", "reference")), full.names = TRUE)
  rlang::hash(list(
    unname(tools::md5sum(files)), basename(files), beside, file.mtime(beside),
    R.version.string, installed.packages()[, c("Package", "Version")],
    list.files(strsplit(Sys.getenv("PATH"), .Platform$path.sep)[[1]]),
    Sys.getenv(c("NOT_CRAN", "TZ", grep("^CCDPANEL", names(Sys.getenv()), value = TRUE))),
    found_instead(names(hashes), space),
    hashes[reached_from(intersect(c(".onLoad", ".onAttach"), names(hashes)), space)]
  ))
}

# Of the file itself and its snapshots; NA where it looks at more than what it runs.
own_hash <- function(file, folder, objects) {
  path <- file.path(folder, file)
  text <- readLines(path, warn = FALSE)
  looks_around <- grepl("source_folder|R[.]home|Rscript|made_locale", text, useBytes = TRUE)
  if (any(looks_around)) return(NA_character_)
  snapshots <- list.files(file.path(folder, "_snaps"), full.names = TRUE, recursive = TRUE)
  name <- sub("^test-(.*)[.]R$", "\\1", file)
  mine <- snapshots[startsWith(sub(".*/_snaps/", "", snapshots), paste0(name, ".")) |
    startsWith(sub(".*/_snaps/", "", snapshots), paste0(name, "/"))]
  lists <- any(grepl("\\bls\\(|[gs]Namespace\\(", text, useBytes = TRUE))
  rlang::hash(c(unname(tools::md5sum(c(path, mine))), basename(mine), if (lists) objects))
}

# What the package is now, and what is asked of it for each file.
package_state <- function(space = loadNamespace("ccdpanel")) {
  hashes <- object_hashes(space)
  list(hashes = hashes, common = common_hash(space, hashes))
}

# ---- results ----

kept_results <- function(locale) {
  if (file.exists(kept_file)) as.list(readRDS(kept_file)[[locale]]) else list()
}

still_holds <- function(kept, own, state) {
  !is.null(kept) && identical(kept$own, own) && identical(kept$common, state$common) &&
    identical(kept$ran, state$hashes[names(kept$ran)])
}

# Of kept entries in the order of the files' hashes, the results that hold.
results_that_hold <- function(entries, own, state) {
  holds <- unlist(Map(still_holds, entries, own, list(state)))
  lapply(stats::setNames(entries, names(own))[holds], `[[`, "result")
}

# What is to be kept of a file's result, with the objects that it looked up.
result_to_keep <- function(result, own, state) {
  if (is.na(own) || result$failed > 0) return(NULL)
  ran <- intersect(sort(result$looked_up), names(state$hashes))
  result$looked_up <- NULL
  list(result = result, own = own, common = state$common, ran = state$hashes[ran])
}

keep_results <- function(new, locale) {
  all <- if (file.exists(kept_file)) readRDS(kept_file) else list()
  all[[locale]] <- Filter(length, c(new, all[[locale]][setdiff(names(all[[locale]]), names(new))]))
  saveRDS(all, kept_file)
}

# ---- what a run looks up ----

looked_up <- new.env()

# What the package's environments hold now: a function that puts it back.
restore_stores <- function(space) {
  stores <- Filter(is.environment, mget(ls(space), space))
  held <- lapply(stores, as.list, all.names = TRUE)
  function() {
    for (name in names(stores)) {
      rm(list = ls(stores[[name]], all.names = TRUE), envir = stores[[name]])
      list2env(held[[name]], stores[[name]])
    }
  }
}

# The promise in the place of an object that notes that it was looked up.
note_lookup <- function(name, value, where, as = name) {
  force(name)
  force(value)
  locked <- bindingIsLocked(as, where)
  if (locked) unlockBinding(as, where)
  delayedAssign(as, {
    assign(name, TRUE, looked_up)
    value
  }, environment(), where)
  if (locked) lockBinding(as, where)
}

# All places of the named objects. Before a file; the second time those that were looked up. The
# tables come first: an entry that R has not yet used looks its method up in the namespace.
note_lookups <- function(space, names) {
  objects <- mget(names, space)
  note_methods(space, objects)
  for (name in names) note_lookup(name, objects[[name]], space)
  attached <- "package:ccdpanel"
  if (attached %in% search()) {
    exports <- intersect(names, ls(attached, all.names = TRUE))
    for (name in exports) note_lookup(name, objects[[name]], as.environment(attached))
  }
  rm(list = ls(looked_up, all.names = TRUE), envir = looked_up)
}

# In the tables of methods, which belong to the generics' packages.
note_methods <- function(space, objects) {
  methods <- space[[".__NAMESPACE__."]]$S3methods
  methods <- methods[methods[, 3] %in% names(objects), , drop = FALSE]
  entries <- paste(methods[, 1], methods[, 2], sep = ".")
  for (other in loadedNamespaces()) {
    table <- asNamespace(other)[[".__S3MethodsTable__."]]
    if (is.null(table)) next
    for (i in which(entries %in% ls(table, all.names = TRUE))) {
      value <- table[[entries[i]]]
      if (identical(environment(value), space)) note_lookup(methods[i, 3], value, table, entries[i])
    }
  }
}
