# The same model by group, in the queries of one fit: each is grouped by the groups as well, and
# their sums are then known to the fit of every group, which asks nothing.

#' @export
summed_groups.ccd_remote <- function(data, fit, by, unit, call) {
  source <- remote_source(data)
  begin_state(source, environment(), call)
  terms <- lapply(split_plus(by), without_brackets)
  marks <- stats::setNames(lapply(terms, list), paste0("(group) ", seq_along(terms)))
  spec <- fit$spec
  clusters <- c(fit$covariance_spec$clusters, spec$estimator$weighting$clusters)
  made <- sampled_plan(spec, c(clusters, marks), call)
  plan <- made$plan
  keys <- unname(unlist(plan$clusters[names(marks)]))
  sums <- grouped_answers(plan, made$sample, keys, call)
  labels <- group_labels(sums$cells$keys[keys], terms, plan$t)
  sums$deviations <- grouped_deviations(plan, sums, labels$of)
  member <- group_members(plan, sums$cells, labels, unit)
  table <- data.frame(
    group = labels$names, rows = as.integer(tapply(
      sums$stays$n, factor(labels$of[sums$stays$at], seq_along(labels$names)), sum, default = 0
    )), units = if (is.null(member)) NA_integer_ else lengths(member, use.names = FALSE)
  )
  conditions <- stats::setNames(labels$conditions, labels$names)
  of <- labels$of
  known <- source$known
  list(
    by = rlang::as_label(by), split = NULL, of = NULL, group = NULL, conditions = conditions,
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
  source <- plan$t$source
  counted <- remote_ask(source, sample_query(plan, keys), call, keep = FALSE)
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
  mark <- function(frame) do.call(paste, c(unname(as.list(frame)), sep = "\r"))
  group <- of[match(mark(sums$products[sums$keys]), mark(sums$cells$keys[sums$keys]))]
  known <- !is.na(group)
  squares <- as.matrix(sums$products[known, paste0("q", k, "_", k), drop = FALSE])
  total <- rowsum(squares, group[known])
  if (!any(total - between < poor_share * total)) return(NULL)
  scatter_sums(plan, sums$sample, sums$by, deviations = TRUE)
}

# Of the cells of the whole fit, those that its singletons leave.
stays_of <- function(cells, plan) {
  cells$of <- cells$at
  left <- leave_single_cells(cells, plan$effects, plan$t$call)
  list(n = left$n, at = left$of)
}

# Groups in order: names, conditions, and the group of each cell.
group_labels <- function(values, terms, t) {
  kinds <- lapply(terms, function(e) {
    is_condition(e) || is.name(e) && is.logical(t$columns[[as.character(e)]])
  })
  values <- Map(function(v, truth) {
    if (truth) as.logical(v) else if (inherits(v, "integer64")) as.double(v) else v
  }, unname(as.list(values)), kinds)
  ranks <- lapply(values, function(v) match(v, in_order(v[!is.na(v)])))
  some <- !Reduce(`|`, lapply(values, is.na))
  combined <- do.call(paste, ranks)
  first <- which(some & !duplicated(combined))
  first <- first[do.call(order, lapply(ranks, `[`, first))]
  names <- vapply(first, function(i) {
    paste(Map(function(term, v) value_label(term, v[i], NULL), terms, values), collapse = ", ")
  }, "")
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
    return(call("==", term, if (is.character(value)) value else as.double(value)))
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
  keys <- plan$terms$keys[plan$terms$keys %in% own$terms$keys]
  mark <- function(frame) do.call(paste, c(unname(as.list(frame)), sep = "\r"))
  inside <- function(found) {
    wanted <- mark(sums$cells$keys[match(group, of), sums$keys, drop = FALSE])
    found[mark(found[sums$keys]) == wanted, , drop = FALSE]
  }
  counted <- as.list(inside(sums$counted))
  counted$total <- sum(sums$counted$total)
  # Centres are those of the whole, by which the sums were centred.
  counted[paste0("mean", seq_along(plan$bases))] <- unname(sums$sample$centre)
  scan <- keep_scan(own, c(counted[setdiff(names(counted), sums$keys)]))
  bases <- plan$terms$bases
  columns <- c(w = "w", stats::setNames(bases, paste0("s", seq_along(bases))))
  cells <- known_sums(sums$sample$scan$cells, plan$terms$keys, columns)
  scan$cells <- keep_sums(list(), only(inside(cells), names(keys), names(columns)), keys, columns)
  if (is.null(sums$products)) return(invisible())
  pairs <- matrix(bases[product_pairs(plan)], ncol = 2)
  columns <- c(columns[-1], stats::setNames(
    apply(pairs, 1, function(x) paste(sort(x), collapse = " ")), product_names(plan)
  ))
  by <- intersect(names(keys), names(sums$products))
  kept <- function(records, found, columns, others = NULL) {
    keep_sums(records, only(inside(found), by, names(columns)), keys[by], columns, others)
  }
  scan$scatters <- kept(list(), sums$products, columns)
  if (is.null(sums$deviations)) return(invisible())
  scan$scatters <- kept(
    scan$scatters, sums$deviations, columns[product_names(plan)], sort(unname(own$terms$keys))
  )
}

only <- function(found, keys, columns) found[c(keys, "n", columns)]
