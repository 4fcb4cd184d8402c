# The same model by group, in the queries of one fit: each is grouped by the groups as well, and
# their sums are then known to the fit of every group, which asks nothing.

#' @export
summed_groups.ccd_remote <- function(data, fit, by, unit, call) {
  source <- remote_source(data)
  begin_state(source, environment(), call)
  terms <- lapply(split_plus(by), without_brackets)
  marks <- stats::setNames(lapply(terms, list), paste0("(group) ", seq_along(terms)))
  clusters <- c(fit$covariance_spec$clusters, fit$spec$estimator$weighting$clusters)
  made <- sampled_plan(fit$spec, c(clusters, marks), call)
  plan <- made$plan
  keys <- unname(unlist(plan$clusters[names(marks)]))
  sums <- grouped_answers(plan, made$sample, keys, call)
  inside <- named_keys(plan, keys_at(sums$cells$keys, sums$stays$at))
  say_column_spellings(terms, inside, NULL, what = "groups")
  labels <- group_labels(sums$cells$keys[keys], terms, sums$stays$at, plan$t)
  out <- keyed_groups(fit, plan, sums, labels, unit, clusters, call)
  c(list(by = rlang::as_label(by), split = NULL, of = NULL), out)
}

# Groups whose rows are told by the keys of cells.
keyed_groups <- function(fit, plan, sums, labels, unit, clusters, call) {
  of <- labels$of
  sums$deviations <- grouped_deviations(plan, sums, of)
  member <- group_members(plan, sums$cells, labels, unit)
  table <- data.frame(
    group = labels$names, rows = as.integer(tapply(
      sums$stays$n, factor(of[sums$stays$at], seq_along(labels$names)), sum, default = 0
    )), units = if (is.null(member)) NA_integer_ else lengths(member, use.names = FALSE)
  )
  conditions <- stats::setNames(labels$conditions, labels$names)
  list(
    group = NULL, conditions = conditions,
    table = table, unit = if (!is.null(member)) unit, members = member,
    n = sum(sums$stays$n), left = sum(sums$stays$n[is.na(of[sums$stays$at])]),
    shared = !is.null(member) && sum(lengths(member)) > length(unique(unlist(member))),
    prepare = function(name) {
      narrowed <- changed_rows(fit, NULL, conditions[[name]], NULL, call)$spec
      seed_scan(remote_plan(narrowed, clusters, call), plan, sums, match(name, labels$names), of)
    }
  )
}

# What one fit asks, by groups too: of the sample, of the cells, and their cross-products.
grouped_answers <- function(plan, sample, keys, call) {
  counted <- asked_sample(plan, keys)
  cells <- remote_cells(plan, sample)
  by <- unique(c(unname(plan$factors), unlist(unname(plan$clusters))))
  products <- if (any(cells$n > 1)) scatter_sums(plan, sample, by)
  cells$at <- seq_along(cells$n)
  list(
    counted = counted, keys = keys, sample = sample, cells = cells, products = products, by = by,
    stays = stays_of(cells, plan)
  )
}

# Deviations from the cells' means by group, where one of the groups would ask for its own.
grouped_deviations <- function(plan, sums, of) {
  if (is.null(sums$products)) return(NULL)
  k <- seq_along(plan$bases)
  inside <- !is.na(of)
  between <- rowsum(
    sums$cells$weight[inside] * sums$cells$mean[inside, , drop = FALSE]^2, of[inside]
  )
  group <- of[match(key_mark(sums$products[sums$keys]), key_mark(sums$cells$keys[sums$keys]))]
  known <- !is.na(group)
  squares <- as.matrix(sums$products[known, paste0("q", k, "_", k), drop = FALSE])
  total <- rowsum(squares, group[known])
  lever <- rep(summed_lever(sums$sample$scan, plan), each = nrow(total))
  if (!any(total - between < poor_share * lever * total)) return(NULL)
  scatter_sums(plan, sums$sample, sums$by, deviations = TRUE)
}

# One text for each row of keys, with all digits of numbers and times.
key_mark <- function(frame) {
  do.call(paste, c(lapply(unname(as.list(frame)), function(v) {
    if (is.double(v)) sprintf("%.17g", v) else v
  }), sep = "\r"))
}

key_code <- function(frame) {
  mark <- key_mark(frame)
  match(mark, unique(mark))
}

# Of the cells of the whole fit, those that its singletons leave.
stays_of <- function(cells, plan) {
  cells$of <- cells$at
  left <- leave_single_cells(cells, plan$effects, plan$t$call)
  list(n = left$n, at = left$of)
}

