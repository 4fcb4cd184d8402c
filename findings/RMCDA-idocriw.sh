#!/bin/sh
# RMCDA 0.3.1: apply.IDOCRIW() turns the entropy weights upside down where there are more
# alternatives than criteria.
#
# The method multiplies the weights by entropy and those by loss of impact (CILOS); both are in the
# package as functions of their own. Seen: with 31 regions and four indicators the criterion in
# which the regions hardly differ has .69 of the weight, by the product of the package's own
# functions .005. The entropy is divided by the logarithm of the number of criteria in the place of
# the number of alternatives: it comes out above one, one less it is negative, and the negative
# numbers, divided by their negative sum, are positive weights in the reverse order. The example of
# the help has seven alternatives and seven criteria.
#
# The package needs igraph and rgl, which take long to build and have no part in this: the three
# functions are read from its sources.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(pracma = "2.4.6")
archive <- source_file("RMCDA", "0.3.1")
untar(archive, exdir = tempdir())
rmcda <- new.env()
assign("nullspace", pracma::nullspace, rmcda)
for (name in c("ENTROPY", "CILOS", "IDOCRIW")) {
  sys.source(file.path(tempdir(), "RMCDA", "R", paste0(name, ".R")), rmcda)
}
cat("RMCDA", read.dcf(file.path(tempdir(), "RMCDA", "DESCRIPTION"), "Version"), "\n")

compare <- function(m) {
  parts <- cbind(entropy = rmcda$apply.entropy(m), cilos = rmcda$apply.CILOS(m, seq_len(ncol(m))))
  product <- parts[, "entropy"] * parts[, "cilos"]
  cbind(parts, product = product / sum(product),
        idocriw = rmcda$apply.IDOCRIW(m, seq_len(ncol(m))))
}
set.seed(1)
m <- cbind(flat = runif(31, 95, 105), some = runif(31, 50, 150), wide = rlnorm(31, 4, 1),
           skewed = rlnorm(31, 4, 1.6))
print(round(table <- compare(m), 4))
share <- m / rep(colSums(m), each = nrow(m))
entropy <- -colSums(share * log(share)) / log(nrow(m))
seen("the weights by entropy alone are right",
     max(abs(table[, "entropy"] - (1 - entropy) / sum(1 - entropy))) < 1e-10)
seen("where regions hardly differ: less than .01 by the product, more than .6 by apply.IDOCRIW()",
     table["flat", "product"] < .01 && table["flat", "idocriw"] > .6)
implied <- table[, "idocriw"] / table[, "cilos"]
by_columns <- 1 - entropy * log(nrow(m)) / log(ncol(m))
print(round(rbind(implied = implied / sum(implied), by_columns = by_columns / sum(by_columns)), 3))
seen("the entropy weights in it are in the reverse order",
     identical(order(implied), rev(order(table[, "entropy"]))))
seen("they are those with the logarithm of the number of criteria",
     max(abs(implied / sum(implied) - by_columns / sum(by_columns))) < .001)

set.seed(1)
square <- compare(cbind(flat = runif(4, 95, 105), some = runif(4, 50, 150), wide = rlnorm(4, 4, 1),
                        skewed = rlnorm(4, 4, 1.6)))
print(round(square, 4))
seen("with as many alternatives as criteria they are the product",
     max(abs(square[, "product"] - square[, "idocriw"])) < .001)
R
