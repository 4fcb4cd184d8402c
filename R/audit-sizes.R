#' Audit the sizes of groups
#'
#' Do the printed numbers of observations of groups add up to the sample, and are they those of the
#' split that the paper states?
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details Whole numbers are exact:
#'   * sum: the sizes of groups that make up the sample sum to `total`;
#'   * split: at a quantile, groups of \eqn{N} observations have \eqn{N} times their share, rounded
#'     down or up (a median split of 270 is 135 and 135). A split of units of a balanced panel gives
#'     the same. Another size is inconsistent; only equal values at the edge, as many as it is off,
#'     could excuse it, and how many is said. Of three groups and more one row may be off, where the
#'     quantile is itself a value and belongs to the group above: that is undetermined;
#'   * units: groups of units have as many units in all as the sample; more say that observations
#'     were split and units fall into several groups, which is undetermined; more in one group than
#'     in the sample is inconsistent.
#' @param table A data frame of print, one row a group; or a table with `part`, `model`, `term` and
#'   `estimate` such as [cui_tables], whose statistics N (or Observations) and Number of ids are
#'   found.
#' @param size,units Names of the columns of numbers of observations and of units, or of these
#'   statistics; `NULL` (default) for what a table with `part` has, else none.
#' @param group Name of the column that names the groups; by default `model` of a table with `part`.
#' @param groups Names of the groups that make up the sample; `NULL` (default) for all.
#' @param total,total_units Observations and units of the sample, whole numbers; `NULL` (default):
#'   not known. A split is then one of the sum.
#' @param split `"median"`, `"tercile"`, `"quartile"`, `"quintile"`, or shares that sum to one, a
#'   group each, in the order of the groups or named by them; `NULL` (default): none is stated.
#' @return An [audit], one line a check.
#' @section Errors: those of [audit_weights()], `ccdpanel_error_groups` (`groups`),
#'   `ccdpanel_error_split`.
#' @examples
#' # Cui splits 270 observations at the median of urbanisation, and prints 157 and 113
#' halves <- c("Areas with lower levels of urbanization", "Areas with high levels of urbanization")
#' audit_sizes(cui_table8, groups = halves, total = 270, total_units = 30, split = "median")
#' # Any table
#' printed <- data.frame(group = c("low", "high"), N = c("135", "135"))
#' audit_sizes(printed, "N", group = "group", split = "median")
#' @export
audit_sizes <- function(table, size = NULL, units = NULL, group = NULL, groups = NULL, total = NULL,
                        total_units = NULL, split = NULL, ...) {
  check_dots(...)
  check_required("audit_sizes")
  call <- rlang::current_env()
  opts <- reading("round", NULL, 1, table, call)
  if (!is.null(group)) check_one_column(group, table, "group", call)
  if (!is.null(groups)) check_names(groups, "groups", call)
  if (!is.null(total)) check_number(total, "total", min = 1, call = call, whole = TRUE)
  if (!is.null(total_units)) {
    check_number(total_units, "total_units", min = 1, call = call, whole = TRUE)
  }
  read <- if (has_parts(table)) {
    part_sizes(table, size, units, call)
  } else {
    list(table = table, size = size, units = units, group = group)
  }
  picked <- chosen_groups(read, groups, call)
  if (is.null(picked$size)) abort_nothing("size", call)
  frame <- rows_of(picked$table, picked$group, "group", call)
  frame$row <- picked$rows
  n <- read_printed(picked$table, picked$size, "size", opts, call, scaled = FALSE)
  ids <- if (!is.null(picked$units)) {
    read_printed(picked$table, picked$units, "units", opts, call, scaled = FALSE)
  }
  related <- c(
    size_sum(n, total), split_sizes(frame, n, total, split, call), unit_sum(ids, total_units)
  )
  lines <- c(
    list(whole_lines(frame, n)), related,
    if (is.null(ids) && !is.null(total_units)) {
      list(not_tested("total_units", "units", "sum of the units"))
    },
    if (!length(related) && is.null(total_units)) {
      list(not_tested(
        c(n$name, ids$name), paste0("total, split", if (!is.null(ids)) ", total_units")
      ))
    }
  )
  new_audit(lines, "Audit of sizes", table, opts, Filter(Negate(is.null), list(n, ids)))
}

# One row a model, from the statistics of a table with parts.
part_sizes <- function(table, size, units, call) {
  statistic <- function(name, usual, arg) {
    terms <- unique(table$term[table$part == "statistic"])
    found <- if (is.null(name)) grep(usual, terms, value = TRUE, ignore.case = TRUE)[1] else name
    if (!is.na(found) && found %in% terms) return(found)
    if (is.null(name)) return(NULL)
    abort(
      "column",
      c(
        "{.arg {arg}} must name a statistic of {.arg table}, not {found(name)}.",
        i = "The statistics are {.val {terms}}."
      ),
      call, .envir = rlang::current_env()
    )
  }
  at <- list(
    size = statistic(
      size, "^(n|obs[.]?|observations|number of obs(ervations)?|sample size)$", "size"
    ),
    units = statistic(units, "^number of (ids|groups|units|provinces|firms)$", "units")
  )
  models <- unique(table$model)
  cells <- lapply(Filter(Negate(is.null), at), function(term) {
    rows <- which(table$part == "statistic" & table$term == term)
    rows[match(models, table$model[rows])]
  })
  wide <- data.frame(group = models, lapply(cells, function(rows) table$estimate[rows]))
  c(
    list(table = wide, group = "group", rows = cells$size),
    stats::setNames(as.list(names(cells)), names(cells))
  )
}

