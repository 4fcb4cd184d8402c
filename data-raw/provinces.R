# provinces and province_neighbours: the 31 provincial-level divisions of mainland China. Codes and
# two-letter abbreviations: GB/T 2260. Three regions: the National Bureau of Statistics' 11/8/12
# (region3) and the division in three belts from before 2000, with Guangxi in the east and Inner
# Mongolia in the centre (region3_older). Four regions: the bureau's since 2011. Coordinates: centre
# of the capital, to a few hundredths of a degree. Chinese names through escapes, so that this file
# is ASCII. Run from the package's root: Rscript data-raw/provinces.R
fields <- c(
  "code", "name", "variants", "abbreviation", "zh", "zh_full", "region3", "region3_older",
  "region4", "capital", "lat", "lon"
)
lines <- c(
  "11|Beijing|Peking|BJ|\u5317\u4eac|\u5317\u4eac\u5e02|East|East|East|Beijing|39.90|116.41",
  "12|Tianjin||TJ|\u5929\u6d25|\u5929\u6d25\u5e02|East|East|East|Tianjin|39.08|117.20",
  "13|Hebei||HE|\u6cb3\u5317|\u6cb3\u5317\u7701|East|East|East|Shijiazhuang|38.04|114.51",
  "14|Shanxi||SX|\u5c71\u897f|\u5c71\u897f\u7701|Central|Central|Central|Taiyuan|37.87|112.55",
  paste0(
    "15|Inner Mongolia|Nei Mongol;Neimenggu;Nei Menggu|NM|\u5185\u8499\u53e4|\u5185\u8499\u53e4",
    "\u81ea\u6cbb\u533a|West|Central|West|Hohhot|40.84|111.75"
  ),
  "21|Liaoning||LN|\u8fbd\u5b81|\u8fbd\u5b81\u7701|East|East|Northeast|Shenyang|41.80|123.43",
  "22|Jilin||JL|\u5409\u6797|\u5409\u6797\u7701|Central|Central|Northeast|Changchun|43.82|125.32",
  paste0(
    "23|Heilongjiang||HL|\u9ed1\u9f99\u6c5f|\u9ed1\u9f99\u6c5f",
    "\u7701|Central|Central|Northeast|Harbin|45.80|126.53"
  ),
  "31|Shanghai||SH|\u4e0a\u6d77|\u4e0a\u6d77\u5e02|East|East|East|Shanghai|31.23|121.47",
  "32|Jiangsu||JS|\u6c5f\u82cf|\u6c5f\u82cf\u7701|East|East|East|Nanjing|32.06|118.80",
  "33|Zhejiang||ZJ|\u6d59\u6c5f|\u6d59\u6c5f\u7701|East|East|East|Hangzhou|30.27|120.16",
  "34|Anhui||AH|\u5b89\u5fbd|\u5b89\u5fbd\u7701|Central|Central|Central|Hefei|31.82|117.23",
  "35|Fujian||FJ|\u798f\u5efa|\u798f\u5efa\u7701|East|East|East|Fuzhou|26.07|119.30",
  "36|Jiangxi||JX|\u6c5f\u897f|\u6c5f\u897f\u7701|Central|Central|Central|Nanchang|28.68|115.86",
  "37|Shandong||SD|\u5c71\u4e1c|\u5c71\u4e1c\u7701|East|East|East|Jinan|36.65|117.12",
  "41|Henan||HA|\u6cb3\u5357|\u6cb3\u5357\u7701|Central|Central|Central|Zhengzhou|34.75|113.63",
  "42|Hubei||HB|\u6e56\u5317|\u6e56\u5317\u7701|Central|Central|Central|Wuhan|30.59|114.31",
  "43|Hunan||HN|\u6e56\u5357|\u6e56\u5357\u7701|Central|Central|Central|Changsha|28.23|112.94",
  "44|Guangdong|Canton|GD|\u5e7f\u4e1c|\u5e7f\u4e1c\u7701|East|East|East|Guangzhou|23.13|113.26",
  paste0(
    "45|Guangxi|Guangxi Zhuang;Guangxi Zhuangzu|GX|\u5e7f\u897f|\u5e7f\u897f\u58ee\u65cf\u81ea",
    "\u6cbb\u533a|West|East|West|Nanning|22.82|108.37"
  ),
  "46|Hainan||HI|\u6d77\u5357|\u6d77\u5357\u7701|East|East|East|Haikou|20.04|110.20",
  "50|Chongqing||CQ|\u91cd\u5e86|\u91cd\u5e86\u5e02|West|West|West|Chongqing|29.56|106.55",
  "51|Sichuan||SC|\u56db\u5ddd|\u56db\u5ddd\u7701|West|West|West|Chengdu|30.57|104.07",
  "52|Guizhou||GZ|\u8d35\u5dde|\u8d35\u5dde\u7701|West|West|West|Guiyang|26.65|106.63",
  "53|Yunnan||YN|\u4e91\u5357|\u4e91\u5357\u7701|West|West|West|Kunming|25.04|102.72",
  "54|Tibet|Xizang|XZ|\u897f\u85cf|\u897f\u85cf\u81ea\u6cbb\u533a|West|West|West|Lhasa|29.65|91.12",
  "61|Shaanxi||SN|\u9655\u897f|\u9655\u897f\u7701|West|West|West|Xi'an|34.34|108.94",
  "62|Gansu||GS|\u7518\u8083|\u7518\u8083\u7701|West|West|West|Lanzhou|36.06|103.83",
  "63|Qinghai||QH|\u9752\u6d77|\u9752\u6d77\u7701|West|West|West|Xining|36.62|101.78",
  paste0(
    "64|Ningxia|Ningxia Hui;Ningxia Huizu|NX|\u5b81\u590f|\u5b81\u590f\u56de\u65cf\u81ea\u6cbb",
    "\u533a|West|West|West|Yinchuan|38.49|106.23"
  ),
  paste0(
    "65|Xinjiang|Xinjiang Uygur;Xinjiang Uyghur;Sinkiang|XJ|\u65b0\u7586|\u65b0\u7586\u7ef4\u543e",
    "\u5c14\u81ea\u6cbb\u533a|West|West|West|Urumqi|43.83|87.62"
  )
)
cells <- do.call(rbind, lapply(strsplit(lines, "|", fixed = TRUE), `length<-`, length(fields)))
provinces <- stats::setNames(as.data.frame(enc2utf8(cells), stringsAsFactors = FALSE), fields)
provinces$code <- as.integer(provinces$code)
for (column in c("lat", "lon")) provinces[[column]] <- as.double(provinces[[column]])
provinces$municipality <- provinces$name %in% c("Beijing", "Tianjin", "Shanghai", "Chongqing")
provinces$coastal <- provinces$name %in% c(
  "Liaoning", "Hebei", "Tianjin", "Shandong", "Jiangsu", "Shanghai", "Zhejiang", "Fujian",
  "Guangdong", "Guangxi", "Hainan"
)

