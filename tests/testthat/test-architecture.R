# The package's map, held to: which room may call which, and what the sources must not contain.

rooms <- c(
  "util", "data", "index", "coupling", "model", "inference", "iv", "fe", "system", "dynamic",
  "regional", "spatial", "study", "remote", "audit", "show"
)

# A room calls itself and the rooms above it, with one exception: a model knows nothing of indices,
# coupling and what follows from them, and a study gets the variants of an index as data.
may_call <- function(room) {
  above <- rooms[seq_len(match(room, rooms))]
  models <- c("model", "inference", "iv", "fe", "system", "dynamic", "study")
  if (room %in% models) setdiff(above, c("index", "coupling", "regional")) else above
}

# "R/index-weights.R" -> "index". The bindings may be called by all; the package's own file calls
# whom it likes.
room_of <- function(file) {
  name <- basename(file)
  ifelse(
    name == "RcppExports.R", "util",
    ifelse(grepl("-package\\.R$|^zzz\\.R$", name), "package", sub("-.*", "", name))
  )
}

# The names that each file assigns at top level: a data frame of name and room.
assigned_names <- function(files) {
  one <- function(file) {
    target <- function(e) {
      if (
        is.call(e) && length(e) == 3 && as.character(e[[1]])[1] %in% c("<-", "=") &&
          (is.symbol(e[[2]]) || is.character(e[[2]]))
      ) as.character(e[[2]])
    }
    name <- unlist(lapply(as.list(parse(file, keep.source = FALSE)), target))
    if (length(name)) data.frame(name = name, file = basename(file), room = room_of(file))
  }
  do.call(rbind, lapply(files, one))
}

# The package's own names that an object uses: a function's globals, or those of the functions in a
# list. A global is among all the names of a function's code, which are found far sooner.
uses <- function(object, names) {
  if (is.function(object) && !is.primitive(object)) {
    names <- intersect(unlist(lapply(c(formals(object), body(object)), all.names)), names)
    return(if (length(names)) intersect(codetools::findGlobals(object), names) else character())
  }
  if (is.list(object)) return(unique(unlist(lapply(object, uses, names = names))))
  character()
}

# Every use that goes against the arrows, as "file: caller -> callee (room)".
wrong_arrows <- function(files, env) {
  map <- assigned_names(files)
  map <- map[map$room != "package", ]
  one <- function(i) {
    barred <- !map$room %in% may_call(map$room[i])
    callee <- uses(get(map$name[i], envir = env), map$name[barred])
    room <- map$room[match(callee, map$name)]
    if (length(callee)) paste0(map$file[i], ": ", map$name[i], " -> ", callee, " (", room, ")")
  }
  unlist(lapply(seq_len(nrow(map)), one))
}

r_files <- function(root) list.files(file.path(root, "R"), "\\.R$", full.names = TRUE)

test_that("a room calls only itself and the rooms above it", {
  files <- r_files(source_folder())
  expect_true(all(room_of(files) %in% c(rooms, "package")))
  expect_gt(nrow(assigned_names(files)), 10)
  expect_null(wrong_arrows(files, asNamespace("ccdpanel")))
})

test_that("no name is assigned in two files", {
  map <- assigned_names(r_files(source_folder()))
  expect_identical(map$name[duplicated(map$name)], character())
})

test_that("the check catches a wrong arrow, in a function, an inner function and a list", {
  folder <- withr_tempdir(environment())
  plant <- function(file, text) writeLines(text, file.path(folder, file))
  plant("util-a.R", "low <- function(x) x")
  plant("index-a.R", c("score <- function(x) low(x)", "table <- list(a = function(x) fit(x))"))
  plant("model-a.R", c(
    "fit <- function(x) low(x)", "inner <- function(x) lapply(x, function(y) score(y))"
  ))
  plant("iv-a.R", "strength <- function(x) estimate(x)")
  plant("fe-a.R", "estimate <- function(x) fit(x)")
  plant("study-a.R", "study <- function(x) fit(score(x))")
  files <- list.files(folder, full.names = TRUE)
  env <- new.env()
  for (file in files) sys.source(file, env)
  expect_setequal(wrong_arrows(files, env), c(
    "index-a.R: table -> fit (model)", "model-a.R: inner -> score (index)",
    "iv-a.R: strength -> estimate (fe)",
    "study-a.R: study -> score (index)"
  ))
})

# The rooms of the C++ core, and what the headers of each may include beside their own: the R-free
# core under inst/include, and the bindings in src, which are named after the room whose kernels
# they call.
cpp_rooms <- list(
  core = character(), index = "core", regional = "core", absorb = "core",
  panel = c("absorb", "core"),
  inference = c("panel", "absorb", "core"), system = c("inference", "panel", "absorb", "core")
)

