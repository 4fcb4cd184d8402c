panel <- c("unit", "year")

test_that("percentile intervals are R's quantiles, over the draws that are defined", {
  set.seed(1)
  draws <- matrix(rnorm(60), 4)
  draws[2, 3:5] <- NaN
  draws[3, ] <- NA
  draws[4, -1] <- Inf
  got <- percentile_ends(draws, 0.9)
  for (i in 1:2) {
    x <- draws[i, is.finite(draws[i, ])]
    expect_equal(got$std.error[i], sd(x))
    expect_equal(c(got$conf.low[i], got$conf.high[i]), quantile(x, c(.05, .95), names = FALSE))
  }
  expect_equal(got$draws, c(15, 12, 0, 1))
  expect_true(all(is.na(got[3:4, 1:3])))
})

test_that("values are laid out by unit and time in any order of rows", {
  d <- regional_toy()
  at <- regional_values(d, "y", panel, NULL, NULL)
  expect_equal(at$times, 2001:2005)
  for (i in c(1, 7, 30)) {
    expect_equal(at$y[match(d$unit[i], at$units), match(d$year[i], at$times)], d$y[i])
  }
  cc <- coupling(state_index())
  expect_equal(regional_values(cc, NULL, NULL, NULL, NULL)$value, "D")
  expect_error(
    regional_values(state_index(), NULL, NULL, NULL, NULL), class = "ccdpanel_error_column"
  )
})

test_that("the drawn units depend on seed and draw, and keep their strata", {
  a <- bind_unit_draws(rep(0:2, 4), 6L, 1)
  expect_identical(bind_unit_draws(rep(0:2, 4), 4L, 1), a[, 1:4])
  expect_equal(unname(rowsum(a, rep(0:2, 4))), matrix(4, 3, 6))
  expect_false(identical(bind_unit_draws(rep(0:2, 4), 6L, 2), a))
  # Each unit counts once on average: 4000 draws of 12, standard error sqrt(11/12/4000).
  many <- rowMeans(bind_unit_draws(rep(0L, 12), 4000L, 3))
  expect_lt(max(abs(many - 1)), 5 * sqrt(11 / 12 / 4000))
})

# Codes of a column labelled as in Stata stay codes in the result.
coded_panel <- function() {
  d <- expand.grid(prov = seq_len(31), year = 2011:2016)
  set.seed(5)
  d$y <- exp(provinces$lat[d$prov] / 20 + 0.1 * stats::runif(nrow(d))) * 1.02^(d$year - 2011)
  d$half <- 2 - d$prov %% 2
  coded <- function(x, labels) structure(x, labels = labels, class = c("haven_labelled", "double"))
  d$prov <- coded(as.double(d$prov), stats::setNames(as.double(1:31), provinces$name))
  d$half <- coded(as.double(d$half), c(odd = 1, even = 2))
  d
}

test_that("units and groups that are labelled codes are shown by their labels everywhere", {
  d <- coded_panel()
  panel <- c("prov", "year")
  plain <- data.frame(
    prov = provinces$name[unclass(d$prov)], year = d$year, y = d$y,
    half = factor(c("odd", "even")[unclass(d$half)], c("odd", "even"))
  )
  bare <- function(x) {
    out <- as.data.frame(x)
    out$prov <- NULL
    out
  }
  island <- spatial_weights(provinces$name, islands = "none")
  calls <- list(
    function(d) moran_test(d, "y", island, panel, seed = 1, draws = 99),
    function(d) local_moran(d, "y", NULL, panel, seed = 1, draws = 99, adjust = "none"),
    function(d) transition_matrix(d, "y", panel = panel, given = "contiguity"),
    function(d) transition_matrix(d, "y", panel = panel, by = "half"),
    function(d) inequality(d, "y", panel = panel, by = "half"),
    function(d) inequality(d, "y", panel = panel, by = "region3"),
    function(d) convergence_test(d, "y", panel = panel, by = "half"),
    function(d) grey_forecast(d, "y", panel = panel)
  )
  for (f in calls) {
    coded <- f(d)
    named <- f(plain)
    expect_equal(bare(coded), bare(named))
    expect_identical(capture.output(print(coded)), capture.output(print(named)))
    expect_identical(
      readLines(save_table(coded, tempfile(fileext = ".md"))),
      readLines(save_table(named, tempfile(fileext = ".md")))
    )
    expect_identical(capture.output(print(summary(coded))), capture.output(print(summary(named))))
  }
  expect_type(calls[[2]](d)$prov, "double")
  made <- as.matrix(spatial_weights(d, panel = panel))
  codes <- structure(1:31, labels = attr(d$prov, "labels"))
  expect_identical(as.matrix(spatial_weights(codes)), made)
  expect_identical(as.matrix(spatial_weights(provinces$name)), made)
  # Weights may as well be called by the codes.
  m <- as.matrix(island)
  dimnames(m) <- list(1:31, 1:31)
  by_code <- moran_test(d, "y", m, panel, draws = 0)
  expect_equal(by_code$I, moran_test(plain, "y", as.matrix(island), panel, draws = 0)$I)
})

test_that("codes of twelve digits are told apart", {
  d <- regional_toy()
  long <- 110101001000 + match(d$unit, unique(d$unit))
  names <- as.character(110101001000 + 1:12)
  m <- outer(1:12, 1:12, function(i, j) as.numeric(abs(i - j) == 1))
  w <- spatial_weights(`dimnames<-`(m, list(unique(d$unit), unique(d$unit))))
  coded <- spatial_weights(`dimnames<-`(m, list(names, names)))
  panel <- c("unit", "year")
  expect_equal(
    moran_test(transform(d, unit = long), "y", coded, panel, draws = 0)$I,
    moran_test(d, "y", w, panel, draws = 0)$I
  )
})

