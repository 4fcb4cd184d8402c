u <- cbind(.6, .4, .2)

test_that("the literature's values, to the digits worked on paper", {
  expect_equal(round(coupling_degree(u), 5), .90856)
  expect_equal(round(coupling_degree(u, "wang"), 5), .58796)
  expect_equal(round(coupling_degree(u, "fan"), 5), .67340)
  expect_equal(coupling_degree(cbind(.9, .4)), 2 * .6 / 1.3)
  expect_equal(coupling_degree(cbind(.9, .4), "power", k = 2), (.36 / .65^2)^2)
})

test_that("identities", {
  set.seed(1)
  v <- matrix(runif(4000), 1000)
  standard <- 4 * apply(v, 1, prod)^(1 / 4) / rowSums(v)
  expect_equal(coupling_degree(v), standard, tolerance = 1e-14)
  expect_equal(coupling_degree(v, "power", k = .5), standard^2, tolerance = 1e-14)
  expect_equal(coupling_degree(v, "power", k = 1 / 4), standard, tolerance = 1e-14)
  expect_equal(coupling_degree(v / 2), standard, tolerance = 1e-14)
  far <- apply(v, 1, function(r) mean(stats::dist(r)))
  expect_equal(
    coupling_degree(v, "wang"), sqrt((1 - far) * apply(v / apply(v, 1, max), 1, prod)^(1 / 3)),
    tolerance = 1e-13
  )
  expect_equal(
    coupling_degree(v, "fan"), 1 - 2 * apply(v, 1, function(r) sqrt(mean((r - mean(r))^2))),
    tolerance = 1e-13
  )
  for (model in c("standard", "wang", "fan", "power")) {
    expect_equal(
      coupling_degree(v[, c(3, 1, 4, 2)], model), coupling_degree(v, model), tolerance = 1e-14
    )
    expect_equal(coupling_degree(matrix(runif(10), 10, 5), model), rep(1, 10))
    expect_true(all(coupling_degree(v, model) <= 1))
  }
})

test_that("corners", {
  nought <- cbind(c(0, 1), c(0, 0))
  expect_identical(coupling_degree(nought), c(0, 0))
  expect_identical(coupling_degree(nought, "wang"), c(0, 0))
  expect_identical(coupling_degree(nought, "fan"), c(1, 0))
  expect_equal(coupling_degree(cbind(1, 0, 0), "fan"), 1 - 2 * sqrt(2) / 3)
  expect_equal(coupling_degree(matrix(1e-20, 1, 30)), 1)
  expect_identical(coupling_degree(cbind(c(NA, .5), c(.5, .5))), c(NA, 1))
  expect_identical(coupling_degree(matrix(0, 0, 2)), numeric())
  expect_identical(coupling_degree(data.frame(a = 1L, b = 1L)), 1)
})

test_that("misuse is named", {
  expect_error(coupling_degree(cbind(1.2, .5)), "V1 \\(1\\)", class = "ccdpanel_error_scores")
  expect_error(coupling_degree(cbind(-.1, .5)), class = "ccdpanel_error_scores")
  expect_error(coupling_degree(cbind(Inf, .5)), class = "ccdpanel_error_scores")
  expect_error(coupling_degree(cbind("a", "b")), class = "ccdpanel_error_scores")
  expect_error(coupling_degree(cbind(.5)), class = "ccdpanel_error_systems")
  expect_error(coupling_degree(c(.5, .5)), class = "ccdpanel_error_type")
  expect_error(coupling_degree(u, "guess"), class = "ccdpanel_error_choice")
  expect_error(coupling_degree(u, "wang", k = 2), class = "ccdpanel_error_choice")
  expect_error(coupling_degree(u, "power", k = 0), class = "ccdpanel_error_number")
})

test_that(
  "C and D are those of the CRAN package coupling, zeros, equal and missing scores among them", {
  peer <- utils::read.csv(test_path("fixtures", "peer_coupling.csv"), comment.char = "#")
  data <- data.frame(unit = seq_len(nrow(peer)), year = 1, peer[c("a", "b", "c")])
  for (model in c("standard", "wang", "fan")) {
    for (weights in list(NULL, c(.5, .3, .2))) {
      label <- paste0(model, if (is.null(weights)) "" else "_given")
      own <- suppressMessages(coupling(
        data, c("a", "b", "c"), panel = c("unit", "year"), model = model, weights = weights
      ))
      for (result in c("C", "D")) {
        expected <- peer[[paste0(result, "_", label)]]
        expect_identical(is.na(own[[result]]), is.na(expected))
        expect_lt(max(abs(own[[result]] - expected), na.rm = TRUE), 1e-12)
      }
    }
  }
})

test_that("a score of one but for rounding is one", {
  over <- 1 + .Machine$double.eps
  expect_identical(
    coupling_degree(cbind(c(over, 0.5), c(0.5, -1e-16))),
    coupling_degree(cbind(c(1, 0.5), c(0.5, 0)))
  )
  expect_error(coupling_degree(cbind(1 + 1e-9, 0.5)), class = "ccdpanel_error_scores")
})
