# The 64 bits of whole numbers in doubles, as bit64 keeps them, by hand: two halves of 32 bits.
made_integer64 <- function(high, low) {
  word <- function(v) {
    v <- ifelse(v >= 2^31, v - 2^32, v)
    ifelse(v == -2^31, NA_integer_, as.integer(replace(v, v == -2^31, 0)))
  }
  halves <- rbind(word(low), word(high))
  if (.Platform$endian == "big") halves <- halves[2:1, ]
  structure(readBin(
    writeBin(as.vector(halves), raw()), "double", length(high)
  ), class = "integer64")
}

as_integer64 <- function(v) {
  out <- made_integer64((v %/% 2^32) %% 2^32, v %% 2^32)
  missing <- made_integer64(2^31, 0)
  bits <- unclass(out)
  bits[is.na(v)] <- unclass(missing)
  structure(bits, class = "integer64")
}

columns_panel <- function() {
  set.seed(7)
  d <- data.frame(
    id = rep(1:12, each = 10), year = rep(2001:2010, 12), x = rnorm(120), z = rnorm(120),
    w = runif(120, 1, 2)
  )
  d$y <- d$x + rnorm(120)
  d$v <- round(rnorm(120) * 100 + 500)
  d
}

# Everywhere that a column of numbers may enter, with what comes out as a plain vector.
number_doors <- list(
  regressor = function(d) coef(fe_reg(y ~ v + x | id, d)),
  response = function(d) coef(fe_reg(v ~ x | id, d)),
  instrument = function(d) coef(fe_reg(y ~ 1 | id | x ~ v, d)),
  interaction = function(d) coef(fe_reg(y ~ v:x | id, d)),
  lag = function(d) coef(fe_reg(y ~ l(v, 1) + x | id, d, panel = c("id", "year"))),
  slope = function(d) coef(fe_reg(y ~ x | id[v], d)),
  weight = function(d) coef(fe_reg(y ~ x | id, d, weights = ~v)),
  system = function(d) coef(system_reg(list(a = y ~ v + x, b = z ~ x), d, method = "sur")),
  system_response = function(d) coef(system_reg(list(a = v ~ x, b = z ~ x + w), d, method = "sur")),
  descriptives = function(d) unlist(descriptives(d, "v")[, 3:10]),
  correlations = function(d) correlations(d, c("v", "x"))$correlation,
  collinearity = function(d) collinearity(d, c("v", "x"))$vif,
  winsorise = function(d) winsorise(d$v, c(0.05, 0.95)),
  split = function(d) {
    coef(by_group(fe_reg(y ~ x, d), ~v, split = "median", of = "observation")[[1]])
  },
  predict = function(d) predict(fe_reg(y ~ v + x | id, d), d),
  indicator = function(d) {
    sheet <- data.frame(system = "A", dimension = "q", indicator = c("v", "w"), direction = "+")
    as.data.frame(composite_index(d, sheet, c("id", "year")))$A
  },
  score = function(d) coupling(d, c("v", "w"), c("id", "year"), rescale = c(0.01, 0.99))$D
)

level_doors <- list(
  effect = function(d) coef(fe_reg(y ~ x | g, d)),
  cluster = function(d) sqrt(diag(vcov(fe_reg(y ~ x, d, vcov = ~g)))),
  system_effect = function(d) {
    coef(system_reg(list(a = y ~ x, b = z ~ x), d, fe = ~g, method = "ols"))
  },
  unit = function(d) coef(fe_reg(y ~ l(x, 1), d, panel = c("g", "year"))),
  group = function(d) descriptives(d, "x", by = "g")$mean,
  by_group = function(d) vapply(by_group(fe_reg(y ~ x, d), ~g), nobs, 0L),
  predicted = function(d) predict(fe_reg(y ~ x | g, d), d),
  index = function(d) {
    sheet <- data.frame(system = "A", dimension = "q", indicator = c("x", "w"), direction = "+")
    index <- composite_index(d, sheet, c("g", "year"))
    scores(index)[["q"]]
  }
)

quietly_through <- function(door, d) suppressMessages(door(d))

test_that("integer64 are the whole numbers that they stand for, bit64 or not", {
  v <- c(0, 1, -1, 2^31, -2^31, 2^32, 5e15, -5e15, NA, 2^53)
  expect_identical(integer64_numbers(as_integer64(v)), v)
  expect_identical(integer64_text(as_integer64(v)), c(
    "0", "1", "-1", "2147483648", "-2147483648", "4294967296", "5000000000000000",
    "-5000000000000000", NA, "9007199254740992"
  ))
  # 2^53 + 1, the largest and the smallest.
  expect_identical(
    integer64_text(made_integer64(c(2^21, 2^31 - 1, 2^31), c(1, 2^32 - 1, 1))),
    c("9007199254740993", "9223372036854775807", "-9223372036854775807")
  )
})

