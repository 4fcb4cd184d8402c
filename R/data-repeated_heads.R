# Blocks below each other, of a unit each, that repeat one line of heads: a line with the unit's
# name, the heads, the unit's rows. The heads go on top once; the lines say what is below them.

repeated_heads <- function(grid) {
  text <- grid$text
  label <- sub(place_word, "", line_texts(text), perl = TRUE)
  label[is.na(label)] <- ""
  at <- which(place_kinds(label)$kind %in% c("province", "city"))
  if (length(at) < 2 || anyDuplicated(label[at])) return(grid)
  several <- which(rowSums(matrix(has_text(text), nrow(text))) >= 2)
  head <- several[findInterval(at, several) + 1]
  if (anyNA(head) || any(head[-length(head)] >= at[-1])) return(grid)
  same <- apply(text[head, , drop = FALSE], 2, different) == 1
  if (!all(same) || !any(!is.na(head_years(as.vector(text[head[1], ]))$year))) return(grid)
  # "Database: ...", "Time: ...": what an export says of itself in each block.
  said <- which(grepl("[:\uff1a]", label, perl = TRUE) & !grepl(unit_line, label, perl = TRUE))
  below <- setdiff(at[1]:nrow(text), c(head, said))
  out <- sub_grid(grid, c(seq_len(at[1] - 1), head[1], below))
  lines <- out$line %in% grid$line[at]
  out$text[lines, ] <- ""
  out$text[lines, 1] <- label[at]
  out
}

place_word <- paste0(
  "^(?i:\u5730\u533a|\u7701\u4efd|\u7701\u5e02|\u57ce\u5e02|region|province|city|country)",
  "\\s*[:\uff1a]\\s*"
)
