# Text and its encoding.

# Text that carries no mark but is valid UTF-8 is UTF-8, whatever the locale.
as_utf8 <- function(x) {
  x <- as.character(x)
  plain <- Encoding(x) %in% c("unknown", "bytes")
  good <- plain & validUTF8(x)
  Encoding(x[good]) <- "UTF-8"
  x[!plain] <- enc2utf8(x[!plain])
  x[plain & !good] <- iconv(x[plain & !good], "GBK", "UTF-8", sub = "?")
  x
}

# Is all of it text that R can compare, sort and print? What a file in another encoding left is not.
is_readable <- function(x) {
  text <- if (is.factor(x)) levels(x) else if (is.character(x)) x else return(TRUE)
  text <- bind_beyond_ascii(text)
  all(validEnc(text)) && !any(Encoding(text) == "bytes")
}

# Traditional Chinese letters as the simplified ones that the words of inst/words have, for
# comparing; what is shown stays as it was typed.
simplified <- function(x) {
  wide <- grepl("[\u4e00-\u9fff]", x, perl = TRUE)
  if (!any(wide)) return(x)
  table <- word_table("traditional")
  x[wide] <- chartr(
    paste(table$traditional, collapse = ""), paste(table$simplified, collapse = ""), x[wide]
  )
  x
}

# The encoding of a text file, found in its bytes: a byte order mark, the zero bytes that UTF-16 has
# around every digit and separator, or what the bytes are valid in. GB18030 holds GBK and GB2312.
# Most bytes of Big5 are valid in it too, but are letters that nobody writes. Text that is none of
# these is taken for that of Western Windows, in which every byte but five is a letter.
found_encoding <- function(bytes) {
  begins <- function(...) identical(utils::head(bytes, ...length()), as.raw(c(...)))
  if (begins(0xef, 0xbb, 0xbf)) return("UTF-8")
  if (begins(0xff, 0xfe)) return("UTF-16LE")
  if (begins(0xfe, 0xff)) return("UTF-16BE")
  zero <- which(utils::head(bytes, 65536) == as.raw(0))
  if (length(zero)) {
    even <- mean(zero %% 2 == 0)
    if (length(bytes) %% 2 || (even > 0.1 && even < 0.9)) return(NA_character_)
    return(if (even >= 0.9) "UTF-16LE" else "UTF-16BE")
  }
  if (any(bytes == as.raw(0))) return(NA_character_)
  if (validUTF8(rawToChar(whole_letters(bytes)))) return("UTF-8")
  valid <- !is.na(iconv(list(whole_letters(bytes, TRUE)), "GB18030", "UTF-8"))
  usual <- c(GB18030 = usual_letters(bytes, "GB18030"), BIG5 = usual_letters(bytes, "BIG5"))
  if (usual[["BIG5"]] > 0.8 && usual[["BIG5"]] > usual[["GB18030"]] + 0.2) return("BIG5")
  if (valid) "GB18030" else "windows-1252"
}

# The share of letters, punctuation aside, that are of the first level of an encoding: those that
# its makers found in use.
usual_letters <- function(bytes, encoding) {
  text <- iconv(list(utils::head(bytes, 65536)), encoding, "UTF-8", sub = "\ufffd")
  letters_of <- regmatches(text, gregexpr(
    "[^\\x01-\\x7f\u2000-\u22ff\u3000-\u303f\uff00-\uffef]", text, perl = TRUE
  ))[[1]]
  if (!length(letters_of)) return(0)
  known <- unique(letters_of)
  first <- vapply(iconv(known, "UTF-8", encoding, toRaw = TRUE), function(b) {
    if (length(b) == 2) as.integer(b[1]) else 0L
  }, 0L)
  level <- if (encoding == "BIG5") c(0xa4, 0xc6) else c(0xb0, 0xd7)
  two <- vapply(iconv(known, "UTF-8", encoding, toRaw = TRUE), function(b) {
    encoding == "BIG5" || length(b) == 2 && b[2] >= as.raw(0xa1)
  }, NA)
  mean((first >= level[1] & first <= level[2] & two)[match(letters_of, known)])
}

# A download that broke off in the middle of a letter is judged without that letter.
whole_letters <- function(bytes, two_bytes = FALSE) {
  n <- length(bytes)
  if (!n || bytes[n] < as.raw(0x80)) return(bytes)
  if (two_bytes) {
    broken <- is.na(iconv(list(bytes), "GB18030", "UTF-8"))
    return(if (broken) bytes[-n] else bytes)
  }
  tail <- utils::tail(bytes, 3)
  start <- which(tail >= as.raw(0xc0))
  if (!length(start)) return(bytes)
  start <- max(start)
  need <- 2 + (tail[start] >= as.raw(0xe0)) + (tail[start] >= as.raw(0xf0))
  if (length(tail) - start + 1 < need) bytes[seq_len(n - length(tail) + start - 1)] else bytes
}

# Bytes as one UTF-8 string, without its mark; NA where they are no text in that encoding, or hold a
# letter zero, which no text has.
decoded_text <- function(bytes, encoding = found_encoding(bytes)) {
  if (is.na(encoding)) return(NA_character_)
  if (encoding != "UTF-8") {
    bytes <- iconv(list(bytes), encoding, "UTF-8", sub = "?", toRaw = TRUE)[[1]]
  }
  if (any(bytes == as.raw(0))) return(NA_character_)
  text <- rawToChar(bytes)
  Encoding(text) <- "UTF-8"
  if (!validUTF8(text)) text <- iconv(text, "UTF-8", "UTF-8", sub = "?")
  sub("^\ufeff", "", text, perl = TRUE)
}

# Every kind of blank.
blanks <- "[\\s\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]"

trim_blank <- function(x) {
  gsub(paste0("^", blanks, "+|", blanks, "+$"), "", x, perl = TRUE)
}
