published <- function(name, ...) {
  suppressMessages(indicator_sheet(test_path("fixtures", "sheets", paste0(name, ".csv")), ...))
}
sizes <- function(sheet) {
  c(
    length(unique(sheet$system)), nrow(unique(as.data.frame(sheet)[c("system", "dimension")])),
    nrow(sheet)
  )
}

# Fifteen tables with the cells that print merges left empty. cui_*, wang_yu_1 and gu_4*: the papers
# of Cui, of Wang and Yu and of Gu that the vignettes replicate, typed from them and compared cell
# by cell. hdi and mpi: compared with what the publishers print (hdr.undp.org; Table 1 of
# doi:10.1038/s41597-024-04269-x), tai with the data documentation of the handbook's example.
# yellow_river_3, ma_sun_2, tian_1 and rural_1: from the journals' own pages of these tables. zhao
# and liu were typed after papers that take them over, and not compared with the originals.
test_that("Cui's tables: three levels, symbols, units and directions; a method for an indicator", {
  one <- published("cui_1", system = "New Productive Forces")
  expect_identical(sizes(one), c(1L, 4L, 18L))
  expect_identical(unique(one$direction), "+")
  expect_identical(one$unit[c(1, 9, 18)], c("RMB100 mn", "Last year=100", "Yuan per person"))
  # the level between dimension and indicator stays under its own head, filled
  expect_identical(one[["Secondary indicator"]][6], "New Worker Concept")
  expect_identical(one$Symbol, paste0("X", 1:18))
  # where nothing says that it is one system, the first level names systems
  expect_identical(sizes(published("cui_1")), c(4L, 10L, 18L))
  expect_identical(sizes(published("cui_2", system = "Digital trade")), c(1L, 4L, 16L))
  three <- published("cui_3", direction = "+")
  expect_identical(sizes(three), c(1L, 1L, 3L))
  expect_identical(unique(three$system), "Digital technology innovation")
  expect_identical(three$indicator[3], "Research investment intensity")
})

test_that("Wang and Yu's Table 1: a head over two columns, no directions", {
  expect_error(published("wang_yu_1"), "direction = ", class = "ccdpanel_error_sheet")
  sheet <- published("wang_yu_1", direction = "+")
  expect_identical(sizes(sheet), c(2L, 6L, 35L))
  expect_identical(as.vector(table(sheet$system)[unique(sheet$system)]), c(15L, 20L))
  expect_identical(unique(sheet$dimension)[3], "Digital Productivity")
})

test_that("Gu's Table 4: weights, two levels, the system in the title alone", {
  a <- published("gu_4a", direction = "+")
  expect_identical(sizes(a), c(1L, 3L, 23L))
  b <- published("gu_4b", system = "manufacturing", direction = "+")
  expect_identical(sizes(b), c(1L, 4L, 13L))
  # Printed weights add up to one but for their rounding; those of manufacturing have 0.0937 twice,
  # which is once too often.
  expect_equal(sum(a$weight), 1, tolerance = 1e-3)
  expect_equal(sum(b$weight[-13]), 1, tolerance = 1e-3)
})

# UNDP, human development index: goalposts as printed since 2014.
test_that("the human development index: goalposts, units in brackets", {
  sheet <- published("hdi", system = "human development", direction = "+")
  expect_identical(sizes(sheet), c(1L, 3L, 4L))
  expect_identical(sheet$lower, c(20, 0, 0, 100))
  expect_identical(sheet$upper, c(85, 18, 15, 75000))
  expect_identical(sheet$unit[1:3], rep("years", 3))
})

# OPHI and UNDP, global multidimensional poverty index (Alkire, Kanagaratnam and Suppa 2020).
test_that("the multidimensional poverty index: weights as fractions", {
  sheet <- published("mpi", direction = "-")
  expect_identical(sizes(sheet), c(1L, 3L, 10L))
  expect_equal(sheet$weight, rep(c(1 / 6, 1 / 18), c(4, 6)))
})

# UNDP, Human Development Report 2001, technology achievement index; the example of the Handbook on
# Constructing Composite Indicators (OECD and JRC 2008).
test_that("the technology achievement index: units in a column, equal weights", {
  sheet <- published("tai", direction = "+")
  expect_identical(sizes(sheet), c(1L, 4L, 8L))
  expect_equal(sum(sheet$weight), 1)
  expect_identical(sheet$unit[6], "kWh per capita")
})

