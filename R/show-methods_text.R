# The paragraph of choices: what was done, read off the recipes of the results and the fits, in words.

methods_text <- function(filled, idx, cc, fits, region, language, simulated = FALSE, obstacles = FALSE) {
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
    if (!is.null(recipe$rescale)) words$rescale(recipe$rescale), words$means(!is.null(region)), if (obstacles) words$obstacles,
    fit_sentences(fits, words, language)
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
  vapply(seq_along(fits), function(i) words$fit(names[i], fit_facts(fits[[i]], model_words[[language]], language)), "")
}

# What was chosen for a fit: estimator, effects, rows, instruments, the covariance that weighs a system, errors and what tests refer to.
fit_facts <- function(fit, words, language) {
  system <- inherits(fit, "system_reg")
  effects <- if (language == "zh") in_chinese(names(fit$effects)) else names(fit$effects)
  method <- if (system) words$system(system_label(fit), length(fit$terms)) else words$estimator(fit$estimator, fit$spec$estimator$fuller, fit$spec$estimator$weighting)
  own <- fit$covariance$type == "iid"
  c(
    words$sample(method, effects, fit$sample$n, words$lost(fit$sample$counts)), if (!is.null(fit$spec$weights)) words$weighted(rlang::as_label(fit$spec$weights)),
    if (length(fit$endogenous)) c(words$endogenous(fit$endogenous), instrument_fact(fit, system, words)), if (length(fit$collinear)) words$collinear(fit$collinear),
    if (length(fit$spec$identities)) words$identities(names(fit$spec$identities)), if (length(fit$restrictions$value)) words$restrictions(length(fit$restrictions$value)),
    if (system) words$divisor(system_divisor(fit)), if (system && own) paste0(words$own, words$replays(fit$covariance$replays)) else words$errors(fit$covariance),
    if (!(system && own)) words$ssc[[fit$spec$ssc]], words$tests(reference_fact(fit$covariance, system))
  )
}

# A single equation names the instruments that it leaves out, a system all, or those of each equation.
instrument_fact <- function(fit, system, words) {
  if (!system) return(words$excluded(fit$instruments))
  if (is.null(fit$instruments_by)) return(words$instruments(fit$instruments))
  words$by_equation(names(fit$instruments_by), lapply(fit$instruments_by, as.character))
}

# The distribution of a test of one coefficient: its degrees of freedom, and what they count.
reference_fact <- function(cov, system) {
  if (all(is.infinite(cov$df))) return(list(kind = "normal"))
  whole <- all(cov$df == round(cov$df))
  kind <- if (!whole || cov$type %in% c("CR2", "CR3")) "satterthwaite" else if (cov$type == "cluster") "clusters" else if (cov$type == "DK") "periods" else if (system) "equations" else "residual"
  df <- if (whole) unique(cov$df) else unique(format(range(cov$df), digits = 3, nsmall = 1, trim = TRUE))
  list(kind = kind, df = df)
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
    obstacles = "The obstacle degree of an indicator is its share in what its system lacks to its best state, O = 100 w (1 - z) / sum w (1 - z) percent, the sum over the system's indicators; means of the rows are shown.",
    fit = function(name, facts) paste0("Model ", name, ": ", paste(facts, collapse = "; "), ".")
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
    obstacles = "\u6307\u6807\u7684\u969c\u788d\u5ea6\u4e3a\u5176\u5728\u6240\u5c5e\u7cfb\u7edf\u4e0e\u6700\u4f18\u72b6\u6001\u7684\u5dee\u8ddd\u4e2d\u6240\u5360\u7684\u4efd\u989d\uff0cO = 100 w (1 - z) / sum w (1 - z)\uff08%\uff09\uff0c\u6c42\u548c\u8303\u56f4\u4e3a\u8be5\u7cfb\u7edf\u7684\u5404\u6307\u6807\uff1b\u8868\u4e2d\u4e3a\u5404\u884c\u7684\u5747\u503c\u3002",
    fit = function(name, facts) paste0("\u6a21\u578b", name, "\uff1a", paste(facts, collapse = "\uff1b"), "\u3002")
  )
)