test_that("numbers of every class give what their plain values give", {
  d <- columns_panel()
  n <- d$v
  kinds <- list(
    integer64 = as_integer64(n),
    labelled = structure(
      n, labels = c(low = 100), class = c("haven_labelled", "vctrs_vctr", "double")
    ),
    difftime = as.difftime(n, units = "hours"),
    hms = structure(n, units = "secs", class = c("hms", "difftime")), asis = I(n), table = array(n),
    column = matrix(n),
    ts = stats::ts(n), other = structure(n, class = "money"), integer = as.integer(n)
  )
  right <- lapply(number_doors, quietly_through, d)
  for (kind in names(kinds)) {
    d$v <- kinds[[kind]]
    for (door in names(number_doors)) {
      expect_equal(
        unname(quietly_through(number_doors[[door]], d)), unname(right[[door]]), tolerance = 1e-9,
        label = paste(kind, door)
      )
    }
  }
})

test_that("classes of other packages mean what these say", {
  d <- columns_panel()
  n <- d$v
  right <- lapply(number_doors, quietly_through, d)
  some <- c("regressor", "response", "weight", "lag", "descriptives", "winsorise", "indicator")
  made <- list(
    bit64 = function() bit64::as.integer64(n), haven = function() haven::labelled(n, c(low = 100)),
    units = function() units::set_units(n, "km"),
    hms = function() hms::hms(n), zoo = function() zoo::zoo(n, seq_along(n))
  )
  for (package in names(made)) {
    if (!requireNamespace(package, quietly = TRUE)) next
    d$v <- made[[package]]()
    for (door in some) {
      expect_equal(
        unname(quietly_through(number_doors[[door]], d)), unname(right[[door]]), tolerance = 1e-9,
        label = paste(package, door)
      )
    }
  }
  expect_length(right, length(number_doors))
})

test_that("values that a class declares missing are missing, with haven or without", {
  d <- columns_panel()
  n <- d$v
  kinds <- list(
    values = structure(n, na_values = n[3], class = c(
      "haven_labelled_spss", "haven_labelled", "vctrs_vctr", "double"
    )),
    range = structure(
      n, na_range = c(-Inf, 400),
      class = c("haven_labelled_spss", "haven_labelled", "vctrs_vctr", "double")
    ),
    integer64 = as_integer64(replace(n, 5, NA))
  )
  gone <- list(values = n == n[3], range = n <= 400, integer64 = seq_along(n) == 5)
  for (kind in names(kinds)) {
    plain <- columns_panel()
    plain$v[gone[[kind]]] <- NA
    plain$g <- plain$v
    d$v <- d$g <- kinds[[kind]]
    for (door in c(
      "regressor", "response", "lag", "slope", "system", "descriptives", "winsorise", "split",
      "score"
    )) {
      expect_equal(
        unname(quietly_through(number_doors[[door]], d)),
        unname(quietly_through(number_doors[[door]], plain)), tolerance = 1e-9,
        label = paste(kind, door)
      )
    }
    expect_identical(
      suppressMessages(fe_reg(y ~ x | g, d))$sample$counts$missing, sum(gone[[kind]])
    )
    expect_error(fe_reg(y ~ x, d, vcov = ~g), class = "ccdpanel_error_cluster")
    expect_error(number_doors$indicator(d), class = "ccdpanel_error_missing")
    filled <- suppressMessages(impute_gaps(d, c("id", "year"), "v"))
    # Where vctrs is there and haven is not, the class has no conversion.
    value <- as.double(unclass(filled$v))
    expect_equal(value, suppressMessages(impute_gaps(plain, c("id", "year"), "v"))$v)
  }
})

test_that("levels of every class are those of their values, long integers included", {
  d <- columns_panel()
  d$g <- d$id
  right <- lapply(level_doors, quietly_through, d)
  text <- sprintf("%02d", d$id)
  kinds <- list(
    integer64 = as_integer64(d$id + 3e9), long = made_integer64(rep(2^21, 120), d$id),
    labelled = structure(d$id, class = c("haven_labelled", "vctrs_vctr", "integer")),
    asis = I(d$id), column = matrix(d$id), date = as.Date("2000-01-01") + d$id,
    lt = as.POSIXlt(as.Date("2000-01-01") + d$id), difftime = as.difftime(d$id, units = "days"),
    text = text, factor = factor(text),
    asistext = I(text)
  )
  if (!requireNamespace("bit64", quietly = TRUE)) kinds$long <- NULL
  for (kind in names(kinds)) {
    d$g <- kinds[[kind]]
    some <- if (kind %in% c("integer64", "long", "lt")) {
      names(level_doors)
    } else {
      setdiff(names(level_doors), c("by_group", "system_effect"))
    }
    for (door in some) {
      expect_equal(
        unname(quietly_through(level_doors[[door]], d)), unname(right[[door]]), tolerance = 1e-9,
        label = paste(kind, door)
      )
    }
  }
})

