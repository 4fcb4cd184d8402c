# Which rows a model is fitted to. What leaves is counted by reason, said once and kept in the fit.

# `variables`: named list of everything that must be present, over all rows of the data.
select_rows <- function(variables, n, weights, subset, call, never = NULL) {
  counts <- list(total = n)
  keep <- NULL
  leave <- function(out, reason) {
    if (!is.null(keep)) out <- out & keep
    if (!any(out)) return()
    counts[[reason]] <<- sum(out)
    keep <<- (keep %||% rep(TRUE, n)) & !out
  }
  if (!is.null(subset)) {
    subset <- as_vector(subset)
    check_subset(subset, call)
    leave(is.na(subset) | !subset, "subset")
  }
  missing <- variables[vapply(variables, anyNA, NA)]
  if (length(missing)) {
    gone <- lapply(missing, function(v) if (is.null(dim(v))) is.na(v) else rowSums(is.na(v)) > 0)
    by <- vapply(gone, function(g) sum(if (is.null(keep)) g else g & keep), 0L)
    # What is an effect and a regressor too is one variable.
    by <- by[!duplicated(names(by))]
    if (any(by > 0)) counts$missing_by <- by[by > 0]
    leave(Reduce(`|`, gone), "missing")
  }
  if (!is.null(weights)) leave(!is.na(weights) & weights == 0, "zero_weight")
  rows <- if (!is.null(keep)) which(keep)
  used <- if (is.null(rows)) n else length(rows)
  if (!used) {
    if (!n) {
      abort("empty_sample", c(
        "{.arg data} must have rows to fit; it has none.", i = "Did a filter match nothing?"
      ), call)
    }
    abort("empty_sample", c(
      "No row of {.arg data} is left to fit: {describe_losses(counts)}.",
      x = if (length(never)) {
        paste0(
          "{.code {never}} is never met: the right side of {.code %in%} holds nothing. Name the ",
          "values, {.code x %in% c(\"a\", \"b\")}."
        )
      },
      i = if (is.null(counts$missing)) {
        "No row meets {.arg subset}, with a weight: see {.code table()} of the condition."
      } else {
        shifts_way_out(counts) %||%
          "See which variables are missing with {.code colSums(is.na(data))}."
      }
    ), call)
  }
  list(rows = rows, counts = counts, n = used)
}

# Where lags and differences alone are missing the data miss nothing.
shifts_way_out <- function(counts) {
  shifted <- grepl("(^|[^[:alnum:]._])[ld]\\(", names(counts$missing_by))
  whole <- counts$missing_by == counts$total - (counts$subset %||% 0)
  if (!any(shifted & whole) || any(whole & !shifted)) return(NULL)
  paste0(
    "Lags and differences go by the time's own values, from each to the one that is k less: where ",
    "there is every third year, the one before is {.code l(x, 3)}."
  )
}

# Rows outside the subset that were left where they are.
with_outside <- function(counts, outside) {
  if (!isTRUE(outside > 0)) return(counts)
  all <- c(total = counts$total, subset = counts$subset %||% 0) + outside
  if (all[[1]] < .Machine$integer.max) all <- stats::setNames(as.integer(all), names(all))
  c(as.list(all), counts[setdiff(names(counts), names(all))])
}

# Everything that must be present for a row to be used, by a name that tells it apart: a column of
# the data called "weights" is not the weights.
sample_variables <- function(responses, parts, effects, weights) {
  plain <- c(responses, do.call(c, lapply(unname(parts), part_variables)))
  names(plain) <- vapply(names(plain), frame_label, "")
  plain <- plain[!duplicated(names(plain))]
  if (!length(effects)) return(c(plain, if (!is.null(weights)) list(`weights =` = weights)))
  by_effect <- unlist(unname(Map(function(e, name) {
    labels <- if (length(e) == 1) name else paste0(name, " (", seq_along(e), ")")
    stats::setNames(e, vapply(labels, frame_label, ""))
  }, effects, names(effects))), recursive = FALSE)
  c(plain, by_effect, if (!is.null(weights)) list(`weights =` = weights))
}

# A column as a model frame calls it, which the terms of a formula quote.
frame_label <- function(label) {
  expr <- if (startsWith(label, "`")) tryCatch(str2lang(label), error = function(e) NULL)
  if (is.name(expr)) as.character(expr) else label
}

check_finite <- function(variables, rows, call) {
  for (name in names(variables)) {
    v <- variables[[name]]
    if (!is.numeric(v) || is.finite(sum(v))) next
    bad <- !is.na(v) & is.infinite(v)
    if (!is.null(dim(bad))) bad <- rowSums(bad) > 0
    if (!is.null(rows)) bad <- bad[rows]
    if (!any(bad)) next
    first <- if (is.null(rows)) which(bad)[1] else rows[which(bad)[1]]
    abort("infinite", c(
      paste0(
        "{.code {name}} must be finite; {sum(bad)} row{?s} of the sample {?is/are} infinite, the ",
        "first is row {first}."
      ),
      i = paste0(
        "The logarithm of zero is a common cause: exclude such rows with {.arg subset} or ",
        "transform differently."
      )
    ), call)
  }
}