# Zhao, Zhang and Liang (2020), Management World 36(10); Liu, Yang and Zhang (2020), Shanghai
# Journal of Economics 6: the two measurements of the digital economy that most papers take over,
# as those papers list their indicators; the heads are the field's.
test_that("two Chinese measurements of the digital economy", {
  zhao <- published("zhao")
  expect_identical(sizes(zhao), c(1L, 5L, 5L))
  expect_identical(
    unique(zhao$system), "\u6570\u5b57\u7ecf\u6d4e\u7efc\u5408\u53d1\u5c55\u6307\u6570"
  )
  expect_identical(
    zhao$indicator[5], "\u4e2d\u56fd\u6570\u5b57\u666e\u60e0\u91d1\u878d\u6307\u6570"
  )
  liu <- published("liu", system = "\u6570\u5b57\u7ecf\u6d4e", direction = "+")
  expect_identical(sizes(liu), c(1L, 3L, 14L))
  expect_identical(liu[["\u4e8c\u7ea7\u6307\u6807"]][14], "\u6570\u5b57\u4ea4\u6613\u5f71\u54cd")
})

# Scientific Reports (2025), doi:10.1038/s41598-025-94462-8, Table 3 (nature.com, /tables/3).
test_that("economic development on the Yellow River: percentages under their head, a minus sign", {
  sheet <- published("yellow_river_3", system = "economic development")
  expect_identical(sizes(sheet), c(1L, 5L, 14L))
  expect_identical(which(sheet$direction == "-"), c(5L, 7L, 8L))
  expect_identical(which(sheet$direction == "+"), setdiff(1:14, c(5L, 7L, 8L)))
  # 14.3 under "Weight/%" is what "14.3%" is elsewhere; all fourteen make the whole.
  expect_equal(sheet$weight[c(1, 14)], c(.143, .105), tolerance = 1e-15)
  expect_equal(sum(sheet$weight), 1)
  expect_identical(sheet$dimension[c(10, 12)], c("Openness development", "Shared development"))
})

# Ma and Sun (2021), Acta Geographica Sinica 76(2), 367, Table 2
# (geog.com.cn/article/2021/0375-5444/0375-5444-76-2-367/T2.html).
test_that("urbanization in Central Asia: weights of dimensions, of two methods and final ones", {
  expect_error(published("ma_sun_2"), "direction = ", class = "ccdpanel_error_sheet")
  sheet <- published("ma_sun_2", direction = "+")
  expect_identical(sizes(sheet), c(1L, 4L, 12L))
  expect_identical(sheet$unit[c(1, 4, 7, 12)], c(
    "%", "\u5343\u7f8e\u5143/\u4eba", "\u7f8e\u5143/\u4eba", "m/km2"
  ))
  # The final weights of a dimension add up to the dimension's weight, as it is printed.
  expect_equal(
    as.vector(tapply(sheet$weight, factor(sheet$dimension, unique(sheet$dimension)), sum)),
    c(.278, .284, .216, .222)
  )
})

# Tian, Wang and Wang (2019), Scientia Geographica Sinica 39(2), 305, Table 1
# (geoscien.neigae.ac.cn/article/2019/1000-0690/1000-0690-39-2-305/T1-1000-0690-39-2-305.html).
test_that("urban land use in the Northeast: an aim over three subsystems, units in brackets", {
  sheet <- published("tian_1")
  expect_identical(sizes(sheet), c(3L, 3L, 15L))
  expect_identical(as.vector(table(sheet$system)[unique(sheet$system)]), c(5L, 6L, 4L))
  expect_identical(which(sheet$direction == "-"), c(7L, 10L, 11L, 14L, 15L))
  expect_identical(sheet$unit[c(1, 6, 11, 14)], c("\u4e07\u5143/hm2", "\u5143", "%", "m3/hm2"))
  expect_false(anyNA(sheet$unit))
  expect_identical(sheet$indicator[12], "\u5efa\u6210\u533a\u7eff\u5316\u8986\u76d6\u7387")
  expect_equal(sum(sheet$weight), 1, tolerance = 2e-4)
})

