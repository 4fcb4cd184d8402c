test_that("stars by 10, 5 and 1 percent of the normal: 1.645, 1.960, 2.576", {
  set <- c(.1, .05, .01)
  a <- audit_stars(c("1.60", "1.70*", "2.00**", "3.00***", "-3.00***"), "1.000", thresholds = set)
  expect_identical(verdict_of(a, "stars"), rep("consistent", 5))
  b <- audit_stars(c(
    "1.70", "1.60*", "1.90**", "2.50***", "3.00**", "9.00****"
  ), "1.000", thresholds = set)
  expect_identical(verdict_of(b, "stars"), rep("inconsistent", 6))
  # 1.96 in 1.955 / 1.0005 to 1.965 / .9995: on the edge, so either is possible
  expect_identical(
    verdict_of(audit_stars(c("1.96*", "1.96**"), "1.000", thresholds = set), "stars"),
    c("consistent", "consistent")
  )
})

test_that("thresholds that are not stated are found, where the rows tell", {
  found <- function(a) a$reason[a$check == "thresholds of the stars"]
  expect_match(found(audit_stars(c("2.20*", "2.90**"), "1.000")), "^5, 1, 0.1 percent: 0 of 2")
  expect_match(found(audit_stars(c("1.80*", "2.20**"), "1.000")), "^10, 5, 1 percent: 0 of 2")
  expect_match(found(audit_stars("5.00***", "1.000")), "cannot be told apart")
})

test_that("t and the normal differ for few groups: t(14) asks 2.977 at 1 percent", {
  set <- c(.1, .05, .01)
  a <- audit_stars("2.80**", "1.0000", thresholds = set)
  expect_identical(verdict_of(a, "stars"), "inconsistent")
  # at one percent t(24) asks 2.797 and t(25) 2.787, which 2.795 exceeds; at five percent t(3) asks
  # 3.182, t(4) 2.776
  expect_match(a$reason[a$check == "stars"], "t with 4 to 24 degrees of freedom", fixed = TRUE)
  b <- audit_stars("2.80**", "1.0000", thresholds = set, df = 14)
  expect_identical(verdict_of(b, "stars"), "consistent")
  expect_match(
    b$reason[b$check == "distribution of the stars"], "t contradicts 0 of 1 rows, the normal 1",
    fixed = TRUE
  )
  d <- data.frame(b = c("2.80**", "2.80**", "2.80**"), s = "1.0000", g = c("14", "100", "-"))
  expect_identical(
    verdict_of(audit_coefficients(d, "b", "s", thresholds = set, df = "g"), "stars"),
    c("consistent", "inconsistent", "undetermined")
  )
})

test_that("a standard error that prints as zero decides nothing", {
  a <- audit_stars(c("0.0000***", "0.5000***"), c("0.0000", "0.1000"))
  expect_identical(verdict_of(a, "stars"), c("undetermined", "consistent"))
})

test_that("rows without a star are audited under stated thresholds", {
  # |t| = 5, no star
  bare <- data.frame(t = 1:3, b = "0.5000", s = "0.1000", st = "")
  out <- as.data.frame(audit_coefficients(bare, "b", "s", "st", thresholds = c(0.1, 0.05, 0.01)))
  expect_identical(out$verdict[out$check == "stars"], rep("inconsistent", 3))
  expect_error(audit_coefficients(bare, "b", "s", "st"), class = "ccdpanel_error")
})

test_that("thresholds: the note first, then the field's; a set chosen to fit is no acquittal", {
  # Cui's Table 8 carries its note, 10, 5 and 1 percent, by which two rows are wrong; 5, 1 and 0.1
  # percent would contradict none
  a <- audit_coefficients(cui_table8)
  expect_match(a$reason[1], "^10, 5, 1 percent: 2 of 10 rows contradicted$")
  expect_identical(sum(verdict_of(a, "stars") == "inconsistent"), 2L)
  expect_identical(audit_coefficients(
    cui_table8[cui_table8$part == "coefficient", ], "estimate", "std_error", "stars"
  )$verdict, a$verdict)
  # without the note
  bare <- subset(cui_table8, part == "coefficient", c("estimate", "std_error", "stars"))
  attr(bare, "thresholds") <- NULL
  b <- audit_coefficients(bare, "estimate", "std_error", "stars")
  expect_match(b$reason[1], "chosen to fit, the usual 10, 5, 1 percent 2", fixed = TRUE)
  expect_identical(c(table(b$verdict)), c(consistent = 8L, undetermined = 3L))
  expect_match(
    audit_stars(c("1.80*", "2.20**"), "1.000")$reason[1], "the field's; 5, 1, 0.1 percent 2",
    fixed = TRUE
  )
})