# A panel of enough units that no kernel ends before the interrupt comes.
test_that("kernels that draw tell how far they are, end with an error or an interrupt, and the
  bits do not depend on threads", {
  d <- expand.grid(unit = sprintf("u%04d", 1:1500), year = 1:4)
  d$y <- exp(sin(seq_len(nrow(d))))
  d$group <- as.integer(d$unit) %% 5
  panel <- c("unit", "year")
  names <- levels(d$unit)
  ring <- list(c(1500L, 2L))
  for (i in 2:1500) ring[[i]] <- c(i - 1L, i %% 1500L + 1L)
  w <- spatial_weights(structure(ring, class = "nb", region.id = names))
  calls <- list(
    inequality = function(n, ...) inequality(d, "y", panel = panel, boot = n, seed = 1, ...),
    moran = function(n, ...) moran_test(d, "y", w, panel, draws = n, seed = 1, ...),
    local = function(n, ...) local_moran(d, "y", w, panel, draws = n, seed = 1, ...),
    markov = function(n, ...) transition_matrix(d, "y", panel = panel, boot = n, seed = 1, ...)
  )
  for (f in calls) {
    one <- f(200, threads = 1, progress = FALSE)
    bar <- utils::capture.output(
      two <- f(200, threads = 2, progress = TRUE), type = "message"
    )
    expect_identical(one, two)
  }
  expect_error(inequality(d, "y", panel = panel, progress = NA), class = "ccdpanel_error_type")
  note <- function(seen) function(done) seen$at <- c(seen$at, done)
  seen <- new.env()
  links <- list(seq(0L, 3000L, 2L), unlist(ring) - 1L, rep(0.5, 3000), d$y[1:1500])
  do.call(bind_moran, c(links, 2000L, 1, 2L, note(seen)))
  expect_identical(seen$at, c(1024, 2000))
  enough <- function(done) stop("enough")
  expect_error(do.call(bind_moran, c(links, 2000L, 1, 2L, enough)), "enough")
  expect_error(do.call(bind_local_moran, c(links, 1, 2000L, FALSE, 1, 2L, enough)), "enough")
})

test_that("the user's interrupt ends every kernel that draws", {
  skip_on_cran()
  skip_on_os("windows")
  d <- expand.grid(unit = sprintf("u%04d", 1:1500), year = 1:4)
  d$y <- exp(sin(seq_len(nrow(d))))
  panel <- c("unit", "year")
  w <- spatial_weights(structure(
    lapply(1:1500, function(i) setdiff(c(i - 1L, i + 1L), c(0L, 1501L))), class = "nb",
    region.id = levels(d$unit)
  ))
  # Each would take half a minute and more.
  calls <- list(
    inequality = function() inequality(d, "y", panel = panel, boot = 5e5, seed = 1),
    moran = function() moran_test(d, "y", w, panel, draws = 1e6, seed = 1),
    local = function() local_moran(d, "y", w, panel, draws = 1e7, seed = 1),
    markov = function() transition_matrix(d, "y", panel = panel, boot = 1e6, seed = 1),
    beta = function() convergence_test(d, "y", panel = panel, boot = 1e5, seed = 1)
  )
  expect_interrupted(calls)
})

test_that("times of text that are numbers are those numbers, other text is said to sort", {
  d <- regional_toy(years = 12)
  d$year <- d$year - 2000
  text <- d
  text$year <- as.character(d$year)
  panel <- c("unit", "year")
  for (type in c("beta", "sigma")) {
    expect_equal(
      as.data.frame(convergence_test(text, "y", type = type, panel = panel)),
      as.data.frame(convergence_test(d, "y", type = type, panel = panel))
    )
  }
  q <- inequality(text, "y", panel = panel)
  expect_equal(q$year, 1:12)
  ends <- vapply(c(1, 12), function(t) plain_gini(d$y[d$year == t]), 0)
  change <- summary(q)$change
  expect_equal(unlist(change[change$measure == "gini", c("first", "last")], FALSE, FALSE), ends)
  text$year <- factor(text$year)
  expect_equal(inequality(text, "y", panel = panel)$year, 1:12)
  grey <- function(d) as.data.frame(grey_forecast(d, "y", panel = panel, force = TRUE))
  suppressMessages(expect_equal(grey(text), grey(d)))
  text$year <- paste0("t", d$year)
  expect_message(
    q <- inequality(text, "y", panel = panel), "from t1 to t9", class = "ccdpanel_message_times"
  )
  expect_identical(q$year, sort(unique(text$year)))
})

test_that("an error of the panel names the panel", {
  d <- regional_toy()
  for (panel in list("unit", c("unit", "zz"))) {
    wrong <- expect_error(inequality(d, "y", panel = panel), class = "ccdpanel_error")
    expect_match(conditionMessage(wrong), "`panel`", fixed = TRUE)
    expect_no_match(conditionMessage(wrong), "`x`", fixed = TRUE)
  }
})

test_that("a tibble gives what its data frame gives, without a word of tibble's", {
  skip_if_not_installed("tibble")
  d <- data.frame(u = rep(c("a", "b", "c"), 4), t = rep(1:4, each = 3), v = 1:12)
  expect_no_warning(x <- inequality(tibble::as_tibble(d), "v", panel = c("u", "t")))
  expect_identical(x$gini, inequality(d, "v", panel = c("u", "t"))$gini)
})
