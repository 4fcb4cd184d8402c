# A file of 40 indicators in 20 years beside each other, 800 columns, for 31 provinces: against
# utils::read.csv() and stats::reshape(), which are told what the heads are.
library(ccdpanel)

file <- tempfile(fileext = ".csv")
set.seed(1)
heads <- outer(2001:2020, sprintf("indicator%02d", 1:40), function(y, i) paste(i, y, sep = "_"))
table <- data.frame(province = provinces$name, matrix(round(rexp(31 * 800), 3), 31))
names(table) <- c("province", heads)
utils::write.csv(table, file, row.names = FALSE)

least <- function(code) min(replicate(5, system.time(eval(code, globalenv()))[["elapsed"]]))
ours <- least(quote(panel <- suppressMessages(read_panel(file))))
theirs <- least(quote({
  wide <- utils::read.csv(file)
  long <- stats::reshape(wide, names(wide)[-1], direction = "long", sep = "_")
}))
at <- match(paste(panel$province, panel$year), paste(long$province, long$time))
one <- sprintf("indicator%02d", 1:40)
stopifnot(nrow(panel) == nrow(long), isTRUE(all.equal(as.list(panel[one]), as.list(long[at, one]))))
cat(sprintf(
  "read_panel(), 31 x 800: %.3f s; read.csv() and reshape(): %.3f s, %.2f of it\n", ours, theirs,
  theirs / ours
))
