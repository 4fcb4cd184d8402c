test_that("C by the formula that made it, right and wrong, in three systems", {
  x <- matrix(as.double(unlist(printed_scores)), 3)
  made <- list(
    standard = 3 * apply(x, 1, prod)^(1 / 3) / rowSums(x),
    lost_n = apply(x, 1, prod)^(1 / 3) / rowSums(x),
    half_power = 3 * sqrt(apply(x, 1, prod)) / rowSums(x),
    pairwise = (apply(x, 1, prod) / (
      (x[, 1] + x[, 2]) * (x[, 1] + x[, 3]) * (x[, 2] + x[, 3])
    ))^(1 / 3),
    fan = 1 - 2 * sqrt(rowMeans((x - rowMeans(x))^2)),
    "power 1" = 27 * apply(x, 1, prod) / rowSums(x)^3
  )
  for (name in names(made)) {
    a <- audit_coupling(
      cbind(printed_scores, C = sprintf("%.3f", made[[name]])), C = "C", systems = printed_systems
    )
    right <- name %in% c("standard", "fan", "power 1")
    expect_identical(a$item[a$check == if (right) "formula of C" else "known mistake in C"], name)
    expect_identical(verdict_of(a, "formula of C"), if (right) "consistent" else "inconsistent")
    expect_identical(all(verdict_of(a, "C from the scores") == "consistent"), right)
  }
})

test_that(
  paste0(
    "C that no formula gives is inconsistent by all, and scores of one digit near ",
    "zero decide nothing"
  ),
  {
  a <- audit_coupling(
    cbind(printed_scores, C = c("0.909", "0.123", "0.500")), C = "C", systems = printed_systems
  )
  expect_identical(verdict_of(a, "formula of C"), "inconsistent")
  expect_length(verdict_of(a, "known mistake in C"), 0)
  empty <- audit_coupling(cbind(printed_scores, C = "-"), C = "C", systems = printed_systems)
  expect_identical(verdict_of(empty, "formula of C"), "undetermined")
  expect_identical(verdict_of(a, "C from the scores")[1:2], c("consistent", "inconsistent"))
  b <- audit_coupling(data.frame(u = "0.0", v = "0.0", C = "0.5"), C = "C", systems = c("u", "v"))
  expect_identical(verdict_of(b, "C from the scores"), "undetermined")
})

test_that("a stated model is the only right one; mistakes are still named", {
  # fan: 1 - 2 sd; sd = .16330, .21602, .28284
  d <- cbind(printed_scores, C = c("0.673", "0.568", "0.434"))
  expect_identical(verdict_of(
    audit_coupling(d, C = "C", systems = printed_systems), "formula of C"
  ), "consistent")
  a <- audit_coupling(d, C = "C", systems = printed_systems, model = "standard")
  expect_identical(verdict_of(a, "formula of C"), "inconsistent")
  expect_match(
    a$reason[a$check == "formula of C"], "none fits all 3 rows; rows that fit: standard 0",
    fixed = TRUE
  )
})

test_that("D from the scores alone: two systems, D = (u v)^(1/4)", {
  # .16^(1/4) = .6325
  d <- data.frame(u = c("0.64", "0.64"), v = c("0.25", "0.25"), D = c("0.63", "0.70"))
  expect_identical(
    verdict_of(audit_coupling(d, D = "D", systems = c("u", "v")), "D from the scores"),
    c("consistent", "inconsistent")
  )
  expect_identical(
    verdict_of(
      audit_coupling(d, D = "D", systems = c("u", "v"), model = "power"), "D from the scores"
    ),
    c("inconsistent", "inconsistent")
  )
})