# A table of rural production, construction and settlement, Hans Publishers
# (html.hanspub.org/file/_2-2420330_1_hanspub.htm).
test_that("rural land: directions under a head of notes, a column of formulas", {
  sheet <- published("rural_1")
  expect_identical(sizes(sheet), c(3L, 3L, 10L))
  expect_identical(which(sheet$direction == "+"), c(1L, 3L, 4L, 9L))
  expect_equal(sum(sheet$weight), 1)
  expect_identical(
    sheet[["\u8ba1\u7b97\u65b9\u6cd5"]][8], "\u57ce\u9547\u4eba\u53e3/\u603b\u4eba\u53e3"
  )
})

test_that("heads as tables have them, in any order", {
  same <- list(
    c("\u76ee\u6807\u5c42", "\u51c6\u5219\u5c42", "\u6307\u6807\u5c42", "\u6307\u6807\u5c5e\u6027"),
    c(
      "\u4e00\u7ea7\u6307\u6807", "\u4e8c\u7ea7\u6307\u6807", "\u4e09\u7ea7\u6307\u6807",
      "\u6027\u8d28"
    ),
    c("\u5b50\u7cfb\u7edf", "\u8981\u7d20\u5c42", "\u53d8\u91cf", "\u6b63\u8d1f"),
    c("\u7cfb\u7edf", "\u7ef4\u5ea6", "\u6307\u6807\u540d\u79f0", "\u7c7b\u578b"),
    c("Target layer", "Criterion layer", "Indicator", "Attribute"),
    c("System", "Dimension", "Indicator", "Direction"),
    c(
      "\u7cfb\u7edf\u5c42", "\u51c6\u5219\u5c42", "\u5177\u4f53\u6307\u6807",
      "\u6307\u6807\u65b9\u5411\uff08+/-\uff09"
    )
  )
  plain <- data.frame(
    system = c("s", "s", "t"), dimension = c("d", "e", "f"), indicator = c("x", "y", "z"),
    direction = c("+", "-", "+")
  )
  wanted <- indicator_sheet(plain)
  for (heads in same) {
    typed <- stats::setNames(plain, heads)
    expect_identical(indicator_sheet(typed), wanted, info = heads[1])
    typed[2, 1] <- NA
    expect_message(
      filled <- indicator_sheet(typed), "1 empty cell", class = "ccdpanel_message_sheet"
    )
    expect_identical(filled, wanted)
  }
  expect_identical(indicator_sheet(plain[4:1])[1:4], wanted, ignore_attr = TRUE)
})

test_that("a finer level is not filled over the border of a coarser one", {
  typed <- data.frame(
    system = c("s", "t"), dimension = c("d", NA), indicator = c("x", "y"), direction = "+"
  )
  expect_error(indicator_sheet(typed), "dimension.*row 2", class = "ccdpanel_error_sheet")
})

test_that("signs, units, weights and ranges in brackets", {
  typed <- data.frame("d", c(
    "GDP\uff08\u4ebf\u5143\uff09\uff08+\uff09", "\u5931\u4e1a\u7387(%)(-)",
    "\u5360\u6bd4\uff08\u9002\u5ea6\uff09(0.2)"
  ), c("", "", "[40%,60%]"))
  sheet <- indicator_sheet(stats::setNames(typed, c(
    "\u51c6\u5219\u5c42", "\u6307\u6807\u5c42", "\u6700\u4f18\u533a\u95f4"
  )))
  expect_identical(sheet$indicator, c("GDP", "\u5931\u4e1a\u7387", "\u5360\u6bd4"))
  expect_identical(sheet$direction, c("+", "-", "interval"))
  expect_identical(sheet$unit, c("\u4ebf\u5143", "%", NA))
  expect_identical(c(sheet$lower[3], sheet$upper[3], sheet$weight[3]), c(.4, .6, .2))
})

test_that("a column whose cells are directions is one; types that are none stay", {
  typed <- data.frame(
    c("a", "b"), c("x", "y"), c("\u2605", "\u25c6"), c("\u6b63\u5411", "\u9006\u5411")
  )
  sheet <- indicator_sheet(stats::setNames(typed, c(
    "\u4e00\u7ea7\u6307\u6807", "\u4e8c\u7ea7\u6307\u6807", "\u6307\u6807\u7c7b\u578b",
    "\u5176\u4ed6"
  )))
  expect_identical(sheet$direction, c("+", "-"))
  expect_identical(sheet[["\u6307\u6807\u7c7b\u578b"]], c("\u2605", "\u25c6"))
})