grid <- c(
  "-- -- -- -- -- -- HL",
  "-- -- -- -- NM -- JL",
  "XJ GS NX SX HE BJ LN",
  "XZ QH SN HA SD TJ --",
  "-- SC CQ HB AH JS --",
  "-- YN GZ HN JX ZJ SH",
  "-- -- -- GX GD FJ --",
  "-- -- -- -- HI -- --"
)
tiles <- do.call(rbind, strsplit(grid, " "))
at <- match(provinces$abbreviation, tiles)
provinces$row <- row(tiles)[at]
provinces$column <- col(tiles)[at]
provinces <- provinces[c(
  "code", "name", "abbreviation", "variants", "zh", "zh_full", "region3", "region3_older",
  "region4", "municipality", "coastal",
  "row", "column", "capital", "lat", "lon"
)]

# Land borders, each pair once; Hainan, an island, is joined to Guangdong across the strait.
borders <- c(
  BJ = "TJ HE", TJ = "HE", HE = "LN NM SX HA SD", SX = "NM SN HA", NM = "HL JL LN SN NX GS",
  LN = "JL", JL = "HL", SH = "JS ZJ",
  JS = "ZJ AH SD", ZJ = "AH JX FJ", AH = "JX HB HA SD", FJ = "JX GD", JX = "GD HN HB", SD = "HA",
  HA = "SN HB", HB = "HN CQ SN",
  HN = "GD GX GZ CQ", GD = "GX HI", GX = "GZ YN", CQ = "SC GZ SN", SC = "QH GS SN GZ YN XZ",
  GZ = "YN", YN = "XZ", XZ = "XJ QH",
  SN = "GS NX", GS = "NX QH XJ", QH = "XJ"
)
other <- strsplit(borders, " ")
pairs <- cbind(rep(names(other), lengths(other)), unlist(other))
pairs <- matrix(match(rbind(pairs, pairs[, 2:1]), provinces$abbreviation), ncol = 2)
pairs <- pairs[order(pairs[, 1], pairs[, 2]), ]
province_neighbours <- data.frame(
  province = provinces$name[pairs[, 1]], neighbour = provinces$name[pairs[, 2]],
  code = provinces$code[pairs[, 1]],
  neighbour_code = provinces$code[pairs[, 2]]
)

stopifnot(
  nrow(provinces) == 31, !anyNA(provinces), !anyDuplicated(provinces[c("row", "column")]),
  !anyDuplicated(provinces$abbreviation),
  sum(tiles != "--") == 31, !anyNA(province_neighbours), !anyDuplicated(province_neighbours),
  nrow(province_neighbours) == 138
)
save(provinces, file = "data/provinces.rda", version = 3, compress = "xz")
save(province_neighbours, file = "data/province_neighbours.rda", version = 3, compress = "xz")