# Columns whose squares and products are no doubles. `at`: the rows of the sample, where the columns
# have others too. `seen`: columns that were looked at, and how large they are.
check_column_range <- function(columns, names, at, call, seen = NULL, weight = numeric()) {
  sizes <- largest_sizes(columns, seen)
  heaviest <- max(1, weight)
  if (heaviest > 1e140) {
    abort("infinite", c(
      paste0(
        "{.arg weights} are so large (up to {signif(heaviest, 2)}) that their ",
        "products are no numbers."
      ),
      i = "Divide them by a number: estimates and standard errors are those of any multiple."
    ), call)
  }
  for (j in seq_along(columns)) {
    v <- columns[[j]]
    most <- sizes[[j]]
    # The sum of the squares, by the weights, is a number.
    limit <- 1e154 / sqrt(length(v)) / sqrt(heaviest)
    if (is.finite(most) && (most == 0 || most <= limit && (most >= 1e-151 || !is.null(at)))) next
    if (!is.null(at)) most <- largest_sizes(list(v[at]))
    if (most == 0 || most <= limit && most >= 1e-151) next
    what <- if (nzchar(names[j])) {
      cli::format_inline("{.code {names[j]}}")
    } else {
      "The dependent variable"
    }
    size <- if (most > 1) "large" else "small"
    unit <- if (most > 1) "larger" else "smaller"
    abort("infinite", c(
      paste0(
        "{what} is so {size} (up to {signif(most, 2)}) that its squares",
        if (heaviest > 1) ", by the weights,", " are no finite numbers or zero: doubles hold ",
        "those of 1e-150 to 1e150."
      ),
      i = "Measure it in a {unit} unit."
    ), call)
  }
}

# A pass over a long column is not made twice; to find it among others takes longer than one over a
# short one.
largest_sizes <- function(columns, seen = NULL) {
  columns <- lapply(columns, as.double)
  place <- rep(NA_integer_, length(columns))
  if (length(columns) && length(columns[[1]]) > 20000) {
    place <- vapply(columns, function(v) {
      Position(function(column) rlang::is_reference(column, v), seen$columns)
    }, 0L)
  }
  sizes <- as.double(seen$largest)[place]
  new <- is.na(place)
  sizes[new] <- bind_sizes(columns[new], thread_count(NULL))$largest
  sizes
}

check_subset <- function(subset, call) {
  if (is.logical(subset) && is.null(dim(subset))) return(invisible())
  abort("subset", c(
    "{.arg subset} must be true or false for each row, not {.obj_type_friendly {subset}}.",
    i = "Give a condition: {.code subset = ~year > 1975}."
  ), call)
}

check_weights <- function(w, expr, call) {
  if (is.null(w)) return(NULL)
  w <- as_numbers(
    w, cli::format_inline("{.arg weights} ({.code {rlang::as_label(expr)}})"), "weights", call
  )
  negative <- sum(w < 0, na.rm = TRUE)
  if (negative) {
    abort("weights", c(
      "{.arg weights} must not be negative; {negative} of {length(w)} {?is/are}.",
      i = "A weight is proportional to the inverse of a row's error variance."
    ), call)
  }
  as.double(w)
}

# The sample without the rows that are alone in a level of some effect, in turn: `rows` of the data
# are left.
leave_singletons <- function(sample, rows) {
  sample$counts$singletons <- sample$n - length(rows)
  sample$rows <- rows
  sample$n <- length(rows)
  sample
}

# Conditions in an expression that no value meets, as text.
never_met <- function(expr, data, env) {
  if (!is.call(expr)) return(NULL)
  if (rlang::is_call(expr, "%in%", n = 2)) {
    set <- tryCatch(eval(expr[[3]], data, env), error = function(e) NA)
    return(if (!length(set)) deparse1(expr))
  }
  unlist(lapply(operands(expr), never_met, data, env))
}

# "3 rows with missing values (x: 2, z: 1); 1 singleton"
describe_losses <- function(counts, n = Inf) {
  rows <- function(n) count_of(n, "row")
  by <- counts$missing_by
  c(
    if (!is.null(counts$subset)) trf("%s outside `subset`", rows(counts$subset)),
    if (!is.null(counts$missing)) {
      trf(
        "%s with missing values (%s)", rows(counts$missing),
        shown_names(paste0(names(by), colon(), by), n)
      )
    },
    if (!is.null(counts$zero_weight)) trf("%s with weight zero", rows(counts$zero_weight)),
    if (!is.null(counts$singletons)) count_of(counts$singletons, "singleton")
  ) |> paste(collapse = semicolon())
}

# Rows outside `subset` were asked for; the others are worth a message.
say_losses <- function(counts) {
  counts$subset <- NULL
  if (identical(names(counts), "total")) return(invisible())
  losses <- describe_losses(counts)
  if (nzchar(losses)) inform_plainly("dropped", trf("Left out of the sample: %s.", losses))
}