test_that("of several columns of weights the indicators' own is taken, and this is said", {
  typed <- stats::setNames(
    data.frame(c("a", NA, "b"), c(.4, NA, .6), c("x", "y", "z"), c(.3, .1, .6), "+"),
    c(
      "\u4e00\u7ea7\u6307\u6807", "\u6743\u91cd", "\u4e8c\u7ea7\u6307\u6807", "\u6743\u91cd",
      "\u65b9\u5411"
    )
  )
  expect_message(sheet <- indicator_sheet(typed), "column 4", class = "ccdpanel_message_sheet")
  expect_identical(sheet$weight, c(.3, .1, .6))
  methods <- stats::setNames(
    data.frame("s", c("x", "y"), "+", c(.1, .9), c(.2, .8), c(.3, .7)),
    c(
      "\u7cfb\u7edf", "\u6307\u6807", "\u65b9\u5411", "\u6743\u91cd\uff08\u71b5\u6743\u6cd5\uff09",
      "\u6743\u91cd\uff08AHP\uff09", "\u7efc\u5408\u6743\u91cd"
    )
  )
  expect_message(sheet <- indicator_sheet(methods), "column 6", class = "ccdpanel_message_sheet")
  expect_identical(sheet$weight, c(.3, .7))
})

test_that("weights by any method are weights; those of another level are that level's", {
  typed <- stats::setNames(
    data.frame(
      c("a", NA), c(.9, NA), c("x", "y"), "+", c(.3, .7), c("20%", "80"), check.names = FALSE
    ),
    c(
      "\u51c6\u5219\u5c42", "\u51c6\u5219\u5c42\u6743\u91cd", "\u6307\u6807\u5c42",
      "\u65b9\u5411", "CRITIC\u6743\u91cd", "\u7efc\u5408\u6743\u91cd(%)"
    )
  )
  expect_message(sheet <- indicator_sheet(typed), "column 6", class = "ccdpanel_message_sheet")
  expect_identical(sheet$weight, c(.2, .8))
  expect_message(
    sheet <- indicator_sheet(typed[-6]), "column 5", class = "ccdpanel_message_sheet"
  )
  expect_identical(sheet$weight, c(.3, .7))
  typed <- stats::setNames(
    data.frame("s", c("x", "y"), "+", c(30, 70)),
    c("System", "Indicator", "Direction", "Weight assigned by AHP (%)")
  )
  expect_identical(indicator_sheet(typed)$weight, c(.3, .7))
})

test_that("weights of dimensions in brackets are left out with a word", {
  typed <- data.frame(
    system = "s", dimension = c("d\uff080.4\uff09", "e\uff0860%\uff09"),
    indicator = c("x(.4)", "y(.6)"), direction = "+"
  )
  expect_message(
    sheet <- indicator_sheet(typed), "d \\(0.4\\).*e \\(60%\\)", class = "ccdpanel_message_sheet"
  )
  expect_identical(sheet$dimension, c("d", "e"))
  expect_identical(sheet$weight, c(.4, .6))
})

test_that("directions that are ticked under their own heads", {
  typed <- stats::setNames(
    data.frame("s", c("x", "y"), c("\u221a", NA), c("", "\u221a")),
    c("\u7cfb\u7edf", "\u6307\u6807", "\u6b63\u5411", "\u8d1f\u5411")
  )
  expect_identical(indicator_sheet(typed)$direction, c("+", "-"))
  typed[1, 4] <- "\u221a"
  expect_error(indicator_sheet(typed), class = "ccdpanel_error_sheet")
})

test_that("merged cells of a factor are filled; beside columns' names, indicators are labels", {
  x <- data.frame(
    system = factor(c("A", NA, "B", NA)), Indicator = c("Roads", "Water", "Output", "Jobs"),
    variable = c("highways", "water", "output", "employment"), direction = "+"
  )
  sheet <- suppressMessages(indicator_sheet(x))
  expect_identical(sheet$system, c("A", "A", "B", "B"))
  expect_identical(sheet$indicator, x$variable)
  expect_identical(sheet$label, x$Indicator)
})
