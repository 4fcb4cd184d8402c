# The verdicts of one check of an audit, in the order of its lines.
verdict_of <- function(a, check) a$verdict[a$check == check]
