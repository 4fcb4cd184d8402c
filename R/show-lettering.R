# The language of a picture: its own words, the names of units and columns, and a font that has the letters.

# Words that pictures write themselves. Templates are filled by sprintf().
picture_terms <- list(
  index = c(en = "index", zh = "\u6307\u6570"),
  weight = c(en = "weight", zh = "\u6743\u91cd"),
  units = c(en = "number of units (%s)", zh = "%s\u6570\u91cf"),
  no_data = c(en = "grey: no data", zh = "\u7070\u8272\uff1a\u65e0\u6570\u636e"),
  axis_from = c(en = "the vertical axis begins at %s", zh = "\u7eb5\u8f74\u8d77\u4e8e %s"),
  rings_from = c(en = "the centre is %s", zh = "\u4e2d\u5fc3\u4e3a %s"),
  equal_d = c(en = "curves of equal D; dashed: equal scores", zh = "\u66f2\u7ebf\uff1aD \u76f8\u7b49\uff1b\u865a\u7ebf\uff1a\u5f97\u5206\u76f8\u7b49"),
  equal_pair = c(
    en = "curves of equal D of the two systems alone; dashed: equal scores",
    zh = "\u66f2\u7ebf\uff1a\u4e24\u7cfb\u7edf\u7684 D \u76f8\u7b49\uff1b\u865a\u7ebf\uff1a\u5f97\u5206\u76f8\u7b49"
  ),
  first = c(en = "score of the first", zh = "\u7b2c\u4e00\u4e2a\u7cfb\u7edf\u5f97\u5206"),
  second = c(en = "score of the second", zh = "\u7b2c\u4e8c\u4e2a\u7cfb\u7edf\u5f97\u5206"),
  joined = c(en = "%s and %s", zh = "%s\u4e0e%s"),
  up_to = c(en = "up to %s", zh = "%s\u53ca\u4ee5\u4e0b"),
  above = c(en = "above %s", zh = "%s\u4ee5\u4e0a"),
  all_units = c(en = "dark: the group; grey: the others", zh = "\u6df1\u8272\uff1a\u672c\u7ec4\uff1b\u7070\u8272\uff1a\u5176\u4ed6"),
  fan = c(en = "black: mean; grey: each of %s", zh = "\u9ed1\u8272\uff1a\u5747\u503c\uff1b\u7070\u8272\uff1a\u5171 %s \u7ec4"),
  interval = c(en = "%s%% intervals of %s replays", zh = "%s%% \u533a\u95f4\uff0c%s \u6b21\u91cd\u7b97"),
  rank = c(en = "rank", zh = "\u6392\u540d"),
  probability = c(en = "probability", zh = "\u6982\u7387"),
  share = c(en = "share of the squared shifts", zh = "\u5e73\u65b9\u504f\u79fb\u5360\u6bd4"),
  obstacle = c(en = "obstacle degree (%)", zh = "\u969c\u788d\u5ea6\uff08%\uff09"),
  component = c(en = "component", zh = "\u4e3b\u6210\u5206"),
  eigenvalue = c(en = "eigenvalue", zh = "\u7279\u5f81\u503c"),
  scree = c(en = "filled: kept; dashed: eigenvalue 1", zh = "\u5b9e\u5fc3\uff1a\u4fdd\u7559\uff1b\u865a\u7ebf\uff1a\u7279\u5f81\u503c\u4e3a1"),
  loading = c(en = "loading", zh = "\u8f7d\u8377"),
  ratio = c(en = "consistency ratio %s", zh = "\u4e00\u81f4\u6027\u6bd4\u7387 %s"),
  verdicts = c(en = "x: inconsistent; ?: undetermined; empty: not checked", zh = "x\uff1a\u4e0d\u4e00\u81f4\uff1b?\uff1a\u65e0\u6cd5\u5224\u5b9a\uff1b\u7a7a\u767d\uff1a\u672a\u68c0\u9a8c"),
  estimate = c(en = "estimate and %s%% interval", zh = "\u4f30\u8ba1\u503c\u4e0e %s%% \u7f6e\u4fe1\u533a\u95f4")
)

# Usual names of columns, regions, methods and results.
chinese_names <- c(
  year = "\u5e74\u4efd", province = "\u7701\u4efd", city = "\u57ce\u5e02", region = "\u5730\u533a", country = "\u56fd\u5bb6", state = "\u5dde", sector = "\u884c\u4e1a",
  East = "\u4e1c\u90e8", Central = "\u4e2d\u90e8", West = "\u897f\u90e8", Northeast = "\u4e1c\u5317",
  C = "\u8026\u5408\u5ea6 C", T = "\u7efc\u5408\u6307\u6570 T", D = "\u534f\u8c03\u5ea6 D", rank = "\u6392\u540d",
  entropy = "\u71b5\u6743\u6cd5", sd = "\u6807\u51c6\u5dee\u6cd5", cv = "\u53d8\u5f02\u7cfb\u6570\u6cd5", critic = "CRITIC \u6cd5", pca = "\u4e3b\u6210\u5206\u6cd5",
  equal = "\u7b49\u6743\u6cd5", consistent = "\u4e00\u81f4", undetermined = "\u65e0\u6cd5\u5224\u5b9a", inconsistent = "\u4e0d\u4e00\u81f4",
  units = "\u6837\u672c\u5355\u5143", weights = "\u6743\u91cd", normalise = "\u6807\u51c6\u5316", zero = "\u96f6\u503c\u5904\u7406", aggregate = "\u5408\u6210\u65b9\u6cd5"
)

