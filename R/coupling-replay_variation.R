# What varies from replay to replay: the choices, the recipe's own first.

# Targets of z: before the entropy (by zero rule), and before the mean.
zero_targets <- list(limit = c(0, 1), shift = c(1e-4, 1 + 1e-4), rescale = c(0.01, 0.99))

# The choices of each replay, the recipe's own first; one alone does not vary.
replay_variation <- function(vary, sd, alternatives, index, call) {
  sources <- c("units", "weights", "normalise", "zero", "aggregate")
  if (!is.character(vary) || anyNA(vary) || !all(vary %in% sources)) {
    abort("choice", c(
      "{.arg vary} must be any of {.val {sources}}, not {found(vary)}.",
      i = "{.code character()} varies nothing."
    ), call)
  }
  choices <- function(name, own, default, possible, apply = TRUE) {
    given <- alternatives[[name]] %||% default
    for (one in given) check_choice(one, possible, paste0("alternatives$", name), call)
    if (name %in% vary && apply) unique(c(own, given)) else own
  }
  if (
    !is.list(alternatives) || length(setdiff(names(alternatives), sources[3:5])) ||
      length(alternatives) != length(names(alternatives))
  ) {
    abort("choice", c(
      paste0(
        "{.arg alternatives} must be a list with names among {.val {sources[3:5]}}, not ",
        "{found(alternatives)}."
      ),
      i = "For instance {.code list(aggregate = \"topsis\")}."
    ), call)
  }
  unit <- index$normalise %in% c("minmax", "rank", "none")
  inside <- unit && !grepl("^base ", index$scope)
  normalise <- choices(
    "normalise", index$normalise, c("minmax", "rank"), c("minmax", "rank"),
    inside && index$normalise != "none"
  )
  zero <- choices(
    "zero", index$zero, names(zero_targets), names(zero_targets), index$method == "entropy" && unit
  )
  means <- if (inside || index$normalise %in% c("vector", "sum")) {
    aggregations
  } else {
    union(index$aggregate, c("linear", "topsis"))
  }
  aggregate <- choices(
    "aggregate", index$aggregate, intersect(c("linear", "geometric"), means), means
  )
  away <- aggregate == "geometric" & index$aggregate != "geometric" & unit
  list(
    units = "units" %in% vary, sd = if ("weights" %in% vary) as.double(sd) else 0,
    normalise = normalise, zero = zero_targets[zero], aggregate = aggregate,
    target = lapply(away, function(lifted) if (lifted) c(0.01, 0.99) else c(0, 1))
  )
}

varied <- function(variation) {
  several <- lengths(variation[c("normalise", "zero", "aggregate")]) > 1
  c(if (variation$units) "units", if (variation$sd > 0) "weights", names(several)[several])
}

# The same choices with nothing drawn, or one source alone.
unvaried <- function(variation, but = character()) {
  if (!"units" %in% but) variation$units <- FALSE
  if (!"weights" %in% but) variation$sd <- 0
  for (name in setdiff(c("normalise", "zero", "aggregate"), but)) {
    variation[[name]] <- variation[[name]][1]
  }
  variation$target <- variation$target[seq_along(variation$aggregate)]
  variation
}
