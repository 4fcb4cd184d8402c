# Columns of codes beside the names that they stand for ("Item Code" and "Item" of FAOSTAT, "Country
# Name" and "Country Code" of the World Bank): no indicators, though they hold numbers.

# The heads that end, or begin, with a word for a code, and the rest of each.
code_stem <- function(heads) {
  text <- sub("\\s*[(\uff08\\[][^()\uff08\uff09\\[\\]]*[)\uff09\\]]$", "", heads, perl = TRUE)
  key <- head_key(simplified(text))
  word <- paste0(
    "codes?|ids?|fips|iso|iso[23]c?|\u4ee3\u7801|\u7f16\u7801|\u7f16\u53f7|\u4ee3\u53f7"
  )
  behind <- paste0("^(.+?)(?:", word, ")$")
  before <- "^(?:code|id)(?:of)?(.+)$"
  out <- rep(NA_character_, length(heads))
  for (pattern in c(before, behind)) {
    has <- grepl(pattern, key, perl = TRUE)
    out[has] <- sub(pattern, "\\1", key[has], perl = TRUE)
  }
  out
}

# The columns of codes of a grid: `at`, and the `kind` of what they repeat ("unit", "time",
# "indicator", "measure" or NA). A code says nothing new where each name has one, and is headed like
# its names; so does a second column of the same times.
code_columns <- function(grid, role) {
  found <- list()
  for (i in utils::head(which(rowSums(!is.na(role)) > 0), 20)) {
    head <- grid$text[i, ]
    kind <- ifelse(role[i, ] %in% unit_roles, "unit", role[i, ])
    key <- head_key(simplified(head))
    kind[key == "element"] <- "indicator"
    body <- grid$text[-seq_len(i), , drop = FALSE]
    stem <- code_stem(head)
    lone <- kind %in% "entity" | grepl(lone_code, head, perl = TRUE)
    at <- which(!is.na(stem) | lone)
    of <- lapply(at, function(j) {
      of <- c(which(key == stem[j] | kind %in% meant_by(stem[j])), which(lone[j] & kind == "unit"))
      of <- of[is.na(stem[of]) | key[of] %in% stem[j]]
      of[vapply(of, function(k) has_one_code(body[, k], body[, j]), NA)][1]
    })
    of <- as.integer(unlist(of))
    at <- at[!is.na(of)]
    of <- of[!is.na(of)]
    times <- which(kind == "time")
    again <- times[duplicated(body[, times, drop = FALSE], MARGIN = 2)]
    of <- c(of, rep(times[1], length(again)))
    at <- c(at, again)
    found[[length(found) + 1]] <- list2DF(list(
      at = at, kind = kind[of],
      names = lapply(seq_along(at), function(k) code_names(head[at[k]], body[, c(of[k], at[k])]))
    ))
  }
  found <- do.call(rbind, found)
  found[!duplicated(found$at), ]
}

# What is called a code or an id, of whatever, and is one for each unit.
lone_code <- paste0(
  "(?:(?i:code)|[_. -](?i:id)|[a-z]I[Dd]|\u4ee3\u7801|\u7f16\u7801)$|^(?i:id|fips|geofips)$"
)

# What says nothing but which indicator it is.
indicator_kinds <- c("indicator", "measure")

# What is meant by the words that a code is one of.
meant_by <- function(stem) {
  kind <- head_roles(stem)
  if (kind %in% unit_roles) kind <- "unit"
  intersect(kind, c("unit", "time", "indicator", "measure"))
}

has_one_code <- function(name, code) {
  some <- has_text(name) & has_text(code)
  name <- name[some]
  code <- code[some]
  length(name) > 0 && all(code == code[match(name, name)])
}

# Each name with its code.
code_names <- function(head, pairs) {
  some <- has_text(pairs[, 1]) & has_text(pairs[, 2])
  some[some] <- !duplicated(paste(pairs[some, 1], pairs[some, 2], sep = "\r"))
  data.frame(
    column = rep(head, sum(some)), name = pairs[some, 1], code = pairs[some, 2],
    stringsAsFactors = FALSE
  )
}

# The names and codes of the columns of words that are left out, since they repeat the indicator or
# the time.
left_codes <- function(codes, words, heads) {
  if (is.null(codes)) return(NULL)
  at <- vapply(words, function(part) heads$at[part$series[1]], 0L)
  left <- codes$at %in% at & codes$kind %in% c(indicator_kinds, "time")
  do.call(rbind, codes$names[left])
}