test_that("what is neither number nor level is an error that names column and class", {
  d <- columns_panel()
  n <- d$v
  kinds <- list(
    complex = as.complex(n), raw = as.raw(n %% 200), list = as.list(n),
    data.frame = data.frame(a = n, b = n), matrix = cbind(n, n)
  )
  named <- c(
    complex = "complex", raw = "raw", list = "list", data.frame = "data[. ]frame", matrix = "matrix"
  )
  for (kind in names(kinds)) {
    d$v <- d$g <- kinds[[kind]]
    doors <- c(number_doors[setdiff(names(number_doors), c(
      if (kind == "matrix") c("regressor", "instrument", "interaction", "lag", "system", "predict"),
      "winsorise"
    ))], level_doors)
    for (door in names(doors)) {
      e <- tryCatch(quietly_through(doors[[door]], d), error = identity)
      expect_s3_class(e, "ccdpanel_error")
      expect_match(cli::ansi_strip(conditionMessage(e)), "\\b[vg]\\b", label = paste(kind, door))
      expect_match(cli::ansi_strip(conditionMessage(e)), named[[kind]], label = paste(kind, door))
    }
  }
})

test_that("numbers as text or as labels of a factor are not numbers, and say so", {
  d <- columns_panel()
  for (v in list(
    sprintf("%.2f", d$v), factor(d$v), as.character(d$v), as.Date("2000-01-01") + d$v
  )) {
    d$v <- v
    for (door in c(
      "response", "weight", "slope", "system_response", "descriptives", "correlations", "winsorise",
      "indicator", "score", "split"
    )) {
      expect_error(quietly_through(number_doors[[door]], d), class = "ccdpanel_error", label = door)
    }
    d$v <- columns_panel()$v
  }
  d$v <- sprintf("%.2f", d$v)
  expect_error(fe_reg(y ~ v | id, d), "spells decimal numbers", class = "ccdpanel_error_regressor")
  expect_error(
    fe_reg(y ~ x | id, d, subset = ~ v > 500), "compares text with a number",
    class = "ccdpanel_error_evaluate"
  )
  expect_error(
    fe_reg(y ~ x | id, transform(d, v = factor(v)), subset = ~ v > 500),
    class = "ccdpanel_error_evaluate"
  )
  # Years as text are levels, as in lm().
  d$v <- as.character(d$year)
  expect_equal(coef(fe_reg(y ~ x + v, d)), coef(stats::lm(y ~ x + v, d)), ignore_attr = TRUE)
})

test_that("a duration of new data is taken in the unit of the fit", {
  d <- columns_panel()
  d$v <- as.difftime(d$v, units = "hours")
  fit <- fe_reg(y ~ v + x, d)
  new <- d[1:4, ]
  units(new$v) <- "mins"
  expect_equal(predict(fit, new), predict(fit, d[1:4, ]))
})

test_that("a labelled year is a time", {
  d <- columns_panel()
  right <- coef(fe_reg(y ~ l(x, 1) | id, d, panel = c("id", "year")))
  d$year <- structure(d$year, label = "Survey year", class = c("labelled", "integer"))
  expect_identical(coef(fe_reg(y ~ l(x, 1) | id, d, panel = c("id", "year"))), right)
  expect_identical(
    vcov(fe_reg(y ~ x | id, d, panel = c("id", "year"), vcov = cov_dk(lag = 2))),
    vcov(fe_reg(y ~ x | id, columns_panel(), panel = c("id", "year"), vcov = cov_dk(lag = 2)))
  )
})

test_that("columns that need nothing are not copied", {
  d <- columns_panel()
  expect_identical(read_columns(d), d)
  expect_identical(settled_panel(d, c("id", "year")), d)
})

test_that("columns of versions and records are refused with their name, class and a way out", {
  d <- state_capital
  d$highways <- NULL
  d[["highways"]] <- numeric_version(as.character(state_capital$year))
  error <- expect_error(
    composite_index(d, state_sheet(), c("state", "year")), "highways",
    class = "ccdpanel_error_numeric"
  )
  expect_match(conditionMessage(error), "numeric_version")
  expect_match(conditionMessage(error), "as.character")
  expect_no_match(conditionMessage(error), "unlist")
})

