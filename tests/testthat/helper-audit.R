# The verdicts of one check of an audit, in the order of its lines.
verdict_of <- function(a, check) a$verdict[a$check == check]

# Scores of three systems in print.
printed_scores <- data.frame(
  u = c("0.60", "0.50", "0.90"), v = c("0.40", "0.10", "0.30"), w = c("0.20", "0.60", "0.30")
)

printed_systems <- c("u", "v", "w")

# An audit of coefficients with stars.
audit_stars <- function(estimate, se, ...) {
  audit_coefficients(data.frame(b = estimate, s = se), "b", "s", ...)
}