chosen_groups <- function(read, groups, call) {
  read$rows <- read$rows %||% seq_len(nrow(read$table))
  if (is.null(groups)) return(read)
  names <- if (!is.null(read$group)) as.character(read$table[[read$group]])
  at <- match(groups, names)
  if (!length(at) || anyNA(at) || anyDuplicated(at)) {
    abort("groups", c(
      paste0(
        "{.arg groups} must be names of groups, each once; ",
        "{.val {groups[is.na(at)]}} {?is/are} none."
      ),
      i = if (is.null(names)) {
        "Name the column of groups with {.arg group}."
      } else {
        "The groups are {.val {names}}."
      }
    ), call)
  }
  read$table <- read$table[at, , drop = FALSE]
  read$rows <- read$rows[at]
  read
}

whole_lines <- function(frame, n) {
  odd <- n$value < 1 | n$value != trunc(n$value)
  verdict <- ifelse(is.na(odd), "undetermined", ifelse(odd, "inconsistent", "consistent"))
  reason <- ifelse(
    is.na(odd), "the cell is empty",
    ifelse(odd, "no whole number of observations", "a whole number")
  )
  audit_lines(frame$row, frame$item, "size", verdict, reason, n$text)
}

size_sum <- function(n, total) {
  if (is.null(total)) return(NULL)
  sum <- sum(n$value)
  verdict <- if (is.na(sum)) "undetermined" else if (sum == total) "consistent" else "inconsistent"
  says <- if (is.na(sum)) {
    "a size is empty"
  } else {
    sprintf("the groups have %s observations, the sample %s", format(sum), format(total))
  }
  list(audit_lines(NA, NA, "sum of the sizes", verdict, says, format(sum), total, total))
}

# Names of the usual splits, and shares.
split_shares <- function(split, names, call) {
  groups <- length(names)
  usual <- c(median = 2, tercile = 3, quartile = 4, quintile = 5)
  if (rlang::is_string(split) && split %in% names(usual)) {
    if (usual[[split]] == groups) {
      return(list(share = rep(1 / groups, groups), name = paste(split, "split")))
    }
    abort("split", c(
      "A {split} split has {usual[[split]]} groups, not {groups}.",
      i = "{.arg groups} names those of the split."
    ), call)
  }
  good <- is_bare_numeric(split) && length(split) == groups && !anyNA(split) && all(split > 0) &&
    abs(sum(split) - 1) < 1e-8
  if (good) {
    share <- named_values(split, names, "split", "groups", call)
    return(list(share = share, name = "split by these shares"))
  }
  abort("split", c(
    paste0(
      "{.arg split} must be {.or {.val {names(usual)}}}, or {groups} share{?s} that sum to one, ",
      "not {found(split)}."
    ),
    i = "One share a group, in the order of the groups or named by them."
  ), call)
}

split_sizes <- function(frame, n, total, split, call) {
  if (is.null(split)) return(NULL)
  shares <- split_shares(split, frame$item, call)
  whole <- total %||% sum(n$value)
  exact <- whole * shares$share
  low <- floor(exact + 1e-8)
  high <- ceiling(exact - 1e-8)
  off <- pmax(low - n$value, n$value - high, 0)
  edge <- edge_values(n$value, whole, shares$share)
  verdict <- ifelse(
    is.na(off) | (off > 0 & edge), "undetermined", ifelse(off > 0, "inconsistent", "consistent")
  )
  should <- ifelse(low == high, low, paste(low, "or", high))
  says <- paste0("a ", shares$name, " of ", whole, " has ", should, " here")
  excuse <- paste0(
    ", not ", n$text, ": ", off, ifelse(off == 1, " row", " rows"),
    " off, as ", if (edge) {
      "a quantile that is itself a value makes it, which then belongs to the group above"
    } else {
      "only so many equal values at the edge could make it"
    }
  )
  reason <- ifelse(is.na(off), "a size is empty", paste0(says, ifelse(off > 0, excuse, "")))
  list(audit_lines(frame$row, frame$item, "size by the split", verdict, reason, n$text, low, high))
}

# A quantile may be defined as one of the values (R's types 1, 3 and 4, SAS's first three), and that
# value go to the group above: then one row fewer is below it. The median of an even number is no
# value by any usual definition.
edge_values <- function(n, whole, share) {
  if (anyNA(n) || sum(n) != whole || length(n) < 3) return(FALSE)
  below <- function(n, share) {
    at <- whole * cumsum(share)
    inner <- seq_len(length(n) - 1)
    all((cumsum(n) >= floor(at + 1e-8) - 1 & cumsum(n) <= ceiling(at - 1e-8))[inner])
  }
  below(n, share) || below(rev(n), rev(share))
}

unit_sum <- function(ids, total) {
  if (is.null(ids) || is.null(total)) return(NULL)
  sum <- sum(ids$value)
  over <- any(ids$value > total, na.rm = TRUE)
  verdict <- if (is.na(sum)) {
    "undetermined"
  } else if (over) {
    "inconsistent"
  } else if (sum == total) {
    "consistent"
  } else if (sum > total) {
    "undetermined"
  } else {
    "inconsistent"
  }
  says <- if (is.na(sum)) {
    "a number of units is empty"
  } else {
    sprintf("the groups have %s units, the sample %s", format(sum), format(total))
  }
  if (!is.na(sum) && sum > total && !over) {
    says <- paste0(says, ": observations were split, and units fall into several groups")
  }
  list(audit_lines(NA, NA, "sum of the units", verdict, says, format(sum), total, total))
}