# Groups in order: names, conditions, and the group of each cell. `stays`: cells with rows of the
# sample, without which there is no group.
group_labels <- function(values, terms, stays, t) {
  kinds <- lapply(terms, function(e) {
    is_truth(e, t)
  })
  values <- Map(function(v, truth) {
    if (truth) as.logical(v) else if (inherits(v, "integer64")) as.double(v) else v
  }, unname(as.list(values)), kinds)
  ranks <- lapply(values, function(v) match(v, in_order(v[!is.na(v)])))
  some <- !Reduce(`|`, lapply(values, is.na))
  combined <- do.call(paste, ranks)
  first <- intersect(which(some), stays)
  first <- first[!duplicated(combined[first])]
  first <- first[do.call(order, lapply(ranks, `[`, first))]
  names <- vapply(first, function(i) {
    group_name(Map(function(term, v) value_label(term, v[i], NULL), terms, values))
  }, "")
  names <- make.unique(names, " ")
  conditions <- lapply(first, function(i) {
    Reduce(function(a, b) call("&", a, b), Map(function(term, v) {
      group_condition(term, v[i], t)
    }, terms, values))
  })
  of <- match(combined, combined[first])
  list(names = names, conditions = conditions, of = replace(of, !some, NA))
}

group_condition <- function(term, value, t) {
  if (!is.logical(value)) {
    plain <- is.character(value) || inherits(value, c("Date", "POSIXct"))
    return(call("==", term, if (plain) value else as.double(value)))
  }
  if (is.name(term)) return(call("==", term, as.double(value)))
  if (value) call("(", term) else call("!", call("(", term))
}

# The units of each group, where units are among what rows are grouped by.
group_members <- function(plan, cells, labels, unit) {
  if (is.null(unit)) return(NULL)
  at <- match(list(remote_key(unit, plan$t)), plan$keys)
  if (is.na(at)) return(NULL)
  codes <- match(cells$keys[[at]], unique(cells$keys[[at]]))
  lapply(split(codes, factor(labels$names[labels$of], labels$names)), unique)
}

# The sums of one group, as its own fit would have been answered.
seed_scan <- function(own, plan, sums, group, of) {
  marks <- key_mark(sums$cells$keys[sums$keys])
  inside <- function(found) {
    found[of[match(key_mark(found[sums$keys]), marks)] %in% group, , drop = FALSE]
  }
  # A group of one value has the cells of its own fit. One of several has finer ones, unless the fit
  # groups by that key too.
  one <- length(unique(marks[of %in% group])) == 1
  keys <- plan$terms$keys
  if (one) keys <- keys[keys %in% own$terms$keys]
  counted <- counted_rows(inside(sums$counted)[setdiff(names(sums$counted), sums$keys)])
  counted$total <- sum(sums$counted$total)
  # Centres are those of the whole, by which the sums were centred.
  counted[paste0("mean", seq_along(plan$bases))] <- unname(sums$sample$centre)
  scan <- keep_scan(own, counted)
  bases <- plan$terms$bases
  columns <- c(w = "w", stats::setNames(bases, paste0("s", seq_along(bases))))
  cells <- known_sums(sums$sample$scan$cells, plan$terms$keys, columns)
  scan$cells <- keep_sums(list(), only(inside(cells), names(keys), names(columns)), keys, columns)
  if (is.null(sums$products)) return(invisible())
  columns <- product_columns(plan)
  by <- intersect(names(keys), names(sums$products))
  kept <- function(records, found, columns, others = NULL) {
    keep_sums(records, only(inside(found), by, names(columns)), keys[by], columns, others)
  }
  scan$scatters <- kept(list(), sums$products, columns)
  same_cells <- one || all(plan$terms$keys %in% own$terms$keys)
  if (is.null(sums$deviations) || !same_cells) return(invisible())
  scan$scatters <- kept(
    scan$scatters, sums$deviations, columns[product_names(plan)], sort(unname(own$terms$keys))
  )
}

# The first answers for several keys as one for all of them.
counted_rows <- function(found) {
  found <- as.list(found)
  some <- function(f) function(x) if (all(is.na(x))) NA_real_ else f(x, na.rm = TRUE)
  Map(function(x, name) {
    if (length(x) == 1) return(x)
    if (grepl("^least[0-9]", name)) return(some(min)(x))
    if (grepl("^most[0-9]", name)) return(some(max)(x))
    sum(x, na.rm = TRUE)
  }, found, names(found))
}

only <- function(found, keys, columns) found[c(keys, "n", columns)]
