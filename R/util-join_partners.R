# Which rows of a join meet which: several that meet several, and those that meet none.

# Keys that were asked for, and of which several rows meet several: what comes of it has rows of one
# time beside those of another. Where the other data frame has no such time (cities of a state, none
# of them with a year), several that meet several are what was asked for.
warn_many <- function(keys, told, panel, x, y, call) {
  groups <- max(keys$y, 0L)
  count <- list(tabulate(keys$x, groups), tabulate(keys$y, groups))
  many <- count[[1]] > 1 & count[[2]] > 1
  if (!any(many) || crossed_within(told, panel, x, y)) return(invisible())
  rows <- with_commas(sum(as.double(count[[1]]) * count[[2]]))
  warn("many", c(
    paste0(
      "Several rows of the one data frame meet several of the other: {rows} rows of ",
      "{length(keys$x)} and {length(keys$y)}."
    ),
    i = paste0(
      "The keys of a panel are both {.val {panel}}; what was told is {.val {told[[1]]}}. Name ",
      "both by {.arg by}, or by {.arg by.x} and {.arg by.y} where they are called otherwise."
    )
  ), call)
}

# Is the unit told, and has the other data frame no time, by its name or by another?
crossed_within <- function(told, panel, x, y) {
  second <- is.null(recipe_of(x))
  whole <- if (second) y else x
  other <- if (second) x else y
  left <- setdiff(panel, told[[if (second) 2 else 1]])
  identical(left, panel[2]) && is.null(recipe_of(other)) &&
    !key_called(left, panel, other, whole) %in% names(other)
}

# Rows that meet none, counted for both sides.
say_partners <- function(keys, kept, x, y, call) {
  alone <- list(which(is.na(keys$x)), which(!seq_len(max(keys$y, 0L)) %in% keys$x))
  alone[[2]] <- which(keys$y %in% alone[[2]])
  rows <- c(length(keys$x), length(keys$y))
  count <- lengths(alone)
  if (!any(count > 0)) return(invisible())
  none <- count == rows
  first <- c(first_key(x, alone[[1]]), first_key(y, alone[[2]]))
  near <- near_keys(x, y, alone)
  if (all(none) && !all(kept) && all(rows > 0)) {
    return(abort_unmet(kept, first, names(x), near, call))
  }
  each <- sprintf(
    "%s of %s of the %s (%s), such as %s", with_commas(count), rows_counted(rows),
    c("first", "second"), ifelse(kept, "kept, with gaps", "left out"), first
  )
  inform_plainly("unmatched", paste(c(
    paste0("Rows without a partner: ", paste(each[count > 0], collapse = "; "), "."), near$said
  ), collapse = " "))
}

rows_counted <- function(n) paste0(with_commas(n), " ", ifelse(n == 1, "row", "rows"))

first_key <- function(keys, rows) {
  if (!length(rows)) return("")
  paste(vapply(keys, function(key) {
    seen_blanks(format_key(column_levels(key)[rows[1]]))
  }, ""), collapse = " ")
}

# A join in which no row meets another has nothing of one of the two: an error where it has no row
# at all.
abort_unmet <- function(kept, first, keys, near, call) {
  message <- c(
    paste0(
      "No row of the first data frame meets one of the second by {.val {keys}}: the first has ",
      "{.val {first[1]}}, for instance, and the second {.val {first[2]}}."
    ),
    i = if (is.null(near)) {
      paste0(
        "Write units and times the same way in both; {.fn match_province} does so for names of ",
        "provinces."
      )
    } else {
      c("{near$said}", "{.code {near$way}} in both data frames makes them the same.")
    }
  )
  names(message)[-1] <- "i"
  if (any(kept)) return(warn("unmet", message, call))
  abort("panel", message, call)
}

# Of text keys without a partner, a pair that only blanks or capitals tell apart.
near_keys <- function(x, y, alone) {
  for (j in seq_along(x)) {
    one <- text_levels(x[[j]], alone[[1]])
    two <- text_levels(y[[j]], alone[[2]])
    for (how in c("blanks", "capitals")) {
      same <- function(text) if (how == "blanks") squeezed(text) else tolower(squeezed(text))
      at <- match(same(one), same(two))
      at[which(one == two[at])] <- NA
      i <- which(!is.na(at))[1]
      if (is.na(i)) next
      pair <- seen_blanks(c(one[i], two[at[i]]))
      name <- names(x)[j]
      column <- paste0("data$", if (make.names(name) == name) name else paste0("`", name, "`"))
      way <- if (how == "blanks") {
        sprintf("trimws(gsub(\"[\\\\h\\\\v]+\", \" \", %s, perl = TRUE))", column)
      } else {
        sprintf("tolower(%s)", column)
      }
      said <- sprintf(
        "\"%s\" of the first and \"%s\" of the second differ in %s alone.", pair[1], pair[2], how
      )
      return(list(said = said, way = way))
    }
  }
  NULL
}

text_levels <- function(key, rows) {
  key <- column_levels(key)
  if (is.factor(key) || is.character(key)) unique(as.character(key[rows])) else character()
}

squeezed <- function(x) trim_blank(gsub(paste0(blanks, "+"), " ", as_utf8(x), perl = TRUE))

# Blanks that nobody sees, at the ends, in a row and of other kinds, by their names.
seen_blanks <- function(x) {
  x <- as_utf8(x)
  unseen <- paste0("^ | $|(?<= ) |(?! )", blanks)
  called <- function(one) {
    if (one == " ") return("<space>")
    if (one == "\t") "<tab>" else sprintf("<U+%04X>", utf8ToInt(one))
  }
  while (any(grepl(unseen, x, perl = TRUE))) {
    at <- regexpr(unseen, x, perl = TRUE)
    regmatches(x, at) <- vapply(regmatches(x, at), called, "")
  }
  x
}
