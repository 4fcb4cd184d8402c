# The paragraph of choices: what was done, read off the recipes of the results and the fits, in words.

methods_text <- function(filled, idx, cc, fits, region, language, simulated = FALSE) {
  words <- method_words[[language]]
  index <- recipe_of(idx)
  recipe <- recipe_of(cc)
  sheet <- index$sheet
  units <- length(unique(idx[[index$panel[1]]]))
  cells <- if (filled$filled) imputed(filled$data)
  sentences <- c(
    if (simulated) words$simulated,
    words$panel(nrow(idx), units, index$panel, time_span(idx[[index$panel[2]]]), nrow(idx) < units * length(unique(idx[[index$panel[2]]]))),
    words$gaps(filled$filled, unique(cells$variable), filled$method, table(cells$method)),
    words$sheet(table(factor(sheet$system, unique(sheet$system))), table(factor(sheet$direction, c("+", "-", "interval")))),
    if (length(shared_indicators(sheet))) words$shared(shared_indicators(sheet)),
    choice_words(words$normalise, index$normalise), choice_words(words$scope, index$scope), choice_words(words$weights, index$method),
    if (identical(index$method, "entropy")) choice_words(words$zero, if (is.list(index$zero)) index$zero$rule else index$zero),
    choice_words(words$aggregate, index$aggregate), if (sum(index$omitted)) words$omitted(sum(index$omitted)),
    choice_words(words$model, recipe$model), words$total(recipe$weights), words$levels(recipe$scheme, length(recipe$breaks) + 1, recipe$closed),
    if (!is.null(recipe$rescale)) words$rescale(recipe$rescale), words$means(!is.null(region)), fit_sentences(fits, words, language)
  )
  paste(sentences, collapse = if (language == "en") " " else "")
}

# The words for a choice, or the choice itself where there are none.
choice_words <- function(table, choice) {
  choice <- as.character(choice %||% "none")[1]
  if (choice %in% names(table)) table[[choice]] else table$other(choice)
}

fit_sentences <- function(fits, words, language) {
  if (!length(fits)) return(character())
  names <- names(fits) %||% rep("", length(fits))
  names[names == ""] <- paste0("(", which(names == ""), ")")
  vapply(seq_along(fits), function(i) {
    fit <- fits[[i]]
    method <- if (inherits(fit, "system_reg")) system_label(fit) else fit$estimator
    errors <- if (inherits(fit, "system_reg") && fit$covariance$type == "iid") table_words[[language]]$own else errors_label(fit$covariance, language)
    words$fit(names[i], method, if (language == "zh") in_chinese(names(fit$effects)) else names(fit$effects), errors, fit$spec$ssc, fit$sample$n, describe_losses(fit$sample$counts))
  }, "")
}