# What is said of a model.
model_words <- list(
  en = list(
    system = function(label, n) paste0(label, " of ", n, if (n == 1) " equation" else " equations"),
    estimator = function(name, fuller, weighting) switch(name, Fuller = paste("Fuller's estimator, constant", format(fuller)), GMM = paste("two-step GMM, weighted", weighting_label(weighting)), name),
    sample = function(method, effects, n, lost) {
      paste0(method, if (length(effects)) paste0(" with effects of ", paste(effects, collapse = " and ")), ", ", n, " rows", if (nzchar(lost)) paste0(" (left out: ", lost, ")"))
    },
    lost = function(counts) describe_losses(counts), weighted = function(x) paste("weights", x), endogenous = function(x) paste("endogenous", toString(x)), excluded = function(x) paste("excluded instruments", toString(x)),
    instruments = function(x) paste("instruments of all equations", toString(x)),
    by_equation = function(names, x) paste("instruments by equation", paste0(names, " (", vapply(x, toString, ""), ")", collapse = ", ")),
    collinear = function(x) paste("left out as collinear", toString(x)), identities = function(x) paste("identities", toString(x)), restrictions = function(n) paste("linear restrictions:", n),
    divisor = function(x) paste("S, the covariance of the equations' residuals, divided by", x), own = "standard errors of the estimator's own covariance, made from S",
    errors = function(cov) paste("standard errors", covariance_label(cov)), replays = function(x) replay_label(list(replays = x)),
    ssc = c(stata = "small-sample convention of Stata", none = "no small-sample correction"),
    tests = function(x) {
      if (x$kind == "normal") return("tests by the normal distribution")
      counted <- c(
        satterthwaite = "degrees of freedom by Satterthwaite's rule", clusters = "G - 1 degrees of freedom, G the clusters (of several ways the fewest)", periods = "one less than the periods",
        equations = "N - k_i degrees of freedom in equation i", residual = "N - K degrees of freedom, K with the effects"
      )
      paste0("tests by t(", paste(x$df, collapse = if (x$kind == "satterthwaite") " to " else ", "), "), ", counted[[x$kind]])
    }
  ),
  zh = list(
    system = function(label, n) paste0(label, "\uff0c", n, "\u4e2a\u65b9\u7a0b"),
    estimator = function(name, fuller, weighting) switch(name, Fuller = paste0("Fuller\u4f30\u8ba1\uff0c\u5e38\u6570", format(fuller)), GMM = paste0("\u4e24\u6b65GMM\uff0c\u6743\u91cd\u77e9\u9635", chinese_weighting(weighting)), name),
    sample = function(method, effects, n, lost) paste0(method, if (length(effects)) paste0("\uff0c\u56fa\u5b9a\u6548\u5e94", paste(effects, collapse = "\u3001")), "\uff0c", n, "\u884c", if (nzchar(lost)) paste0("\uff08\u5254\u9664\uff1a", lost, "\uff09")),
    lost = function(counts) {
      by <- counts$missing_by
      paste(c(
        if (!is.null(counts$subset)) paste0("\u5b50\u6837\u672c\u4ee5\u5916", counts$subset, "\u884c"), if (!is.null(counts$missing)) paste0("\u7f3a\u5931\u503c", counts$missing, "\u884c\uff0c\u5176\u4e2d", paste0(names(by), " ", by, "\u884c", collapse = "\u3001")),
        if (!is.null(counts$zero_weight)) paste0("\u96f6\u6743\u91cd", counts$zero_weight, "\u884c"), if (!is.null(counts$singletons)) paste0("\u5355\u72ec\u89c2\u6d4b", counts$singletons, "\u884c")
      ), collapse = "\uff1b")
    },
    weighted = function(x) paste0("\u52a0\u6743\uff1a", x), endogenous = function(x) paste0("\u5185\u751f\u53d8\u91cf", paste(x, collapse = "\u3001")), excluded = function(x) paste0("\u6392\u9664\u6027\u5de5\u5177\u53d8\u91cf", paste(x, collapse = "\u3001")),
    instruments = function(x) paste0("\u5404\u65b9\u7a0b\u5171\u7528\u7684\u5de5\u5177\u53d8\u91cf", paste(x, collapse = "\u3001")),
    by_equation = function(names, x) paste0("\u5404\u65b9\u7a0b\u7684\u5de5\u5177\u53d8\u91cf\uff1a", paste0(names, "\uff08", vapply(x, paste, "", collapse = "\u3001"), "\uff09", collapse = "\uff0c")),
    collinear = function(x) paste0("\u56e0\u5171\u7ebf\u6027\u5254\u9664", paste(x, collapse = "\u3001")), identities = function(x) paste0("\u6052\u7b49\u5f0f", paste(x, collapse = "\u3001")), restrictions = function(n) paste0("\u7ebf\u6027\u7ea6\u675f", n, "\u4e2a"),
    divisor = function(x) paste0("\u5404\u65b9\u7a0b\u6b8b\u5dee\u7684\u534f\u65b9\u5dee\u77e9\u9635S\u9664\u4ee5", x), own = "\u6807\u51c6\u8bef\u7531S\u7b97\u5f97\uff0c\u4e3a\u4f30\u8ba1\u91cf\u81ea\u8eab\u7684\u534f\u65b9\u5dee",
    errors = function(cov) paste0("\u6807\u51c6\u8bef\uff1a", chinese_covariance(cov)), replays = function(x) chinese_replays(x),
    ssc = c(stata = "\u5c0f\u6837\u672c\u4fee\u6b63\uff1a\u540cStata", none = "\u5c0f\u6837\u672c\u4fee\u6b63\uff1a\u65e0"),
    tests = function(x) {
      if (x$kind == "normal") return("\u68c0\u9a8c\u7528\u6b63\u6001\u5206\u5e03")
      counted <- c(
        satterthwaite = "\u81ea\u7531\u5ea6\u6309Satterthwaite\u6cd5", clusters = "\u81ea\u7531\u5ea6\u4e3aG - 1\uff0cG\u4e3a\u805a\u7c7b\u6570\uff08\u591a\u7ef4\u805a\u7c7b\u53d6\u6700\u5c11\u8005\uff09", periods = "\u81ea\u7531\u5ea6\u4e3a\u65f6\u671f\u6570\u51cf1", equations = "\u7b2ci\u4e2a\u65b9\u7a0b\u7684\u81ea\u7531\u5ea6\u4e3aN - k_i", residual = "\u81ea\u7531\u5ea6\u4e3aN - K\uff0cK\u542b\u56fa\u5b9a\u6548\u5e94"
      )
      paste0("\u68c0\u9a8c\u7528t(", paste(x$df, collapse = if (x$kind == "satterthwaite") "\u81f3" else "\u3001"), ")\u5206\u5e03\uff0c", counted[[x$kind]])
    }
  )
)

