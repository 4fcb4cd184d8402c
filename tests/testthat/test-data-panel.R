panel <- c("u", "t")
full <- data.frame(
  u = rep(c("a", "b", "c"), each = 4), t = rep(2001:2004, 3), x = c(1:6, 2:7), y = sin(1:12)^2,
  z = cos(1:12)^2
)
sheet <- data.frame(system = c("p", "q"), dimension = "d", indicator = c("y", "z"), direction = "+")

test_that(
  paste0(
    "the shape of a panel is counted: units, times, units that lack times, gaps ",
    "between first and last"
  ),
  {
  expect_null(panel_shape(full$u, full$t))
  expect_null(panel_shape(factor(full$u), as.character(full$t)))
  # a lacks 2002 (a gap), b 2004 (none), c 2001 and 2003 (a gap)
  shape <- panel_shape(full$u[-c(2, 8, 9, 11)], full$t[-c(2, 8, 9, 11)])
  expect_equal(
    shape[c("rows", "units", "times", "lacking", "gaps")],
    list(rows = 8, units = 3, times = 4, lacking = 3, gaps = 2)
  )
  expect_identical(shape$first, "a, c")
  expect_identical(panel_shape(full$u[-12], full$t[-12])$gaps, 0L)
  # every other year for all is balanced
  expect_null(panel_shape(full$u, full$t * 5))
})

test_that(
  paste0(
    "index, coupling and models say once that a panel is unbalanced, and nothing ",
    "where it is balanced"
  ),
  {
  gone <- full[-c(2, 8), ]
  calls <- list(
    function(d) composite_index(d, sheet, panel),
    function(d) {
      pca_index(transform(d, w = x), rbind(sheet, transform(sheet[1, ], indicator = "x")), panel)
    },
    function(d) coupling(d, c("y", "z"), panel), function(d) obstacle_degree(d, sheet, panel),
    function(d) fe_reg(y ~ x | u, d, panel = panel),
    function(d) system_reg(list(a = y ~ x, b = z ~ x), d, method = "ols", panel = panel)
  )
  text <- paste0(
    "Unbalanced panel: 10 rows for 3 units (u) and 4 times (t), 12 if it were balanced; 2 units ",
    "lack times, 1 of them between its first and last (a)."
  )
  for (f in calls) {
    expect_identical(said(f(gone)), text)
    expect_identical(said(f(full)), character())
  }
  expect_identical(said(fe_reg(y ~ x | u, gone)), character())
  fit <- suppressMessages(fe_reg(
    unemployment ~ log(output) | state, state_capital[-3, ], panel = c("state", "year")
  ))
  expect_identical(said(add_controls(fit, ~ log(highways))), character())
})

test_that("two spellings of a name are said, with the way out", {
  city <- function(...) data.frame(u = c(...), t = 1, y = .2, z = .4)
  beijing <- c("\u5317\u4eac", "\u5317\u4eac\u5e02")
  jilin <- c("\u5409\u6797", "\u5409\u6797\u7701")
  mixed <- said(coupling(
    city(beijing, jilin[2], "\u6cb3\u5317\u7701"), c("y", "z"), panel
  ), "spellings")
  expect_length(mixed, 1)
  expect_match(mixed, paste0("\"", beijing[1], "\" = \"", beijing[2], "\""), fixed = TRUE)
  expect_match(mixed, "match_province(data$u)", fixed = TRUE)
  expect_match(said(
    coupling(city("Tibet", "Xizang", "Hebei", "Beijing"), c("y", "z"), panel), "spellings"
  ), "\"Tibet\" = \"Xizang\"")
  expect_match(
    said(fe_reg(
      y ~ x, transform(full, u = rep(c("Beijing", "beijing "), 6), t = 1:12), panel = panel
    ), "spellings"),
    "\"Beijing\" = \"beijing \"", fixed = TRUE
  )
  # a city of the name of its province is another place; so are a county and a city
  expect_length(said(coupling(
    city(jilin[2], "\u5409\u6797\u5e02", "Ohio", "Utah"), c("y", "z"), panel
  ), "spellings"), 0)
  expect_match(
    said(coupling(
      city("\u77f3\u5bb6\u5e84", "\u77f3\u5bb6\u5e84\u5e02"), c("y", "z"), panel
    ), "spellings"),
    "Give each one name", fixed = TRUE
  )
  expect_match(said(
    coupling(city("U.S.", "US", "Canada"), c("y", "z"), panel), "spellings"
  ), "\"U.S.\" = \"US\"", fixed = TRUE)
  expect_length(said(coupling(
    city("A1.5", "A15", "St.x", "x.1"), c("y", "z"), panel
  ), "spellings"), 0)
  expect_length(said(coupling(
    city("\u671d\u9633\u53bf", "\u671d\u9633\u5e02"), c("y", "z"), panel
  ), "spellings"), 0)
  for (clean in list(provinces$name, provinces$zh, provinces$zh_full, us_state_tiles$state)) {
    expect_length(said(coupling(city(clean), c("y", "z"), panel), "spellings"), 0)
  }
})