method_words <- list(
  en = list(
    simulated = "THE DATA ARE SIMULATED: no number here is an official figure.",
    panel = function(rows, units, panel, span, unbalanced) {
      paste0("The panel has ", rows, " rows: ", units, if (units == 1) " value of " else " values of ", panel[1], ", ", panel[2], " ", span, if (unbalanced) "; it is unbalanced, some units lack some times", ".")
    },
    gaps = function(n, variables, method, rules) {
      if (!n) return("No indicator has a missing value that was filled.")
      said <- c(linear = "by the straight line", nearest = "at the ends of a series by the nearest value", spline = "by a natural spline", growth = "by constant growth", trend = "by the straight line, prolonged at the ends",
        locf = "by the last value", nocb = "by the next value")
      paste0(n, if (n == 1) " missing value of " else " missing values of ", toString(variables), if (n == 1) " was" else " were", " filled within units: ", paste(rules, said[names(rules)], collapse = ", "), ".")
    },
    sheet = function(systems, signs) {
      paste0(
        sum(systems), " indicators measure ", length(systems), " systems (", paste(names(systems), systems, collapse = ", "), "): more is better for ", signs[["+"]], ", less for ", signs[["-"]],
        ", a range is best for ", signs[["interval"]], "."
      )
    },
    shared = function(x) paste0("More than one system uses ", toString(x), ", which couples these systems by construction."),
    normalise = list(
      minmax = "Indicators are brought to [0, 1] by the range, z = (x - min)/(max - min), reversed where less is better.", zscore = "Indicators are standardised to mean zero and standard deviation one.",
      rank = "Indicators are replaced by their ranks, brought to [0, 1].", none = "Indicators were prepared before and are used as they are.", other = function(x) paste0("Indicators are normalised by the method ", x, ".")
    ),
    scope = list(
      pooled = "Ranges and weights are those of all units and times together.", period = "Ranges and weights are those of each time by itself, so that levels of different times cannot be compared.",
      other = function(x) paste0("Ranges are those of the scope ", x, ".")
    ),
    weights = list(
      entropy = "Weights are entropy weights (Shannon 1948): p = z / sum z, e = -sum p ln p / ln N with N the rows pooled, w proportional to 1 - e, summing to one in each system.",
      equal = "All indicators of a system have the same weight.", critic = "Weights are CRITIC weights (Diakoulaki et al. 1995): standard deviation times the sum of one minus the correlations.",
      sd = "Weights are proportional to standard deviations.", cv = "Weights are proportional to coefficients of variation.", pca = "Weights come from principal components.", given = "Weights were given.",
      other = function(x) paste0("Weights are made by the method ", x, ".")
    ),
    zero = list(
      limit = "0 ln 0 counts as 0.", shift = "A small constant was added to normalised values before their entropy.", rescale = "Normalised values were moved off zero before their entropy.",
      other = function(x) paste0("Zeros in the entropy: ", x, ".")
    ),
    aggregate = list(
      linear = "A system's index is the weighted sum of its normalised indicators.", geometric = "A system's index is the weighted geometric mean of its normalised indicators.",
      topsis = "A system's index is its TOPSIS closeness to the best state (Hwang and Yoon 1981).", other = function(x) paste0("Indices are made by ", x, ".")
    ),
    omitted = function(n) paste0(n, " rows have no index because an indicator is missing."),
    model = list(
      standard = "The coupling degree of n systems is C = n (u1 u2 ... un)^(1/n) / (u1 + ... + un).", wang = "The coupling degree is that of Wang et al. (2021).",
      fan = "The coupling degree is C = 1 - 2 s, with s the standard deviation of the systems' scores (Fan et al. 2024).", other = function(x) paste0("The coupling degree is that of the model ", x, ".")
    ),
    total = function(a) {
      how <- if (length(unique(round(a, 12))) == 1) paste0("weights 1/", length(a)) else paste0("weights ", paste(names(a), format(a, digits = 3, trim = TRUE), collapse = ", "))
      paste0("The comprehensive index T is the weighted sum of the scores (", how, "), and the coordination degree D the square root of C T.")
    },
    levels = function(scheme, n, closed) paste0("D falls into ", n, " levels (scheme ", scheme, "), an edge belonging to the ", if (closed == "right") "lower" else "upper", " one."),
    rescale = function(r) paste0("THE SCORES WERE STRETCHED to ", r[1], "-", r[2], " over this sample before the coupling, so that D is relative to it and cannot be compared with another study's."),
    means = function(region) paste0("Means by time", if (region) " and region", " are means of the rows' C, T and D, not the degrees of mean scores."),
    fit = function(name, method, effects, errors, ssc, n, lost) {
      paste0(
        "Model ", name, ": ", method, if (length(effects)) paste0(" with effects of ", paste(effects, collapse = " and ")), ", ", n, " rows", if (nzchar(lost)) paste0(" (left out: ", lost, ")"),
        ", standard errors ", errors, ", small-sample convention ", ssc, "."
      )
    }
  ),
  zh = list(
    simulated = "\u672c\u62a5\u544a\u4f7f\u7528\u6a21\u62df\u6570\u636e\uff0c\u6240\u6709\u6570\u5b57\u5747\u975e\u5b98\u65b9\u7edf\u8ba1\u3002",
    panel = function(rows, units, panel, span, unbalanced) {
      paste0("\u9762\u677f\u5171", rows, "\u884c\uff1a", in_chinese(panel[1]), units, "\u4e2a\uff0c", in_chinese(panel[2]), "\u4e3a", sub(" to ", "\u81f3", span, fixed = TRUE), if (unbalanced) "\uff0c\u975e\u5e73\u8861", "\u3002")
    },
    gaps = function(n, variables, method, rules) {
      if (!n) return("\u6307\u6807\u6ca1\u6709\u9700\u8981\u586b\u8865\u7684\u7f3a\u5931\u503c\u3002")
      said <- c(linear = "\u7ebf\u6027\u63d2\u503c", nearest = "\u4e24\u7aef\u53d6\u6700\u8fd1\u503c", spline = "\u6837\u6761\u63d2\u503c", growth = "\u6309\u4e0d\u53d8\u589e\u957f\u7387", trend = "\u7ebf\u6027\u63d2\u503c\u53ca\u5916\u63a8",
        locf = "\u53d6\u524d\u4e00\u671f\u503c", nocb = "\u53d6\u540e\u4e00\u671f\u503c")
      paste0(length(variables), "\u4e2a\u6307\u6807\uff08", paste(variables, collapse = "\u3001"), "\uff09\u7684", n, "\u4e2a\u7f3a\u5931\u503c\u5728\u5404\u5355\u4f4d\u5185\u586b\u8865\uff1a", paste0(said[names(rules)], rules, "\u4e2a", collapse = "\uff0c"), "\u3002")
    },
    sheet = function(systems, signs) {
      paste0(
        sum(systems), "\u4e2a\u6307\u6807\u8861\u91cf", length(systems), "\u4e2a\u7cfb\u7edf\uff08", paste(names(systems), systems, collapse = "\u3001"), "\uff09\uff1a\u6b63\u5411", signs[["+"]], "\u4e2a\uff0c\u8d1f\u5411", signs[["-"]],
        "\u4e2a\uff0c\u533a\u95f4\u578b", signs[["interval"]], "\u4e2a\u3002"
      )
    },
    shared = function(x) paste0("\u591a\u4e2a\u7cfb\u7edf\u5171\u7528\u6307\u6807", paste(x, collapse = "\u3001"), "\uff0c\u8fd9\u4f7f\u8fd9\u4e9b\u7cfb\u7edf\u5929\u7136\u76f8\u5173\u3002"),
    normalise = list(
      minmax = "\u6307\u6807\u7528\u6781\u5dee\u6cd5\u6807\u51c6\u5316\u5230[0, 1]\uff0c\u8d1f\u5411\u6307\u6807\u53cd\u5411\u3002", zscore = "\u6307\u6807\u7528Z\u503c\u6807\u51c6\u5316\u3002", rank = "\u6307\u6807\u4ee5\u79e9\u4ee3\u66ff\u5e76\u6807\u51c6\u5316\u5230[0, 1]\u3002",
      none = "\u6307\u6807\u5df2\u9884\u5148\u5904\u7406\uff0c\u539f\u6837\u4f7f\u7528\u3002", other = function(x) paste0("\u6807\u51c6\u5316\u65b9\u6cd5\uff1a", x, "\u3002")
    ),
    scope = list(
      pooled = "\u6781\u503c\u4e0e\u6743\u91cd\u7531\u5168\u90e8\u5355\u4f4d\u548c\u5e74\u4efd\u5171\u540c\u786e\u5b9a\u3002", period = "\u6781\u503c\u4e0e\u6743\u91cd\u9010\u671f\u786e\u5b9a\uff0c\u4e0d\u540c\u65f6\u671f\u7684\u6c34\u5e73\u4e0d\u53ef\u6bd4\u8f83\u3002",
      other = function(x) paste0("\u6781\u503c\u8303\u56f4\uff1a", x, "\u3002")
    ),
    weights = list(
      entropy = "\u6743\u91cd\u7528\u71b5\u503c\u6cd5\uff08Shannon 1948\uff09\uff1ap = z / sum z\uff0ce = -sum p ln p / ln N\uff08N\u4e3a\u6df7\u5408\u7684\u884c\u6570\uff09\uff0cw\u4e0e1 - e\u6210\u6bd4\u4f8b\uff0c\u5404\u7cfb\u7edf\u5185\u5408\u8ba1\u4e3a1\u3002",
      equal = "\u540c\u4e00\u7cfb\u7edf\u5185\u5404\u6307\u6807\u7b49\u6743\u3002", critic = "\u6743\u91cd\u7528CRITIC\u6cd5\uff08Diakoulaki\u7b49 1995\uff09\u3002", sd = "\u6743\u91cd\u4e0e\u6807\u51c6\u5dee\u6210\u6bd4\u4f8b\u3002", cv = "\u6743\u91cd\u4e0e\u53d8\u5f02\u7cfb\u6570\u6210\u6bd4\u4f8b\u3002",
      pca = "\u6743\u91cd\u7531\u4e3b\u6210\u5206\u5206\u6790\u5f97\u5230\u3002", given = "\u6743\u91cd\u4e3a\u7ed9\u5b9a\u503c\u3002", other = function(x) paste0("\u6743\u91cd\u65b9\u6cd5\uff1a", x, "\u3002")
    ),
    zero = list(
      limit = "0 ln 0\u53d60\u3002", shift = "\u8ba1\u7b97\u71b5\u503c\u524d\u7ed9\u6807\u51c6\u5316\u503c\u52a0\u4e86\u4e00\u4e2a\u5c0f\u5e38\u6570\u3002", rescale = "\u8ba1\u7b97\u71b5\u503c\u524d\u5c06\u6807\u51c6\u5316\u503c\u79fb\u79bb\u96f6\u3002",
      other = function(x) paste0("\u96f6\u503c\u5904\u7406\uff1a", x, "\u3002")
    ),
    aggregate = list(
      linear = "\u7cfb\u7edf\u6307\u6570\u4e3a\u6807\u51c6\u5316\u6307\u6807\u7684\u52a0\u6743\u548c\u3002", geometric = "\u7cfb\u7edf\u6307\u6570\u4e3a\u6807\u51c6\u5316\u6307\u6807\u7684\u52a0\u6743\u51e0\u4f55\u5e73\u5747\u3002", topsis = "\u7cfb\u7edf\u6307\u6570\u4e3aTOPSIS\u8d34\u8fd1\u5ea6\uff08Hwang\u548cYoon 1981\uff09\u3002",
      other = function(x) paste0("\u5408\u6210\u65b9\u6cd5\uff1a", x, "\u3002")
    ),
    omitted = function(n) paste0(n, "\u884c\u56e0\u6307\u6807\u7f3a\u5931\u800c\u6ca1\u6709\u6307\u6570\u3002"),
    model = list(
      standard = "n\u4e2a\u7cfb\u7edf\u7684\u8026\u5408\u5ea6\u4e3aC = n (u1 u2 ... un)^(1/n) / (u1 + ... + un)\u3002", wang = "\u8026\u5408\u5ea6\u91c7\u7528\u738b\u6dd1\u4f73\u7b49\uff082021\uff09\u7684\u6a21\u578b\u3002",
      fan = "\u8026\u5408\u5ea6\u4e3aC = 1 - 2 s\uff0cs\u4e3a\u5404\u7cfb\u7edf\u5f97\u5206\u7684\u6807\u51c6\u5dee\uff08Fan\u7b49 2024\uff09\u3002", other = function(x) paste0("\u8026\u5408\u5ea6\u6a21\u578b\uff1a", x, "\u3002")
    ),
    total = function(a) {
      how <- if (length(unique(round(a, 12))) == 1) paste0("\u6743\u91cd\u5404\u4e3a1/", length(a)) else paste0("\u6743\u91cd", paste(names(a), format(a, digits = 3, trim = TRUE), collapse = "\u3001"))
      paste0("\u7efc\u5408\u53d1\u5c55\u6307\u6570T\u4e3a\u5404\u7cfb\u7edf\u5f97\u5206\u7684\u52a0\u6743\u548c\uff08", how, "\uff09\uff0c\u534f\u8c03\u5ea6D\u4e3aC T\u7684\u5e73\u65b9\u6839\u3002")
    },
    levels = function(scheme, n, closed) paste0("D\u5206\u4e3a", n, "\u4e2a\u7b49\u7ea7\uff0c\u754c\u70b9\u5f52\u5165\u8f83", if (closed == "right") "\u4f4e" else "\u9ad8", "\u4e00\u7ea7\u3002"),
    rescale = function(r) paste0("\u8026\u5408\u524d\u5404\u7cfb\u7edf\u5f97\u5206\u5728\u672c\u6837\u672c\u5185\u62c9\u4f38\u5230", r[1], "-", r[2], "\uff0cD\u76f8\u5bf9\u4e8e\u672c\u6837\u672c\uff0c\u4e0d\u80fd\u4e0e\u5176\u4ed6\u7814\u7a76\u6bd4\u8f83\u3002"),
    means = function(region) paste0("\u5404\u65f6\u671f", if (region) "\u548c\u5404\u5730\u533a", "\u7684\u5747\u503c\u662f\u5404\u884cC\u3001T\u3001D\u7684\u5747\u503c\uff0c\u800c\u975e\u5747\u503c\u5f97\u5206\u7684\u8026\u5408\u5ea6\u3002"),
    fit = function(name, method, effects, errors, ssc, n, lost) {
      paste0(
        "\u6a21\u578b", name, "\uff1a", method, if (length(effects)) paste0("\uff0c\u56fa\u5b9a\u6548\u5e94", paste(effects, collapse = "\u3001")), "\uff0c", n, "\u884c", if (nzchar(lost)) paste0("\uff08left out: ", lost, "\uff09"),
        "\uff0c\u6807\u51c6\u8bef\uff1a", errors, "\uff0c\u5c0f\u6837\u672c\u4fee\u6b63\uff1a", if (ssc == "stata") "\u540cStata" else "\u65e0", "\u3002"
      )
    }
  )
)