# "inst/include/ccdpanel/absorb/codes.hpp" and "src/bind_absorb_encode.cpp" -> "absorb".
cpp_room <- function(file) {
  name <- basename(file)
  ifelse(grepl("^bind_", name), sub("^bind_([a-z]+).*", "\\1", name), basename(dirname(file)))
}

cpp_files <- function(root) {
  headers <- list.files(
    file.path(root, "inst", "include", "ccdpanel"), "\\.hpp$", recursive = TRUE, full.names = TRUE
  )
  c(headers, list.files(file.path(root, "src"), "^bind_.*\\.(cpp|h)$", full.names = TRUE))
}

# What a file includes of the package's own, without what other libraries have.
own_includes <- function(file) {
  quoted <- grep(
    '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]', readLines(file, warn = FALSE), value = TRUE
  )
  named <- sub('^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]([^">]*)[">].*', "\\1", quoted)
  named[grepl("^ccdpanel|^bind_", named) | grepl("#[^\"]*\"", quoted)]
}

# Every include against the arrows, as "file -> included". The core's headers are named from the
# include folder on.
wrong_includes <- function(files) {
  one <- function(file) {
    named <- own_includes(file)
    room <- cpp_room(file)
    spelt <- grepl("^ccdpanel/[a-z]+/[a-z_]+\\.hpp$", named) |
      (grepl("^bind_", basename(file)) & grepl("^bind_[a-z_]+\\.h$", named))
    bad <- !spelt | !room %in% names(cpp_rooms) | !cpp_room(named) %in% c(room, cpp_rooms[[room]])
    if (any(bad)) paste(basename(file), "->", named[bad])
  }
  unlist(lapply(files, one))
}

# Files that include each other in a circle: what is left when files that include nothing left are
# taken away in turn.
include_circles <- function(files) {
  key <- sub("^.*/(ccdpanel/[a-z]+/[^/]*)$", "\\1", files)
  key <- ifelse(grepl("^bind_", basename(files)), basename(files), key)
  includes <- stats::setNames(lapply(files, function(file) intersect(own_includes(file), key)), key)
  repeat {
    free <- names(includes)[lengths(includes) == 0]
    if (!length(free)) return(sort(names(includes)))
    includes <- lapply(includes[!names(includes) %in% free], setdiff, free)
  }
}

test_that("C++ files include only their own room and those below it, without a circle", {
  files <- cpp_files(source_folder())
  expect_gt(length(files), 60)
  expect_setequal(cpp_room(files), names(cpp_rooms))
  expect_null(wrong_includes(files))
  expect_identical(include_circles(files), character())
})

test_that("ccdpanel.hpp includes every header of the core", {
  root <- file.path(source_folder(), "inst", "include")
  headers <- file.path("ccdpanel", list.files(
    file.path(root, "ccdpanel"), "\\.hpp$", recursive = TRUE
  ))
  expect_setequal(own_includes(file.path(root, "ccdpanel.hpp")), headers)
})

test_that(
  paste0(
    "the check catches a wrong include of a header, of a binding and by another ",
    "spelling, and a circle"
  ),
  {
  folder <- withr_tempdir(environment())
  plant <- function(file, ...) {
    path <- file.path(folder, file)
    dir.create(dirname(path), recursive = TRUE, showWarnings = FALSE)
    writeLines(c("#include <vector>", ...), path)
  }
  plant(
    "ccdpanel/absorb/codes.hpp", '#include "ccdpanel/core/keys.hpp"',
    '#include "ccdpanel/panel/sample.hpp"'
  )
  plant(
    "ccdpanel/panel/sample.hpp", '#include "ccdpanel/panel/gmm.hpp"',
    "#include <ccdpanel/index/entropy.hpp>"
  )
  plant(
    "ccdpanel/panel/gmm.hpp", '  # include "ccdpanel/panel/sample.hpp" // both ways',
    '#include "../core/keys.hpp"'
  )
  plant("ccdpanel/core/keys.hpp", '#include "ccdpanel.hpp"')
  plant("src/bind_absorb.cpp", '#include "bind_system.h"', '#include "ccdpanel/absorb/codes.hpp"')
  plant("src/bind_effects.cpp", '#include "ccdpanel/absorb/codes.hpp"')
  files <- list.files(folder, recursive = TRUE, full.names = TRUE)
  expect_setequal(wrong_includes(files), c(
    "codes.hpp -> ccdpanel/panel/sample.hpp", "sample.hpp -> ccdpanel/index/entropy.hpp",
    "gmm.hpp -> ../core/keys.hpp",
    "keys.hpp -> ccdpanel.hpp", "bind_absorb.cpp -> bind_system.h",
    "bind_effects.cpp -> ccdpanel/absorb/codes.hpp"
  ))
  circle <- c("ccdpanel/panel/gmm.hpp", "ccdpanel/panel/sample.hpp")
  # What leads into a circle is left beside it.
  expect_identical(include_circles(files), sort(c(
    circle, "bind_absorb.cpp", "bind_effects.cpp", "ccdpanel/absorb/codes.hpp"
  )))
})

