# Cities, prefectures and leagues by their names, with and without the word for what they are.

# The row of word_table("cities") of each name; NA where there is none. Autonomous prefectures are
# also known without the names of their peoples.
city_row <- function(x) {
  table <- city_table()
  text <- simplified(place_text(x))
  row <- match(text, table$name)
  short <- short_city(text)
  known <- short_city(table$name)
  # A short name that two cities have is neither's.
  known[known %in% known[duplicated(known)]] <- NA
  open <- is.na(row) & nzchar(short)
  row[open] <- match(short[open], known, incomparables = NA)
  row
}

# The four municipalities are cities too.
city_table <- function() {
  provinces <- province_table()
  own <- provinces[provinces$municipality, ]
  own <- data.frame(code = paste0(own$code, "0000"), name = own$zh_full, stringsAsFactors = FALSE)
  rbind(own, word_table("cities"))
}

short_city <- function(x) {
  x <- gsub(" ", "", x, fixed = TRUE)
  peoples <- paste0(
    "(?:",
    "\u571f\u5bb6\u65cf|\u82d7\u65cf|\u5e03\u4f9d\u65cf|\u4f97\u65cf|\u5f5d\u65cf|",
    "\u54c8\u5c3c\u65cf|\u58ee\u65cf|\u50a3\u65cf|\u767d\u65cf|\u666f\u9887\u65cf|",
    "\u5088\u50f3\u65cf|\u85cf\u65cf|\u7f8c\u65cf|\u56de\u65cf|\u671d\u9c9c\u65cf|",
    "\u8499\u53e4\u65cf?|\u54c8\u8428\u514b\u65cf?|\u67ef\u5c14\u514b\u5b5c\u65cf?",
    ")+"
  )
  out <- sub(paste0("(?<=[\u4e00-\u9fff]{2})", peoples, "\u81ea\u6cbb\u5dde$"), "", x, perl = TRUE)
  sub("(?<=[\u4e00-\u9fff]{2})(?:\u5730\u533a|\u5e02|\u76df|\u5dde)$", "", out, perl = TRUE)
}