# Heads and captions of the report.
report_words <- list(
  en = list(
    title = "Coupling coordination report", methods = "Data and methods", weights = "Indicators and weights", indices = "Indices", coupling = "Coupling coordination", obstacles = "Obstacles", models = "Models",
    software = "Software", software_line = function(own, r) paste0("Made by ccdpanel ", own, " under R ", r, "."), no_map = "No map: the units have no tiles; the argument tiles gives them.", none = "Not available for this kind of index.",
    continued = "(continued)", caption = function(i, text) paste0("Table ", i, ". ", text), figure = function(i, text) paste0("Figure ", i, ". ", text),
    figures = c(
      weights = "Weights of the indicators", indices = "Mean indices by time", time = "Mean C, T and D by time, and the levels of D", heatmap = "Level of D by unit and time",
      map = "Level of D by unit, first and last time"
    ),
    tables = c(
      weights = "Indicators and their weights", indices = "Mean indices by time", time = "C, T and D by time", region = "C, T and D by region", region_time = "D by time and region", wide = "D by unit and time, with average and rank",
      levels = "Number of units at each level", obstacles = "The greatest obstacles of each system, percent", models = "Models"
    )
  ),
  zh = list(
    title = "\u8026\u5408\u534f\u8c03\u5ea6\u62a5\u544a", methods = "\u6570\u636e\u4e0e\u65b9\u6cd5", weights = "\u6307\u6807\u4e0e\u6743\u91cd", indices = "\u7efc\u5408\u6307\u6570", coupling = "\u8026\u5408\u534f\u8c03\u5ea6", obstacles = "\u969c\u788d\u56e0\u5b50",
    models = "\u56de\u5f52\u6a21\u578b", software = "\u8f6f\u4ef6", software_line = function(own, r) paste0("\u7531ccdpanel ", own, "\uff08R ", r, "\uff09\u751f\u6210\u3002"),
    no_map = "\u5355\u4f4d\u6ca1\u6709\u5bf9\u5e94\u7684\u5730\u56fe\u683c\u5b50\uff0c\u672a\u753b\u5730\u56fe\u3002", none = "\u6b64\u7c7b\u6307\u6570\u4e0d\u9002\u7528\u3002", continued = "\uff08\u7eed\uff09", caption = function(i, text) paste0("\u8868", i, "  ", text),
    figure = function(i, text) paste0("\u56fe", i, "  ", text),
    figures = c(
      weights = "\u6307\u6807\u6743\u91cd", indices = "\u5404\u5e74\u7efc\u5408\u6307\u6570\u5747\u503c", time = "\u5404\u5e74C\u3001T\u3001D\u5747\u503c\u4e0e\u534f\u8c03\u7b49\u7ea7",
      heatmap = "\u5404\u5355\u4f4d\u5386\u5e74\u534f\u8c03\u7b49\u7ea7", map = "\u9996\u672b\u4e24\u671f\u5404\u5355\u4f4d\u534f\u8c03\u7b49\u7ea7"
    ),
    tables = c(
      weights = "\u6307\u6807\u4f53\u7cfb\u4e0e\u6743\u91cd", indices = "\u5404\u5e74\u7efc\u5408\u6307\u6570\u5747\u503c", time = "\u5404\u5e74\u8026\u5408\u5ea6C\u3001\u7efc\u5408\u6307\u6570T\u4e0e\u534f\u8c03\u5ea6D", region = "\u5404\u5730\u533a\u8026\u5408\u534f\u8c03\u5ea6",
      region_time = "\u5404\u5730\u533a\u5386\u5e74\u534f\u8c03\u5ea6D", wide = "\u5404\u5355\u4f4d\u5386\u5e74\u534f\u8c03\u5ea6D\u3001\u5747\u503c\u4e0e\u6392\u540d", levels = "\u5404\u7b49\u7ea7\u5355\u4f4d\u6570", obstacles = "\u5404\u7cfb\u7edf\u4e3b\u8981\u969c\u788d\u56e0\u5b50\uff08%\uff09",
      models = "\u56de\u5f52\u7ed3\u679c"
    )
  )
)

# Columns of the report's tables in Chinese.
column_words <- list(
  system = "\u7cfb\u7edf", dimension = "\u7ef4\u5ea6", indicator = "\u6307\u6807", label = "\u540d\u79f0", unit = "\u5355\u4f4d", direction = "\u65b9\u5411", entropy = "\u71b5\u503c", weight = "\u6743\u91cd", rows = "\u884c\u6570",
  level = "\u7b49\u7ea7", stage = "\u534f\u8c03\u7c7b\u578b", average = "\u5747\u503c", rank = "\u6392\u540d", obstacle = "\u969c\u788d\u5ea6", year = "\u5e74\u4efd", province = "\u7701\u4efd", region3 = "\u5730\u533a", region4 = "\u5730\u533a"
)