chinese_regions <- c("East", "Central", "West", "Northeast")

# How a picture is written: language, font family and the user's own labels. `names` are the names that it will show.
lettering <- function(language, labels, names = character(), call = rlang::caller_env()) {
  language <- language %||% "en"
  check_choice(language, c("en", "zh"), "language", call)
  check_labels(labels, call)
  words <- list(language = language, labels = labels, family = "")
  shown <- c(as.character(names), labels)
  if (language == "en" && !any(has_chinese(shown))) return(words)
  font <- chinese_font()
  if (!is.na(font)) {
    offer_to_pdf(font)
    words$family <- font
    return(words)
  }
  tell_font(language, call)
  # A label that cannot be drawn is no label.
  utils::modifyList(words, list(language = "en", labels = labels[!has_chinese(labels)], plain = TRUE))
}

check_labels <- function(labels, call) {
  if (is.null(labels) || (is.character(labels) && !is.null(names(labels)) && !anyNA(labels))) return(invisible())
  abort("labels", c("{.arg labels} must be strings, each named by what it stands for, not {found(labels)}.",
    i = "For instance {.code labels = c(economy = \"Economy\")}."), call)
}

tell_font <- function(language, call) {
  inform("font", c(
    "!" = "Chinese letters need a font that has them, and none was found: {if (language == 'zh') 'the picture is written in English' else 'Chinese names may show as boxes'}.",
    i = "Install one, for instance Noto Sans CJK SC or WenQuanYi Micro Hei (on Debian the package {.pkg fonts-wqy-microhei}), or name yours by
      {.code options(ccdpanel.font = )}."
  ))
}

has_chinese <- function(x) grepl("[\u3400-\u9fff]", enc2utf8(as.character(x)), perl = TRUE)

term <- function(words, key, ...) {
  text <- picture_terms[[key]][[words$language]]
  if (...length()) sprintf(text, ...) else text
}

# What each name is called: the user's label, the province's or the usual name in the picture's language, else itself.
call_by <- function(words, x) {
  x <- as.character(x)
  out <- x
  if (words$language == "zh") out <- in_chinese(x)
  if (isTRUE(words$plain)) out <- in_english(x)
  own <- match(x, names(words$labels))
  out[!is.na(own)] <- words$labels[own[!is.na(own)]]
  unname(out)
}

in_chinese <- function(x) {
  table <- province_table()
  row <- province_row(x, table)
  if (length(x) && !anyNA(row)) return(table$zh[row])
  known <- match(x, names(chinese_names))
  # "West" is a region of China among others of these, not among another country's.
  if (any(is.na(known) & !is.na(x) & !has_chinese(x))) known[x %in% chinese_regions] <- NA
  ifelse(is.na(known), x, unname(chinese_names)[known])
}

in_english <- function(x) {
  table <- province_table()
  row <- province_row(x, table)
  ifelse(has_chinese(x) & !is.na(row), table$name[row], x)
}

# The stages of a coupling in the picture's language; a paper's own names stay.
stage_names <- function(words, stages, scheme) {
  usual <- level_schemes[[scheme]]
  known <- !is.null(usual) && (identical(stages, usual$en) || identical(stages, usual$zh))
  if (known) stages <- usual[[words$language]]
  own <- match(stages, names(words$labels))
  ifelse(is.na(own), stages, unname(words$labels)[own])
}

# Families with Chinese letters, the best for print first.
chinese_families <- c(
  "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "Heiti SC", "STHeiti",
  "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "SimSun", "Droid Sans Fallback", "AR PL UMing CN", "AR PL UKai CN"
)

# The family to write Chinese in: the option, else the best installed one, else NA.
chinese_font <- function() {
  own <- getOption("ccdpanel.font")
  if (rlang::is_string(own)) return(own)
  installed <- installed_families()
  c(intersect(chinese_families, installed$all), installed$chinese, NA)[1]
}

# What systemfonts knows, and what fontconfig says has Chinese letters.
installed_families <- function() {
  chinese <- character()
  if (nzchar(Sys.which("fc-list"))) {
    lines <- suppressWarnings(system2("fc-list", c(":lang=zh", "family"), stdout = TRUE, stderr = FALSE))
    chinese <- unique(sub(",.*", "", lines[validUTF8(lines)]))
    chinese <- chinese[!grepl("[^ -~]", chinese, perl = TRUE)]
  }
  all <- if (requireNamespace("systemfonts", quietly = TRUE)) unique(systemfonts::system_fonts()$family)
  list(all = c(all, chinese), chinese = chinese)
}

# pdf() knows families by a table of its own: there the name stands for Adobe's simplified Chinese, which it does not embed.
offer_to_pdf <- function(family) {
  if (family %in% names(grDevices::pdfFonts())) return(invisible())
  do.call(grDevices::pdfFonts, stats::setNames(list(grDevices::pdfFonts("GB1")[[1]]), family))
  invisible()
}
