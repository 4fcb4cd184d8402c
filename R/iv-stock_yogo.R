# Critical values of Stock and Yogo (2005), Testing for weak instruments in linear IV regression,
# for one and two endogenous regressors and up to ten excluded instruments (rows); 5 percent tests.
# Two-stage least squares: tables 5.1 (bias) and 5.2 (size); LIML: 5.4 (size); Fuller's estimator
# with constant one: 5.3 (relative bias).
stock_yogo_tables <- list(
  size = list(
    level = c(.10, .15, .20, .25),
    one = rbind(
      c(16.38, 8.96, 6.66, 5.53), c(19.93, 11.59, 8.75, 7.25), c(22.30, 12.83, 9.54, 7.80),
      c(24.58, 13.96, 10.26, 8.31),
      c(26.87, 15.09, 10.98, 8.84), c(29.18, 16.23, 11.72, 9.38), c(31.50, 17.38, 12.48, 9.93),
      c(33.84, 18.54, 13.24, 10.50),
      c(36.19, 19.71, 14.01, 11.07), c(38.54, 20.88, 14.78, 11.65)
    ),
    two = rbind(
      NA, c(7.03, 4.58, 3.95, 3.63), c(13.43, 8.18, 6.40, 5.45), c(16.87, 9.93, 7.54, 6.28),
      c(19.45, 11.22, 8.38, 6.89),
      c(21.68, 12.33, 9.10, 7.42), c(23.72, 13.34, 9.77, 7.91), c(25.64, 14.31, 10.41, 8.39),
      c(27.51, 15.24, 11.03, 8.85),
      c(29.32, 16.16, 11.65, 9.31)
    )
  ),
  bias = list(
    level = c(.05, .10, .20, .30),
    one = rbind(
      NA, NA, c(13.91, 9.08, 6.46, 5.39), c(16.85, 10.27, 6.71, 5.34), c(18.37, 10.83, 6.77, 5.25),
      c(19.28, 11.12, 6.76, 5.15),
      c(19.86, 11.29, 6.73, 5.07), c(20.25, 11.39, 6.69, 4.99), c(20.53, 11.46, 6.65, 4.92),
      c(20.74, 11.49, 6.61, 4.86)
    ),
    two = rbind(
      NA, NA, NA, c(11.04, 7.56, 5.57, 4.73), c(13.97, 8.78, 5.91, 4.79),
      c(15.72, 9.48, 6.08, 4.78), c(16.88, 9.92, 6.16, 4.76),
      c(17.70, 10.22, 6.20, 4.73), c(18.30, 10.43, 6.22, 4.69), c(18.76, 10.58, 6.23, 4.66)
    )
  ),
  liml = list(
    level = c(.10, .15, .20, .25),
    one = rbind(
      c(16.38, 8.96, 6.66, 5.53), c(8.68, 5.33, 4.42, 3.92), c(6.46, 4.36, 3.69, 3.32),
      c(5.44, 3.87, 3.30, 2.98),
      c(4.84, 3.56, 3.05, 2.77), c(4.45, 3.34, 2.87, 2.61), c(4.18, 3.18, 2.73, 2.49),
      c(3.97, 3.04, 2.63, 2.39),
      c(3.81, 2.93, 2.54, 2.32), c(3.68, 2.84, 2.46, 2.25)
    ),
    two = rbind(
      NA, c(7.03, 4.58, 3.95, 3.63), c(5.44, 3.81, 3.32, 3.09), c(4.72, 3.39, 2.99, 2.79),
      c(4.32, 3.13, 2.78, 2.60),
      c(4.06, 2.95, 2.63, 2.46), c(3.90, 2.83, 2.52, 2.35), c(3.78, 2.73, 2.43, 2.27),
      c(3.70, 2.66, 2.36, 2.20),
      c(3.64, 2.60, 2.30, 2.14)
    )
  ),
  fuller = list(
    level = c(.05, .10, .20, .30),
    one = rbind(
      c(24.09, 19.36, 15.64, 12.71), c(13.46, 10.89, 9.00, 7.49), c(9.61, 7.90, 6.61, 5.60),
      c(7.63, 6.37, 5.38, 4.63),
      c(6.42, 5.44, 4.62, 4.03), c(5.61, 4.81, 4.11, 3.63), c(5.02, 4.35, 3.75, 3.33),
      c(4.58, 4.01, 3.47, 3.11),
      c(4.23, 3.74, 3.25, 2.93), c(3.96, 3.52, 3.07, 2.79)
    ),
    two = rbind(
      NA, c(15.50, 12.55, 9.72, 8.03), c(10.83, 8.96, 7.18, 6.15), c(8.53, 7.15, 5.85, 5.10),
      c(7.16, 6.07, 5.04, 4.44),
      c(6.24, 5.34, 4.48, 3.98), c(5.59, 4.82, 4.08, 3.65), c(5.10, 4.43, 3.77, 3.39),
      c(4.71, 4.12, 3.53, 3.19),
      c(4.41, 3.87, 3.33, 3.02)
    )
  )
)

# criterion, level, critical; NA where the tables have none, as of Fuller's estimator with a
# constant other than one. Those of the estimator that was fitted: for the generalised method of
# moments, as for two-stage least squares.
stock_yogo <- function(endogenous, instruments, estimator = "2SLS", fuller = 1) {
  look <- function(table, criterion) {
    values <- stock_yogo_tables[[table]]
    rows <- values[[c("one", "two")[min(endogenous, 2)]]]
    known <- endogenous <= 2 && instruments <= nrow(rows) && (table != "fuller" || fuller == 1)
    data.frame(
      criterion = criterion, level = values$level,
      critical = if (known) rows[instruments, ] else rep(NA_real_, 4),
      stringsAsFactors = FALSE
    )
  }
  switch(estimator,
    LIML = look("liml", "maximal LIML size"),
    Fuller = look("fuller", "relative Fuller bias"),
    rbind(look("size", "maximal IV size"), look("bias", "maximal IV bias"))
  )
}