chinese_weighting <- function(cov) {
  if (cov$type == "iid") return("\u6309\u540c\u65b9\u5dee")
  if (cov$type == "cluster") paste0("\u6309", paste(in_chinese(names(cov$clusters)), collapse = "\u548c"), "\u805a\u7c7b") else "\u6309\u5f02\u65b9\u5dee"
}

# A covariance with its counts and factor, as covariance_label() says it in English.
chinese_covariance <- function(cov) {
  paste0(
    errors_label(cov, "zh"), if (length(cov$groups)) paste0("\uff08", paste(cov$groups, collapse = "\u3001"), "\u4e2a\u805a\u7c7b\uff09"),
    if (cov$factor != 1 && cov$type != "iid") paste0("\uff0c\u5c0f\u6837\u672c\u56e0\u5b50", format(cov$factor, digits = 5)), if (cov$repaired) "\uff0c\u8d1f\u7279\u5f81\u503c\u7f6e\u96f6", chinese_replays(cov$replays)
  )
}

chinese_replays <- function(replays) {
  if (is.null(replays)) return("")
  paste0("\uff0c\u542b", paste(replays$variables, collapse = "\u3001"), "\u7684", format(replays$count, big.mark = ","), "\u6b21\u91cd\u7b97\u7684\u79bb\u6563")
}

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
