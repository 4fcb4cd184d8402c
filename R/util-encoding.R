# Text and its encoding.

# Text that carries no mark but is valid UTF-8 is UTF-8, whatever the locale.
as_utf8 <- function(x) {
  x <- as.character(x)
  plain <- Encoding(x) == "unknown"
  good <- plain & validUTF8(x)
  Encoding(x[good]) <- "UTF-8"
  x[!plain] <- enc2utf8(x[!plain])
  x[plain & !good] <- iconv(x[plain & !good], "GBK", "UTF-8", sub = "?")
  x
}
