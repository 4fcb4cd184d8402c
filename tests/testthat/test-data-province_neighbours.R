test_that("neighbours are symmetric, without loops or repetitions, and every province has one", {
  pair <- paste(province_neighbours$province, province_neighbours$neighbour)
  back <- paste(province_neighbours$neighbour, province_neighbours$province)
  expect_setequal(pair, back)
  expect_identical(anyDuplicated(pair), 0L)
  expect_false(any(province_neighbours$province == province_neighbours$neighbour))
  expect_setequal(province_neighbours$province, provinces$name)
  expect_identical(
    province_neighbours$code, provinces$code[match(province_neighbours$province, provinces$name)]
  )
  expect_identical(
    province_neighbours$neighbour_code,
    provinces$code[match(province_neighbours$neighbour, provinces$name)]
  )
})

test_that("known numbers of neighbours", {
  count <- table(province_neighbours$province)
  known <- c(
    "Shaanxi" = 8L, "Inner Mongolia" = 8L, "Hebei" = 7L, "Sichuan" = 7L, "Henan" = 6L, "Gansu" = 6L,
    "Xinjiang" = 3L, "Jilin" = 3L,
    "Shanghai" = 2L, "Beijing" = 2L, "Tianjin" = 2L, "Heilongjiang" = 2L, "Hainan" = 1L
  )
  expect_identical(c(count[names(known)]), known)
  expect_identical(
    province_neighbours$neighbour[province_neighbours$province == "Hainan"], "Guangdong"
  )
})

test_that("neighbours are near: no capital's neighbour is farther than Urumqi and Lhasa", {
  at <- function(name) provinces[match(name, provinces$name), ]
  a <- at(province_neighbours$province)
  b <- at(province_neighbours$neighbour)
  gap <- sqrt((a$lat - b$lat)^2 + (a$lon - b$lon)^2)
  expect_lt(max(gap), sqrt((43.83 - 29.65)^2 + (111.75 - 87.62)^2))
  expect_true(all(gap[
    !a$name %in% c("Xinjiang", "Tibet", "Qinghai", "Inner Mongolia") &
      !b$name %in% c("Xinjiang", "Tibet", "Qinghai", "Inner Mongolia")
  ] < 11))
})