test_that("two spellings are said of effects and clusters too, once, where in the sample", {
  d <- data.frame(
    p = rep(c("\u5317\u4eac", "\u5317\u4eac\u5e02", "\u6cb3\u5317"), 8), f = gl(4, 6),
    x = sqrt(1:24), g = 2^(1:24 %% 7), z = 1:2
  )
  d$y <- d$x + cos(1:24)
  both <- "levels of p: \"\u5317\u4eac\" = \"\u5317\u4eac\u5e02\""
  for (model in list(y ~ x | p, y ~ x | f + p, y ~ x | factor(p), y ~ g | p[x], y ~ x | z^p)) {
    found <- said(fe_reg(model, d), "spellings")
    expect_length(found, 1)
    expect_match(found, both, fixed = TRUE)
  }
  expect_match(said(fe_reg(y ~ x | f, d, vcov = ~ p + f), "spellings"), both, fixed = TRUE)
  expect_length(said(fe_reg(y ~ x | p, d, vcov = ~p), "spellings"), 1)
  expect_match(
    said(system_reg(list(a = y ~ x, b = g ~ x), d, fe = ~p, method = "ols"), "spellings"), both,
    fixed = TRUE
  )
  d$p <- factor(d$p)
  expect_length(said(fe_reg(y ~ x | p, d), "spellings"), 1)
  d$keep <- d$p != "\u5317\u4eac"
  expect_length(said(fe_reg(y ~ x | p, d, subset = ~keep), "spellings"), 0)
})

test_that("two spellings are said of dummies, groups and new clusters, and of units", {
  d <- data.frame(
    p = rep(c("Hebei", "Hebei Province", "Beijing", "Tianjin"), each = 6), t = rep(1:6, 4),
    x = sin(1:24), y = cos((1:24)^2), g = rep(c("East", "east ", "West", "West"), each = 6)
  )
  d[c("my p", "id", "x2")] <- list(d$p, rep(1:4, each = 6), d$x + 2)
  p <- paste(
    "levels of p: \"Hebei\" = \"Hebei Province\". `match_province(data$p)` gives each one name."
  )
  g <- "of g: \"East\" = \"east \". Give each one name."
  plain <- fe_reg(y ~ x | t, d)
  calls <- list(
    list(p, quote(fe_reg(y ~ x + p, d))), list(p, quote(fe_reg(y ~ x * as.factor(p) | t, d))),
    list(p, quote(fe_reg(y ~ x + factor(p, levels = unique(p)) | p, d))),
    list(gsub("of p", "of my p", sub("$p", "$`my p`", p, fixed = TRUE)), quote(
      fe_reg(y ~ x + factor(`my p`), d)
    )),
    list(g, quote(system_reg(list(a = y ~ x + g, b = x ~ y + g), d, method = "ols"))),
    list(g, quote(vcov(plain, ~g))), list(g, quote(summary(plain, vcov = ~g))),
    list(g, quote(by_group(fe_reg(y ~ x, d), ~g))),
    list(g, quote(inequality(d, "x2", panel = c("id", "t"), by = "g"))),
    list(g, quote(add_controls(plain, ~ x2^2 + g))),
    list(g, quote(add_controls(plain, ~x2, effects = list(~t, ~ t + g)))),
    list(g, quote(robustness(plain, more = . ~ . + g, cl = list(vcov = ~g)))),
    list(g, quote(update(plain, . ~ . + g))),
    list(g, quote(robustness(system_reg(
      list(a = y ~ x + t, b = x2 ~ t), d, method = "ols"
    ), one = list(vcov = ~g), two = list(vcov = ~ g + id))))
  )
  for (one in calls) {
    found <- said(eval(one[[2]]), "spellings")
    expect_length(found, 1)
    expect_match(found, one[[1]], fixed = TRUE, label = deparse1(one[[2]]))
  }
  expect_length(said(vcov(fe_reg(y ~ x | p, d), ~p), "spellings"), 1)
  d$x[3] <- NA
  expect_length(said(impute_gaps(d, c("p", "t"), vars = "x"), "spellings"), 1)
})
