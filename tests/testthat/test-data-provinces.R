test_that("31 provinces, regions as they are defined", {
  expect_identical(nrow(provinces), 31L)
  expect_identical(anyDuplicated(provinces[c("row", "column")]), 0L)
  expect_identical(c(table(provinces$region3)), c(Central = 8L, East = 11L, West = 12L))
  expect_identical(
    c(table(provinces$region4)), c(Central = 6L, East = 10L, Northeast = 3L, West = 12L)
  )
  expect_identical(sum(provinces$coastal), 11L)
  expect_identical(
    provinces$name[provinces$municipality], c("Beijing", "Tianjin", "Shanghai", "Chongqing")
  )
  expect_true(all(Encoding(c(provinces$zh, provinces$zh_full)) == "UTF-8"))
})

test_that("the older belts give Cui's 108, 81 and 81 rows over nine years without Tibet", {
  belts <- table(provinces$region3_older[provinces$name != "Tibet"])
  expect_identical(c(9L * belts), c(Central = 81L, East = 108L, West = 81L))
})

test_that("the four regions give Gu's 120, 72, 132 and 36 rows over twelve years without Tibet", {
  regions <- 12L * table(provinces$region4[provinces$name != "Tibet"])
  expect_identical(c(regions), c(Central = 72L, East = 120L, Northeast = 36L, West = 132L))
})

test_that("names, codes and regions agree with the science panel", {
  d <- unique(science_panel()[c("code", "province", "province_zh", "region3", "region4")])
  expect_identical(nrow(d), 31L)
  at <- match(d$code, provinces$code)
  expect_identical(provinces$name[at], d$province)
  expect_true(all(provinces$zh[at] == d$province_zh))
  expect_identical(provinces$region3[at], d$region3)
  expect_identical(provinces$region4[at], d$region4)
})

test_that("capitals lie within mainland China and apart from each other", {
  expect_true(all(
    provinces$lat > 18 & provinces$lat < 54 & provinces$lon > 73 & provinces$lon < 135
  ))
  # Beijing to Tianjin, about 110 km, is the shortest way between two capitals
  distance <- as.matrix(dist(cbind(provinces$lat, provinces$lon * cos(pi / 6))))
  diag(distance) <- Inf
  expect_identical(sort(provinces$name[
    which(distance == min(distance), arr.ind = TRUE)[1, ]
  ]), c("Beijing", "Tianjin"))
})