test_that("every file of R code has its test file", {
  root <- source_folder()
  files <- r_files(root)
  code <- files[vapply(files, function(f) NROW(assigned_names(f)) > 0, NA)]
  code <- code[!room_of(code) %in% c("util", "package")]
  wanted <- sub("^(.*)$", "test-\\1", basename(code))
  expect_identical(setdiff(wanted, list.files(file.path(root, "tests", "testthat"))), character())
})

not_ascii <- function(files) {
  bad <- function(file) any(readBin(file, "raw", file.size(file)) > as.raw(127))
  basename(files)[vapply(files, bad, NA)]
}

test_that("R code and help pages are ASCII: Chinese goes through escapes", {
  root <- source_folder()
  help <- list.files(file.path(root, "man"), "\\.Rd$", full.names = TRUE)
  expect_gt(length(help), 0)
  expect_identical(not_ascii(c(r_files(root), help)), character())
  planted <- tempfile(fileext = ".R")
  writeLines("x <- '\u8026'", planted, useBytes = TRUE)
  expect_length(not_ascii(planted), 1)
})

# Files with the lines that a merge leaves where two sides differ.
unmerged <- function(files) {
  marks <- paste0("^(", strrep("<", 7), "|", strrep(">", 7), ") ")
  bad <- function(file) any(grepl(marks, readLines(file, warn = FALSE), useBytes = TRUE))
  basename(files)[vapply(files, bad, NA)]
}

test_that("no file holds two sides of a merge", {
  root <- source_folder()
  files <- list.files(
    file.path(root, c("R", "inst", "man", "src", "tests", "tools", "vignettes")),
    "[.](R|Rd|Rmd|csv|hpp|cpp|md|sh|bib|txt)$", recursive = TRUE, full.names = TRUE
  )
  expect_gt(length(files), 1000)
  expect_identical(unmerged(files), character())
  planted <- tempfile()
  writeLines(c("a", paste(strrep("<", 7), "HEAD")), planted)
  expect_identical(unmerged(planted), basename(planted))
})

# Lines of C++ that know R, print, or draw random numbers; comments may speak of them.
forbidden_lines <- function(files) {
  pattern <- paste0(
    "Rcpp|<R\\.h>|<Rinternals\\.h>|<iostream>|printf|std::(cout|cerr|clog)|\\bs?rand ",
    "*\\(|Rf_|R_CheckUserInterrupt"
  )
  unlist(lapply(files, function(file) {
    grep(pattern, sub("//.*", "", readLines(file)), value = TRUE, perl = TRUE)
  }))
}

test_that("the C++ core knows no R, prints nothing and draws no random numbers of R's or C's", {
  headers <- list.files(
    file.path(source_folder(), "inst", "include"), "\\.hpp$", recursive = TRUE, full.names = TRUE
  )
  expect_gt(length(headers), 2)
  expect_length(forbidden_lines(headers), 0)
  planted <- tempfile(fileext = ".hpp")
  writeLines(c(
    "int x = rand();  // why", "// Rcpp is not here", "#include <Rcpp.h>", "operand(3);"
  ), planted)
  expect_length(forbidden_lines(planted), 2)
})

# Names of the help pages that readers look for: those without the keyword internal.
public_pages <- function(files) {
  text <- lapply(files, readLines)
  public <- !vapply(text, function(x) any(x == "\\keyword{internal}"), NA)
  sub("^.name\\{(.*)\\}$", "\\1", vapply(
    text[public], function(x) grep("^.name\\{", x, value = TRUE)[1], ""
  ))
}

test_that("every public help page has its place in the site's reference", {
  root <- source_folder()
  pages <- public_pages(list.files(file.path(root, "man"), "\\.Rd$", full.names = TRUE))
  listed <- grep("^ +- ", readLines(file.path(root, "_pkgdown.yml")), value = TRUE)
  listed <- sub("^ +- +", "", listed)
  expect_gt(length(pages), 1)
  expect_identical(setdiff(pages, listed), character())
})

