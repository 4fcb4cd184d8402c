# What a regression table says beside numbers, in two languages, and what it calls a variable.

# What the table says beside numbers, in two languages.
table_words <- list(
  en = list(
    outcome = "Dependent variable", stage = "Stage", first = "First", second = "Second", method = "Method", constant = "Constant", controls = "Control variables",
    yes = "Yes", no = "No", fe = function(x) paste(x, "FE"), n = "Observations", units = function(x) paste("Number of", x), r2 = "R2", within = "R2 within",
    kp_lm = "Kleibergen-Paap rk LM", kp_f = "Kleibergen-Paap rk Wald F", sargan = "Sargan", hansen_j = "Hansen J", equation = function(x) paste("Equation", x),
    errors = "In brackets standard errors", by_model = function(x, models) paste0(models, ": ", x), brackets = "In square brackets the Stock-Yogo value of 10% maximal IV size",
    cluster = function(x) paste("clustered by", paste(x, collapse = " and ")), own = "of the system's own covariance", comma = ", ", colon = ": ", semicolon = "; ", collinear = "Left out as collinear: ",
    reghdfe = "Constant beside effects: mean of the dependent variable less those of the regressors times their coefficients", stop = ".",
    centred = function(x) paste(x, "(centred)"), times = " x "
  ),
  zh = list(
    outcome = "\u88ab\u89e3\u91ca\u53d8\u91cf", stage = "\u9636\u6bb5", first = "\u7b2c\u4e00\u9636\u6bb5", second = "\u7b2c\u4e8c\u9636\u6bb5", method = "\u65b9\u6cd5",
    constant = "\u5e38\u6570\u9879", controls = "\u63a7\u5236\u53d8\u91cf", yes = "\u662f", no = "\u5426", fe = function(x) paste0(x, "\u56fa\u5b9a\u6548\u5e94"),
    n = "\u89c2\u6d4b\u503c", units = function(x) paste0(x, "\u6570"), r2 = "R2", within = "\u7ec4\u5185R2", kp_lm = "Kleibergen-Paap rk LM", kp_f = "Kleibergen-Paap rk Wald F",
    sargan = "Sargan", hansen_j = "Hansen J", equation = function(x) paste0("\u65b9\u7a0b\uff1a", x), errors = "\u62ec\u53f7\u5185\u4e3a\u6807\u51c6\u8bef",
    by_model = function(x, models) paste0(models, "\uff1a", x), brackets = "\u65b9\u62ec\u53f7\u5185\u4e3aStock-Yogo 10%\u6700\u5927IV\u6c34\u5e73\u504f\u5dee\u7684\u4e34\u754c\u503c",
    cluster = function(x) paste0("\u6309", paste(x, collapse = "\u548c"), "\u805a\u7c7b"), own = "\u7cfb\u7edf\u4f30\u8ba1\u91cf\u81ea\u8eab\u7684\u534f\u65b9\u5dee", comma = "\uff0c", colon = "\uff1a", semicolon = "\uff1b", collinear = "\u56e0\u5171\u7ebf\u6027\u5254\u9664\uff1a",
    reghdfe = "\u542b\u56fa\u5b9a\u6548\u5e94\u65f6\u5e38\u6570\u9879\u4e3a\u88ab\u89e3\u91ca\u53d8\u91cf\u5747\u503c\u51cf\u53bb\u5404\u56de\u5f52\u5143\u5747\u503c\u4e0e\u5176\u7cfb\u6570\u4e4b\u79ef", stop = "\u3002",
    centred = function(x) paste0(x, "\uff08\u4e2d\u5fc3\u5316\uff09"), times = " \u00d7 "
  )
)

# What is printed for a name: the user's label, else the name, with a capital for effects.
label_of <- function(name, style) {
  at <- match(bare_name(name), bare_name(names(style$labels)))
  own <- if (identical(style$language, "zh")) in_chinese(bare_name(name)) else bare_name(name)
  ifelse(is.na(at), own, style$labels[at])
}

# The columns that moderation_test() made, under the names of what they are made of, or the user's labels of these.
centred_labels <- function(made, labels, language) {
  if (is.null(made)) return(NULL)
  words <- table_words[[language]]
  of <- label_of(made$of, list(labels = labels, language = language))
  out <- stats::setNames(c(ifelse(made$centred, words$centred(of), of), paste(of, collapse = words$times)), made$names)
  out[!names(out) %in% names(labels)]
}
