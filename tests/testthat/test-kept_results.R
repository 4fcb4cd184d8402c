# tools/kept-results.R on a package of four functions: which results are kept decides what `make
# test` runs.

toy_package <- function(env = parent.frame()) {
  tools <- new.env()
  sys.source(file.path(source_folder(), "tools", "kept-results.R"), tools)
  space <- new.env(parent = baseenv())
  evalq(
    {
      outer <- function(x) if (x > 0) inner(x) else constant
      inner <- function(x) format(structure(x, class = "ccd_toy"))
      format.ccd_toy <- function(x, ...) "toy"
      constant <- 1
      store <- new.env()
    },
    space
  )
  space$.__NAMESPACE__. <- list(S3methods = cbind("format", "ccd_toy", "format.ccd_toy"))
  # As R registers methods: to be looked up when they are first used.
  table <- baseenv()[[".__S3MethodsTable__."]]
  delayedAssign("format.ccd_toy", get("format.ccd_toy", space), environment(), table)
  do.call(on.exit, list(
    substitute(rm("format.ccd_toy", envir = table), list(table = table)), add = TRUE
  ), envir = env)
  tools$space <- space
  tools
}

# What a call of the toy package looks up.
looked_up_by <- function(tools, code) {
  tools$note_lookups(tools$space, tools$object_names(tools$space))
  eval(code, tools$space)
  sort(ls(tools$looked_up))
}

test_that("what runs is noted: functions, methods and values, each time anew", {
  tools <- toy_package()
  expect_equal(looked_up_by(tools, quote(outer(1))), c("format.ccd_toy", "inner", "outer"))
  expect_equal(looked_up_by(tools, quote(outer(-1))), c("constant", "outer"))
  expect_equal(looked_up_by(tools, quote(inner(1))), c("format.ccd_toy", "inner"))
  expect_equal(looked_up_by(tools, quote(outer(1))), c("format.ccd_toy", "inner", "outer"))
})

test_that("a result holds until something changes that ran", {
  tools <- toy_package()
  state <- function() list(hashes = tools$object_hashes(tools$space), common = "same")
  ran <- looked_up_by(tools, quote(outer(-1)))
  kept <- tools$result_to_keep(list(failed = 0, looked_up = ran), "own", state())
  expect_true(tools$still_holds(kept, "own", state()))
  expect_false(tools$still_holds(kept, "another text", state()))
  two <- tools$results_that_hold(list(kept, NULL, kept), c(a = "own", b = "own", c = "x"), state())
  expect_equal(two, list(a = list(failed = 0)))
  expect_false(tools$still_holds(kept, "own", list(hashes = state()$hashes, common = "other")))
  expect_null(tools$result_to_keep(list(failed = 1, looked_up = ran), "own", state()))
  change <- function(name, value) {
    rm(list = intersect(name, ls(tools$space)), envir = tools$space)
    tools$space[[name]] <- value
    tools$still_holds(kept, "own", state())
  }
  expect_true(change("inner", function(x) x))
  expect_true(change("new", function(x) x))
  expect_false(change("constant", 2))
  expect_true(change("constant", 1))
  expect_false(change("outer", function(x) x))
})

test_that("what functions keep between calls is put back", {
  tools <- toy_package()
  tools$space$store$first <- 1
  restore <- tools$restore_stores(tools$space)
  tools$space$store$first <- 2
  tools$space$store$second <- 2
  restore()
  expect_equal(as.list(tools$space$store), list(first = 1))
})

test_that("files that look at more than they run are never kept", {
  tools <- toy_package()
  folder <- tempfile()
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  own <- function(...) {
    writeLines(c(...), file.path(folder, "test-a.R"))
    tools$own_hash("test-a.R", folder, "f")
  }
  plain <- own("expect_true(f())")
  expect_false(is.na(plain))
  expect_equal(own("expect_true(f())"), plain)
  expect_false(own("expect_true(f(1))") == plain)
  expect_true(is.na(own("source_folder()")))
  expect_true(is.na(own("system2(file.path(R.home(), 'bin'))")))
  dir.create(file.path(folder, "_snaps"))
  writeLines("x", file.path(folder, "_snaps", "a.md"))
  expect_false(own("expect_true(f())") == plain)
})
