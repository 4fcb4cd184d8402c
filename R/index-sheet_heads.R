# Which column of an indicator table is what, by heads as published tables have them.

# Roles of heads; NA for those that are none.
sheet_roles <- function(heads) {
  known <- word_table("sheet_heads")
  plain <- plain_letters(trim_blank(sub("^\ufeff", "", simplified(as_utf8(heads)))))
  role <- known$column[match(plain, known$spelling)]
  open <- is.na(role)
  role[open] <- known$column[match(head_key(plain[open]), spelling_keys("sheet_heads", head_key))]
  # What stands in brackets behind a head explains it.
  bare <- sub("\\s*[(\uff08].*[)\uff09]$", "", plain, perl = TRUE)
  open <- is.na(role) & nzchar(bare)
  role[open] <- known$column[match(head_key(bare[open]), spelling_keys("sheet_heads", head_key))]
  # Weights by any method: its name stands before the word.
  role[is.na(role) & grepl(weight_head, bare, perl = TRUE)] <- "weight"
  role[plain %in% sheet_columns] <- plain[plain %in% sheet_columns]
  role
}

weight_head <- paste0(
  "\u6743[\u91cd\u6570](?:\u503c|\u7cfb\u6570)?(?:/?[%",
  "\uff05])?$|^weights?\\b|\\bweights?(?:/?%)?$"
)

level_roles <- c("system", "dimension", "level", "indicator", "indicator_name", "variable")

# The columns of the sheet under their own names: levels from coarse to fine, the finest the
# indicator. `system` is what the only system is called, if the table does not say.
settle_heads <- function(x, system, title, call) {
  role <- sheet_roles(names(x))
  check_twice(names(x), call)
  x <- ticked_directions(x, role)
  role <- c(role, if ("direction" %in% names(x)[-seq_along(role)]) "direction")
  role <- direction_role(x, role)
  role <- weight_role(x, role)
  x <- settle_levels(x, role, system, title)
  role <- attr(x, "roles")
  for (name in c("direction", "label", "unit", "weight", "lower", "upper", "derive", "interval")) {
    at <- which(role == name)
    if (name == "weight" && length(at)) x[[at[1]]] <- shares(x[[at[1]]], names(x)[at[1]])
    if (length(at) && !name %in% names(x)) names(x)[at[1]] <- name
  }
  attr(x, "roles") <- NULL
  x
}

# Numbers under a head that says per cent, as shares like those with the sign in the cell.
shares <- function(cells, head) {
  if (!grepl("[%\uff05]", head, perl = TRUE)) return(cells)
  if (is.numeric(cells)) return(cells / 100)
  number <- grepl("^\\s*[0-9][0-9.,]*\\s*$", cells, perl = TRUE)
  replace(cells, number, paste0(trim_blank(cells[number]), "%"))
}

check_twice <- function(heads, call) {
  own <- plain_letters(heads)
  twice <- own[duplicated(own) & own %in% sheet_columns]
  if (!length(twice)) return(invisible())
  abort("sheet", c(
    "An indicator sheet must have each column once; {.val {unique(twice)}} {?comes/come} twice.",
    i = "Rename or drop one of them."
  ), call)
}

# The one column of directions: of those whose heads say so the one with most directions; where none
# has any, a column whose cells are all directions, whatever heads it.
direction_role <- function(x, role) {
  share <- vapply(x, function(column) {
    cells <- trim_blank(as.character(column))
    cells <- cells[!is.na(cells) & nzchar(cells)]
    if (length(cells)) mean(!is.na(read_directions(cells))) else 0
  }, 0)
  exact <- which(plain_letters(trim_blank(names(x))) == "direction")
  headed <- which(role %in% "direction")
  other <- which(is.na(role) & share == 1)
  best <- c(
    exact, headed[share[headed] > 0][which.max(share[headed][share[headed] > 0])], other, headed
  )
  role[headed] <- NA
  if (length(best)) role[best[1]] <- "direction"
  role
}

# Directions that are ticked, each under its own head.
ticked_directions <- function(x, role) {
  direction <- read_directions(names(x))
  at <- which(!is.na(direction) & is.na(role))
  if (different(direction[at]) < 2 || any(role %in% "direction")) return(x)
  cells <- vapply(x[at], function(column) trim_blank(as.character(column)), character(nrow(x)))
  cells <- matrix(replace(cells, is.na(cells), ""), nrow(x))
  ticks <- c(
    "\u221a", "\u2713", "\u2714", "\u25cf", "\u25cb", "\u25b2", "\u662f", "1", "x", "y", "yes", "+"
  )
  if (!all(plain_letters(cells) %in% c("", ticks)) || any(rowSums(cells != "") > 1)) return(x)
  x$direction <- c(direction[at], NA)[apply(
    cells != "", 1, function(row) c(which(row), length(at) + 1L)[1]
  )]
  x
}