test_that("a help page bears the name of its file, whichever file of its functions comes first", {
  pages <- list.files(file.path(source_folder(), "man"), "\\.Rd$", full.names = TRUE)
  name <- vapply(pages, function(page) grep("^.name\\{", readLines(page), value = TRUE)[1], "")
  expect_identical(unname(name), paste0("\\name{", sub("\\.Rd$", "", basename(pages)), "}"))
})

test_that("every help page has an example that runs by itself", {
  root <- source_folder()
  pages <- list.files(file.path(root, "man"), "[.]Rd$", full.names = TRUE)
  expect_gt(length(pages), 60)
  example <- function(page) {
    file <- withr_file()
    tools::Rd2ex(page, file)
    if (!file.exists(file)) return("")
    lines <- readLines(file, encoding = "UTF-8")
    # What \dontrun and \donttest leave are lines behind comments or a condition.
    paste(lines[!grepl("^ *#", lines)], collapse = "\n")
  }
  code <- vapply(pages, example, "")
  without <- sub("[.]Rd$", "", basename(pages))[!grepl("[[:alpha:]]", code)]
  # The package's own page and the list of other packages' generics have nothing to run.
  expect_setequal(without, c("ccdpanel-package", "reexports"))
  expect_false(any(grepl("interactive\\(\\)", code)))
})

# The names that files assign and none of them says again, in code, in the text of a message, or in
# a help page that calls a function where it is rendered.
unused_names <- function(files) {
  lines <- unlist(lapply(files, readLines, encoding = "UTF-8"))
  lines <- lines[!grepl("^ *#", lines) | grepl("\\Sexpr", lines, fixed = TRUE)]
  said <- table(unlist(regmatches(lines, gregexpr("[[:alnum:]._]+", lines))))
  name <- assigned_names(files)$name
  name[which(said[name] == 1)]
}

test_that("every function is exported, a method, a hook of R's, or used by another", {
  root <- source_folder()
  lines <- gsub("\"", "", readLines(file.path(root, "NAMESPACE")))
  exported <- sub("^export\\((.*)\\)$", "\\1", grep("^export\\(", lines, value = TRUE))
  generic <- "^S3method\\((?:.*::)?(.*),(.*)\\)$"
  methods <- sub(generic, "\\1.\\2", grep(generic, lines, value = TRUE, perl = TRUE), perl = TRUE)
  files <- r_files(root)
  files <- files[basename(files) != "RcppExports.R"]
  expect_identical(setdiff(unused_names(files), c(exported, methods, ".onLoad")), character())
  planted <- tempfile(fileext = ".R")
  on.exit(unlink(planted))
  writeLines("left_over <- function(x) x", planted)
  expect_identical(
    setdiff(unused_names(c(files, planted)), c(exported, methods, ".onLoad")), "left_over"
  )
})

test_that("?ccdpanel names every exported function and every option", {
  root <- source_folder()
  page <- paste(readLines(file.path(root, "man", "ccdpanel-package.Rd")), collapse = "\n")
  lines <- readLines(file.path(root, "NAMESPACE"))
  functions <- sub("^export\\((.*)\\)$", "\\1", grep("^export\\(", lines, value = TRUE))
  expect_gt(length(functions), 70)
  named <- vapply(functions, function(name) grepl(paste0("{", name, "()}"), page, fixed = TRUE), NA)
  expect_identical(functions[!named], character())
  code <- unlist(lapply(r_files(root), readLines, encoding = "UTF-8"))
  options <- unlist(regmatches(code, gregexpr("getOption\\(\"ccdpanel[^\"]*\"", code)))
  options <- unique(sub("getOption(\"", "", sub("\"$", "", options), fixed = TRUE))
  expect_gt(length(options), 1)
  expect_identical(options[!vapply(options, grepl, NA, x = page, fixed = TRUE)], character())
})

test_that("CONTRIBUTING.md and make test have the same rooms", {
  root <- source_folder()
  script <- readLines(file.path(root, "tools", "test.sh"))
  listed <- function(name) {
    strsplit(sub(".*\"(.*)\"", "\\1", grep(paste0("^", name, "="), script, value = TRUE)), " ")[[1]]
  }
  expect_setequal(listed("r_rooms"), rooms)
  expect_setequal(listed("cpp_rooms"), names(cpp_rooms))
  map <- grep("^\\| `", readLines(file.path(root, "CONTRIBUTING.md")), value = TRUE)
  expect_identical(sub("^\\| `([a-z]+)` .*", "\\1", map), rooms)
})
