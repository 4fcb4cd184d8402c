# Tables of Eurostat as its bulk download gives them (.tsv): all dimensions in one cell, the last
# named before a stroke and what stands across behind it ("freq,unit,geo\\TIME_PERIOD"), a mark of
# quality behind some numbers ("3617450.0 p"), a colon where there is none (": c").

eurostat_grid <- function(grid) {
  corner <- grid$text[1, 1]
  if (!grepl(eurostat_corner, corner, perl = TRUE)) return(grid)
  heads <- strsplit(sub("\\\\.*$", "", corner), ",", fixed = TRUE)[[1]]
  keys <- strsplit(trim_blank(grid$text[-1, 1]), ",", fixed = TRUE)
  if (any(lengths(keys) != length(heads))) return(grid)
  keys <- do.call(rbind, keys)
  values <- eurostat_values(grid$text[, -1, drop = FALSE])
  geo <- match("geo", heads, length(heads))
  varies <- setdiff(which(apply(keys, 2, different) > 1), geo)
  # What tells rows of one place apart is what each is of; what all rows share is their title.
  of <- apply(keys[, varies, drop = FALSE], 1, paste, collapse = " ")
  left <- cbind(c("geo", keys[, geo]), if (length(varies)) c("indicator", of))
  grid$text <- unname(cbind(left, values$text))
  same <- setdiff(seq_along(heads), c(geo, varies, match("freq", heads)))
  if (length(same)) grid$title <- paste(keys[1, same], collapse = " ")
  grid$flagged <- values$flagged
  grid
}

eurostat_corner <- "^[A-Za-z_0-9]+(?:,[A-Za-z_0-9]+)*\\\\(?:TIME_PERIOD|time)\\s*$"

# Marks of quality are letters (b, c, d, e, f, i, n, p, r, s, u, z) behind a blank.
eurostat_values <- function(text) {
  mark <- "^(:|[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?) ?([bcdefinprsuz]{1,4})$"
  body <- trim_blank(text)
  flagged <- row(body) > 1 & grepl(mark, body, perl = TRUE)
  body[flagged] <- sub(mark, "\\1", body[flagged], perl = TRUE)
  list(text = matrix(body, nrow(text)), flagged = sum(flagged & body != ":"))
}
