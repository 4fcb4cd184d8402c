# Critical values of Stock and Yogo (2005), Testing for weak instruments in linear IV regression, tables 5.1 to 5.3, for one
# and two endogenous regressors and up to ten excluded instruments (rows); 5 percent tests.
stock_yogo_tables <- list(
  size = list(
    level = c(.10, .15, .20, .25),
    one = rbind(
      c(16.38, 8.96, 6.66, 5.53), c(19.93, 11.59, 8.75, 7.25), c(22.30, 12.83, 9.54, 7.80), c(24.58, 13.96, 10.26, 8.31),
      c(26.87, 15.09, 10.98, 8.84), c(29.18, 16.23, 11.72, 9.38), c(31.50, 17.38, 12.48, 9.93), c(33.84, 18.54, 13.24, 10.50),
      c(36.19, 19.71, 14.01, 11.07), c(38.54, 20.88, 14.78, 11.65)
    ),
    two = rbind(
      NA, c(7.03, 4.58, 3.95, 3.63), c(13.43, 8.18, 6.40, 5.45), c(16.87, 9.93, 7.54, 6.28), c(19.45, 11.22, 8.38, 6.89),
      c(21.68, 12.33, 9.10, 7.42), c(23.72, 13.34, 9.77, 7.91), c(25.64, 14.31, 10.41, 8.39), c(27.51, 15.24, 11.03, 8.85),
      c(29.32, 16.16, 11.65, 9.31)
    )
  ),
  bias = list(
    level = c(.05, .10, .20, .30),
    one = rbind(
      NA, NA, c(13.91, 9.08, 6.46, 5.39), c(16.85, 10.27, 6.71, 5.34), c(18.37, 10.83, 6.77, 5.25), c(19.28, 11.12, 6.76, 5.15),
      c(19.86, 11.29, 6.73, 5.07), c(20.25, 11.39, 6.69, 4.99), c(20.53, 11.46, 6.65, 4.92), c(20.74, 11.49, 6.61, 4.86)
    ),
    two = rbind(
      NA, NA, NA, c(11.04, 7.56, 5.57, 4.73), c(13.97, 8.78, 5.91, 4.79), c(15.72, 9.48, 6.08, 4.78), c(16.88, 9.92, 6.16, 4.76),
      c(17.70, 10.22, 6.20, 4.73), c(18.30, 10.43, 6.22, 4.69), c(18.76, 10.58, 6.23, 4.66)
    )
  )
)

# criterion ("IV size" or "IV bias"), level, critical; NA where the tables have none.
stock_yogo <- function(endogenous, instruments) {
  look <- function(criterion) {
    table <- stock_yogo_tables[[criterion]]
    rows <- table[[c("one", "two")[min(endogenous, 2)]]]
    known <- endogenous <= 2 && instruments <= nrow(rows)
    data.frame(
      criterion = paste("maximal IV", criterion), level = table$level,
      critical = if (known) rows[instruments, ] else rep(NA_real_, 4), stringsAsFactors = FALSE
    )
  }
  rbind(look("size"), look("bias"))
}