test_that("months and quarters of zoo that lie between two are the first, under one name", {
  d <- made_panel()
  month <- 2000 + (d$year %% 3) / 12
  off <- month + ifelse(d$id %% 2 == 0, 0.05, 0) # within the month
  whole <- fe_reg(y ~ x | id + month, cbind(d, month = month))
  d$month <- structure(off, class = "yearmon")
  between <- fe_reg(y ~ x | id + month, d)
  expect_equal(coef(between), coef(whole), tolerance = 1e-12)
  expect_identical(between$effects$month, 3L)
  expect_identical(anyDuplicated(names(unclass(fixef(between))$month)), 0L)
  expect_equal(predict(between, d), fitted(whole), tolerance = 1e-10)
  quarter <- structure(2000 + (d$year %% 3) / 4 + 0.2 * (d$id %% 2), class = "yearqtr")
  expect_identical(length(unique(as.numeric(column_levels(quarter)))), 3L)
})

test_that("text that is none in its encoding is an error that says so, wherever it enters", {
  skip_if_not(l10n_info()[["UTF-8"]])
  d <- made_panel()
  for (bad in list("\xff\xfe", `Encoding<-`("\xe5\x8c", "bytes"))) {
    d$g <- rep(c(bad, "b", "c"), length.out = nrow(d))
    said <- "iconv"
    expect_error(fe_reg(y ~ x | g, d), said, class = "ccdpanel_error_levels")
    expect_error(fe_reg(y ~ x, d, vcov = ~g), said, class = "ccdpanel_error_levels")
    expect_error(fe_reg(y ~ x + g, d), said, class = "ccdpanel_error_regressor")
    expect_error(descriptives(d, "y", by = "g"), said, class = "ccdpanel_error_group")
    expect_error(fe_reg(y ~ l(x), d, panel = c("g", "year")), said, class = "ccdpanel_error_panel")
  }
})

test_that("a data frame of plm is the data frame that it was made of", {
  skip_if_not_installed("plm")
  d <- made_panel()
  sheet <- data.frame(
    system = "s", dimension = "s", indicator = c("w", "z1"), direction = c("+", "-")
  )
  panel <- c("id", "year")
  p <- plm::pdata.frame(d, index = panel)
  by_key <- function(x, name) x[[name]][order(as.integer(paste0(x$id)), paste0(x$year))]
  quiet <- function(x) suppressMessages(as.data.frame(x))
  for (scope in c("pooled", "period")) {
    expect_equal(
      by_key(quiet(composite_index(p, sheet, panel, scope = scope)), "s"),
      by_key(quiet(composite_index(d, sheet, panel, scope = scope)), "s"), tolerance = 1e-12
    )
    expect_equal(
      by_key(quiet(normalise(p, sheet, panel, scope = scope)), "w"),
      by_key(quiet(normalise(d, sheet, panel, scope = scope)), "w"), tolerance = 1e-12
    )
  }
  expect_equal(
    as.data.frame(suppressMessages(indicator_weights(p, sheet, panel, scope = "period")))$weight,
    as.data.frame(suppressMessages(indicator_weights(d, sheet, panel, scope = "period")))$weight
  )
  expect_equal(
    coef(suppressMessages(fe_reg(y ~ l(x) | id, p, panel = panel))),
    coef(suppressMessages(fe_reg(y ~ l(x) | id, d, panel = panel)))
  )
})

test_that("results of a data table keep what they are when it is changed in place", {
  skip_if_not_installed("data.table")
  sheet <- data.frame(
    system = c("p", "q"), dimension = "d", indicator = c("x", "y"), direction = "+"
  )
  plain <- data.frame(
    u = rep(c("a", "b", "c"), each = 4), t = rep(2001:2004, 3), x = c(1:6, 2:7), y = sin(1:12)^2,
    g = rep(c("n", "s"), 6), z = c(NA, 2:12)
  )
  plain$share <- plain$x / 10
  calls <- list(
    function(d) composite_index(d, sheet, c("u", "t"), keep = "g"),
    function(d) coupling(composite_index(d, sheet, c("u", "t"), keep = "g")),
    function(d) coupling(d, c("share", "y"), c("u", "t")),
    function(d) stats::model.frame(fe_reg(y ~ x | u, d)),
    function(d) list(stats::weights(fe_reg(y ~ x, d, weights = ~share))),
    function(d) normalise(d, sheet, c("u", "t")),
    function(d) suppressMessages(impute_gaps(d, c("u", "t"), "z")),
    function(d) pca_index(d, rbind(
      sheet, data.frame(system = c("p", "q"), dimension = "d", indicator = c("share", "z"),
        direction = "+")
    ), c("u", "t"), keep = "g")
  )
  for (one in calls) {
    full <- if (identical(one, calls[[8]])) transform(plain, z = 1:12) else plain
    table <- data.table::as.data.table(full)
    made <- as.list(one(table))
    wanted <- as.list(one(full))
    data.table::setorder(table, -t, g)
    data.table::set(table, 1:3, "u", "other")
    expect_identical(lapply(made, as.vector), lapply(wanted, as.vector))
  }
})
