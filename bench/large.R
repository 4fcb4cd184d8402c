# fe_reg on many rows of y, x1, x2, id and firm: seconds, and the peak of memory above the data,
# which must be at most twice the data. A hundred million rows are 3 GB and need 12.
#
#   Rscript bench/large.R [rows, 1e7; 1e8 was the question]
library(ccdpanel)

rows <- as.numeric(c(commandArgs(trailingOnly = TRUE), 1e7)[1])
set.seed(1)
data <- list(id = sample.int(rows / 10, rows, TRUE), firm = sample.int(1e3L, rows, TRUE))
data$x1 <- stats::rnorm(rows)
data$x2 <- stats::rnorm(rows)
data$y <- data$x1 + data$x2 + stats::rnorm(rows)
data <- structure(data, row.names = .set_row_names(rows), class = "data.frame")
size <- as.numeric(utils::object.size(data))

megabytes <- function(field) {
  line <- grep(field, readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) / 1024
}
invisible(gc())
clear <- file("/proc/self/clear_refs", "w")
writeLines("5", clear)
close(clear)
held <- megabytes("VmRSS")
seconds <- system.time(
  fit <- suppressMessages(fe_reg(y ~ x1 + x2 | id + firm, data, vcov = "iid"))
)[[3]]
peak <- megabytes("VmHWM") - held
# Both coefficients are one; their standard errors are 1e-4 at 1e8 rows.
off <- max(abs(stats::coef(fit) - 1) / sqrt(diag(stats::vcov(fit))))
cat(sprintf(
  "%.0e rows, %.1f GB: %.1f s, peak %.2f x the data above it (aim: 2), off by %.1f errors\n",
  rows, size / 2^30, seconds, peak * 2^20 / size, off
))