# The one column of weights: the comprehensive ones, else those right of the indicators. Weights of
# dimensions and of other methods stay under their own heads, and this is said.
weight_role <- function(x, role) {
  at <- which(role %in% "weight")
  if (length(at) < 2) return(role)
  heads <- trim_blank(names(x))
  levels <- which(role %in% level_roles)
  indicator <- finest_level(role, levels)$indicator
  whole <- paste0(
    "\u7efc\u5408|\u7ec4\u5408|\u6700\u7ec8|",
    "(?i:combin|comprehensive|final|overall|integrated)"
  )
  # Where the head of another level stands before the word, they are that level's.
  upper <- Reduce(`|`, lapply(heads[setdiff(levels, indicator)], function(level) {
    startsWith(heads[at], level)
  }), logical(length(at)))
  own <- at[!upper]
  best <- c(
    at[heads[at] == "weight"], own[grepl(whole, heads[own], perl = TRUE)], own[own > indicator],
    own, at
  )
  best <- best[!is.na(best)][1]
  inform("sheet", c(i = paste0(
    "Of {length(at)} columns of weights {.val {heads[best]}} (column {best}) is taken; ",
    "{.val {heads[setdiff(at, best)]}} {?stays/stay} as {?it is/they are}."
  )))
  role[setdiff(at, best)] <- NA
  role
}

# System, dimension and indicator of the levels. What no slot is left for stays under its own head.
settle_levels <- function(x, role, system, title) {
  at <- which(role %in% level_roles)
  finest <- finest_level(role, at)
  upper <- setdiff(at[role[at] %in% c("system", "dimension", "level")], finest$indicator)
  named <- upper[role[upper] == "system"]
  # Of two words for a system the one that does not vary is the study's aim.
  if (length(named) > 1 && different(x[[named[1]]][!is_empty(x[[named[1]]])]) == 1) {
    upper <- setdiff(upper, named[1])
    named <- named[-1]
  }
  own <- if (!is.null(system)) {
    NA_integer_
  } else if (length(named)) {
    named[1]
  } else if (sum(role[upper] %in% c("level", "dimension")) >= 2) {
    upper[1]
  } else {
    NA_integer_
  }
  rest <- setdiff(upper, own)
  filled <- fill_levels(x, upper)
  x <- filled$data
  slots <- c(system = own, dimension = rest[1], indicator = finest$indicator, label = finest$label)
  slots <- slots[!is.na(slots)]
  names(x)[slots] <- names(slots)
  role[slots] <- names(slots)
  one <- system %||% one_system(title)
  if (!"system" %in% names(x) && "indicator" %in% names(x)) {
    x$system <- rep(one, nrow(x))
    role <- c(role, "system")
  }
  if (!"dimension" %in% names(x) && all(c("indicator", "system") %in% names(x))) {
    x$dimension <- x$system
    role <- c(role, "dimension")
  }
  structure(x, roles = role, filled = filled$cells)
}

is_empty <- function(x) is.na(x) | !nzchar(trim_blank(as.character(x)))

# The column that names the indicators, and the one that labels them.
finest_level <- function(role, at) {
  last <- function(which) c(NA_integer_, at[role[at] %in% which])[1 + sum(role[at] %in% which)]
  variable <- last("variable")
  name <- last("indicator_name")
  indicator <- last("indicator")
  if (is.na(indicator)) indicator <- if (is.na(name)) last("level") else name
  label <- if (!is.na(name) && !identical(name, indicator)) name else NA_integer_
  if (!is.na(variable)) {
    if (!is.na(indicator)) label <- indicator
    indicator <- variable
  }
  list(indicator = indicator, label = label)
}

# Merged cells stand in the first of their rows: they are filled downwards, a finer level only as
# far as the coarser one goes.
fill_levels <- function(x, levels) {
  cells <- 0L
  starts <- rep(FALSE, nrow(x))
  for (j in levels) {
    if (is.factor(x[[j]])) x[[j]] <- as.character(x[[j]])
    empty <- is_empty(x[[j]])
    from <- cummax(ifelse(empty & !starts, 0L, seq_len(nrow(x))))
    open <- empty & from > 0 & !starts
    open[open] <- !empty[from[open]]
    x[[j]][open] <- x[[j]][from[open]]
    cells <- cells + sum(open)
    starts <- starts | c(TRUE, x[[j]][-1] != x[[j]][-nrow(x)])[seq_len(nrow(x))] %in% TRUE
  }
  list(data = x, cells = cells)
}

# What the one system of a table is called: by the table's title, without the words for indicator
# system.
one_system <- function(title) {
  label <- title_label(title)
  if (is.na(label)) return("index")
  label <- sub(
    paste0(
      "(?:\u7efc\u5408)?(?:\u8bc4\u4ef7|\u6d4b\u5ea6|\u6d4b\u7b97|\u8861\u91cf)?(?:\u7684)?\u6307",
      "\u6807\u4f53\u7cfb(?:\u6784\u5efa|\u8868)?$|(?i: ?(?:evaluation )?(?:index|indicator) ",
      "system)$"
    ),
    "", label, perl = TRUE
  )
  if (nzchar(label)) trim_blank(label) else "index"
}

# The lists of words in the help of indicator_sheet(), as the tables have them. LaTeX of the manual
# has no Chinese letters.
sheet_words <- function() {
  lists <- function(table, by) {
    split <- split(table$spelling, factor(table[[by]], unique(table[[by]])))
    words <- vapply(split, paste, "", collapse = "; ")
    words <- gsub("([%{}\\\\])", "\\\\\\1", words, perl = TRUE)
    paste0("\\item ", names(split), ": ", words, collapse = "\n")
  }
  heads <- lists(word_table("sheet_heads"), "column")
  directions <- lists(word_table("sheet_directions"), "direction")
  enc2utf8(paste0(
    "\\ifelse{latex}{The files sheet_heads.csv and sheet_directions.csv in the package's folder ",
    "of words list them.}{Heads: \\itemize{", heads, "} Directions: \\itemize{", directions, "}}"
  ))
}
