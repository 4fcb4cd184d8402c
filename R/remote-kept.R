# Sums that are known from earlier fits of one state of a table.
#
# A scan is a sample of a table: rows inside `subset`, under one weight, where no variable is
# missing. A model whose variables are among the scan's, where the scan lost no row to the others,
# has the same sample; its sums are among the scan's, and those by fewer keys are sums of those by
# more.

# What a plan asks for, in terms that mean the same in any plan of the table.
plan_terms <- function(plan) {
  numbers <- stats::setNames(plan$numbers, paste0(".ccd_v", seq_along(plan$numbers)))
  hashes <- function(exprs, of = list()) {
    vapply(exprs, function(e) rlang::hash(do.call(substitute, list(e, of))), "")
  }
  columns <- c(numbers, plan$keys, list(.ccd_w = plan$weights))
  list(
    table = rlang::hash(list(
      sql_text(plan$t$source, plan$t$source$table), plan$subset, plan$weights,
      if (has_lags(plan$t)) plan$t$panel, plan$t$guarded
    )),
    variables = vapply(plan_variables(plan), function(names) {
      rlang::hash(sort(unname(hashes(columns[names]))))
    }, ""),
    # A column may be key and base, and is kept under both names.
    keys = vapply(hashes(plan$keys), function(hash) paste("key", hash), ""),
    bases = hashes(plan$bases, numbers),
    tests = vapply(plan$t$gathered$tests, function(x) rlang::hash(x$test), "")
  )
}

# The scan that has a plan's sample, or NULL. A fit has its own for as long as there is the fit.
known_scan <- function(plan) {
  wanted <- plan$terms
  source <- plan$t$source
  for (scan in c(rev(source$scans), rev(source$known$scans))) {
    has <- scan$terms
    if (has$table != wanted$table) next
    parts <- c("variables", "bases", "tests")
    if (!all(vapply(parts, function(p) all(wanted[[p]] %in% has[[p]]), NA))) next
    lost <- unlist(scan$found[paste0("lost", seq_along(has$variables))])
    if (all(lost[!has$variables %in% wanted$variables] == 0)) return(own_scan(source, scan))
  }
  NULL
}

own_scan <- function(source, scan) {
  source$scans <- union(source$scans, list(scan))
  scan
}

# The answer to the first query, as it would be: what is refused was not kept.
scan_answer <- function(scan, plan) {
  renamed <- function(word, kind) {
    at <- match(plan$terms[[kind]], scan$terms[[kind]])
    if (length(at)) stats::setNames(scan$found[paste0(word, at)], paste0(word, seq_along(at)))
  }
  numbered <- grepl("^(lost|infinite|mean|least|most|text)[0-9]+$", names(scan$found))
  c(
    scan$found[!numbered], renamed("lost", "variables"), renamed("infinite", "tests"),
    renamed("mean", "bases"), renamed("least", "bases"), renamed("most", "bases")
  )
}

most_scans <- 12
most_bytes <- 2^28

# The oldest go, so that what is kept stays small.
keep_scan <- function(plan, found) {
  scan <- list2env(
    list(terms = plan$terms, found = found, cells = list(), scatters = list()),
    parent = emptyenv()
  )
  known <- plan$t$source$known
  known$scans <- c(utils::tail(known$scans, most_scans - 1), scan)
  while (length(known$scans) > 1 && scan_bytes(known$scans) > most_bytes) {
    known$scans <- known$scans[-1]
  }
  own_scan(plan$t$source, scan)
}

scan_bytes <- function(scans) {
  sum(vapply(scans, function(scan) as.double(utils::object.size(as.list(scan))), 0))
}

# Sums by groups, columns called after what they are.
keep_sums <- function(records, found, keys, columns, others = NULL) {
  names(found) <- ifelse(
    names(found) %in% names(keys), keys[names(found)],
    ifelse(names(found) %in% names(columns), columns[names(found)], names(found))
  )
  one <- list(keys = unname(keys), columns = unname(columns), others = others, sums = found)
  c(records, list(one))
}

# Those of the records that have all columns by all keys, summed over the other keys, as asked;
# NULL where none has.
known_sums <- function(records, keys, columns, others = NULL) {
  for (one in rev(records)) {
    enough <- all(keys %in% one$keys) && all(columns %in% one$columns) &&
      identical(one$others, others)
    if (!enough) next
    by <- stats::setNames(unclass(one$sums)[keys], names(keys))
    values <- lapply(unclass(one$sums)[c("n", columns)], as.double)
    names(values) <- c("n", names(columns))
    if (length(keys) == length(one$keys)) return(list2DF(c(by, values)))
    code <- if (length(keys)) {
      levels <- lapply(unname(by), function(x) match(x, unique(x)))
      make_factors(list(levels), NULL)$factors[[1]]$code
    } else {
      integer(length(values$n))
    }
    first <- !duplicated(code)
    sums <- rowsum(do.call(cbind, values), code, reorder = FALSE)
    return(list2DF(c(lapply(by, `[`, first), as.list(as.data.frame(sums)))))
  }
  NULL
}
