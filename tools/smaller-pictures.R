# Pictures take most of the room of vignettes: R's devices write three bytes a pixel, where a chart
# has some hundreds of colours, most of them between a line and its ground. Here each picture gets a
# table of 256 colours and one byte a pixel, which is a third of the size.
#
#   Rscript tools/smaller-pictures.R FILE.html|FILE.png ...
#
# writes each file again, the PNG or those that a page holds, where that makes them smaller.

# The bytes of four-byte numbers, the first byte counting most.
big_endian <- function(x) {
  writeBin(as.integer(x), raw(), endian = "big")
}

number_at <- function(bytes, at) readBin(bytes[at + 0:3], "integer", endian = "big")

# gzip keeps the check sum that PNG asks for at the end of what it packs.
check_sum <- function(bytes) {
  file <- tempfile()
  on.exit(unlink(file))
  to <- gzfile(file, "wb")
  writeBin(bytes, to)
  close(to)
  packed <- readBin(file, "raw", file.size(file))
  rev(packed[length(packed) - 7:4])
}

chunk <- function(name, bytes) {
  body <- c(charToRaw(name), bytes)
  c(big_endian(length(bytes)), body, check_sum(body))
}

chunks <- function(png) {
  at <- 9
  found <- list()
  while (at < length(png)) {
    size <- number_at(png, at)
    found[[length(found) + 1]] <- list(
      name = rawToChar(png[at + 4:7]), bytes = png[at + 7 + seq_len(size)]
    )
    at <- at + size + 12
  }
  found
}

# A filter's guess of a byte from that to the left, above, and left of above.
paeth <- function(a, b, corner) {
  p <- a + b - corner
  off <- abs(p - c(a, b, corner))
  if (off[1] <= off[2] && off[1] <= off[3]) a else if (off[2] <= off[3]) b else corner
}

unfiltered <- function(line, filter, above, width) {
  if (filter == 0) return(line)
  if (filter == 2) return((line + above) %% 256)
  zero <- numeric(width)
  left <- c(zero, numeric(length(line)))
  over <- c(zero, above)
  for (i in seq_along(line)) {
    a <- left[i]
    guess <- switch(
      filter, a, NULL, (a + above[i]) %/% 2, paeth(a, above[i], over[i])
    )
    left[i + width] <- (line[i] + guess) %% 256
  }
  left[-seq_len(width)]
}

# Red, green, blue, how opaque: a row a pixel. NULL of pictures of another kind than R's devices
# write.
pixels <- function(parts) {
  head <- parts[[1]]$bytes
  size <- c(number_at(head, 1), number_at(head, 5))
  kind <- as.integer(head[9:13])
  if (kind[1] != 8 || !kind[2] %in% c(2, 6) || any(kind[3:5] != 0)) return(NULL)
  width <- if (kind[2] == 6) 4 else 3
  names <- vapply(parts, `[[`, "", "name")
  data <- unlist(lapply(parts[names == "IDAT"], `[[`, "bytes"))
  rows <- matrix(as.integer(memDecompress(data, "gzip")), ncol = size[2])
  filter <- rows[1, ]
  rows <- rows[-1, , drop = FALSE]
  above <- numeric(nrow(rows))
  for (y in seq_len(size[2])) {
    rows[, y] <- above <- unfiltered(rows[, y], filter[y], above, width)
  }
  colour <- t(matrix(rows, width))
  list(size = size, colour = if (width == 3) cbind(colour, 255) else colour)
}

# The 256 commonest colours, and the place of each colour of the picture among them: of others that
# of the nearest.
palette_of <- function(colour) {
  code <- drop(colour %*% 256^(3:0))
  all <- unique(code)
  all <- all[order(tabulate(match(code, all)), decreasing = TRUE)]
  parts <- outer(all, 256^(3:0), function(code, place) code %/% place %% 256)
  table <- parts[seq_len(min(256, length(all))), , drop = FALSE]
  nearest <- apply(parts, 1, function(p) which.min(colSums((t(table) - p)^2)))
  list(table = table, index = nearest[match(code, all)] - 1L)
}

smaller_png <- function(png) {
  parts <- chunks(png)
  picture <- pixels(parts)
  if (is.null(picture)) return(png)
  colours <- palette_of(picture$colour)
  rows <- rbind(0L, matrix(colours$index, picture$size[1]))
  names <- vapply(parts, `[[`, "", "name")
  opaque <- colours$table[, 4]
  # The size of a dot is kept, which says how large the picture is.
  dots <- unlist(lapply(parts[names == "pHYs"], function(p) chunk("pHYs", p$bytes)))
  made <- c(
    png[1:8],
    chunk("IHDR", c(big_endian(picture$size), as.raw(c(8, 3, 0, 0, 0)))),
    chunk("PLTE", as.raw(t(colours$table[, 1:3]))),
    if (any(opaque < 255)) chunk("tRNS", as.raw(opaque)), dots,
    chunk("IDAT", memCompress(as.raw(rows), "gzip")), chunk("IEND", raw())
  )
  if (length(made) < length(png)) made else png
}

smaller_page <- function(text) {
  pattern <- "data:image/png;base64,[A-Za-z0-9+/=]+"
  found <- regmatches(text, gregexpr(pattern, text))
  regmatches(text, gregexpr(pattern, text)) <- lapply(found, vapply, function(image) {
    png <- xfun::base64_decode(sub("^[^,]*,", "", image))
    paste0("data:image/png;base64,", xfun::base64_encode(smaller_png(png)))
  }, "", USE.NAMES = FALSE)
  text
}

for (file in commandArgs(trailingOnly = TRUE)) {
  before <- file.size(file)
  if (grepl("[.]png$", file)) {
    writeBin(smaller_png(readBin(file, "raw", before)), file)
  } else {
    text <- enc2utf8(readLines(file, encoding = "UTF-8", warn = FALSE))
    writeLines(smaller_page(text), file, useBytes = TRUE)
  }
  cat(basename(file), before, "->", file.size(file), "bytes\n")
}
