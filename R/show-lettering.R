# The language of a picture: its own words, the names of units and columns, and a font that has the
# letters.

# How a picture is written: language, font family and the user's own labels. `names` are the names
# that it will show.
lettering <- function(language, labels, names = character(), call = rlang::caller_env()) {
  language <- spoken(language, call)
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
  utils::modifyList(words, list(
    language = "en", labels = labels[!has_chinese(labels)], plain = TRUE
  ))
}

# The language of a picture of a result that was made in one.
own_language <- function(language, own) {
  language %||% getOption("ccdpanel.language") %||% own
}

check_labels <- function(labels, call) {
  if (is.null(labels) || (is.character(labels) && !is.null(names(labels)) && !anyNA(labels))) {
    return(invisible())
  }
  abort("labels", c(
    "{.arg labels} must be strings, each named by what it stands for, not {found(labels)}.",
    i = "For instance {.code labels = c(economy = \"Economy\")}."), call)
}

tell_font <- function(language, call) {
  inform("font", c(
    "!" = paste0(
      "Chinese letters need a font that has them, and none was found: ",
      "{if (language == 'zh') 'the picture is written in English' else 'Chinese names may show as ",
      "boxes'}."
    ),
    i = paste0(
      "Install one, for instance Noto Sans CJK SC or WenQuanYi Micro Hei (on Debian the package ",
      "{.pkg fonts-wqy-microhei}), or name yours by {.code options(ccdpanel.font = )}."
    )
  ))
}

# Words that pictures write themselves.
term <- function(words, key, ...) phrase(words_of("pictures", words$language), key, ...)

# What each name is called: the user's label, the province's or the usual name in the picture's
# language, else itself.
call_by <- function(words, x) {
  x <- as.character(x)
  out <- x
  if (words$language == "zh") out <- in_chinese(x)
  if (isTRUE(words$plain)) out <- in_english(x)
  own <- match(x, names(words$labels))
  out[!is.na(own)] <- words$labels[own[!is.na(own)]]
  long_names_broken(unname(out))
}

# A name of more than half a line would leave the picture itself no room.
long_names_broken <- function(x) {
  long <- which(nchar(x, "width", allowNA = TRUE) > 50)
  x[long] <- vapply(x[long], function(name) paste(wrapped(name, 40), collapse = "\n"), "")
  x
}

in_chinese <- function(x) {
  table <- province_table()
  row <- province_row(x, table)
  if (length(x) && !anyNA(row)) return(table$zh[row])
  usual <- words_of("names", "zh")
  known <- match(x, names(usual))
  # "West" is a region of China among others of these, not among another country's.
  if (any(is.na(known) & !is.na(x) & !has_chinese(x))) known[x %in% chinese_regions] <- NA
  ifelse(is.na(known), x, unname(usual)[known])
}

in_english <- function(x) {
  table <- province_table()
  row <- province_row(x, table)
  ifelse(has_chinese(x) & !is.na(row), table$name[row], x)
}

# The stages of a coupling in the picture's language; a paper's own names stay.
stage_names <- function(words, stages, scheme) {
  usual <- lapply(c("en", "zh"), class_names, scheme = scheme)
  if (any(vapply(usual, identical, NA, stages))) stages <- class_names(scheme, words$language)
  own <- match(stages, names(words$labels))
  ifelse(is.na(own), stages, unname(words$labels)[own])
}

# Families with Chinese letters, the best for print first.
chinese_families <- c(
  "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei",
  "PingFang SC", "Hiragino Sans GB", "Heiti SC", "STHeiti",
  "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "SimSun", "Droid Sans Fallback",
  "AR PL UMing CN", "AR PL UKai CN"
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
    lines <- suppressWarnings(system2(
      "fc-list", c(":lang=zh", "family"), stdout = TRUE, stderr = FALSE
    ))
    chinese <- unique(sub(",.*", "", lines[validUTF8(lines)]))
    chinese <- chinese[!grepl("[^ -~]", chinese, perl = TRUE)]
  }
  all <- if (requireNamespace("systemfonts", quietly = TRUE)) {
    unique(systemfonts::system_fonts()$family)
  }
  list(all = c(all, chinese), chinese = chinese)
}

# pdf() knows families by a table of its own: there the name stands for Adobe's simplified Chinese,
# which it does not embed.
offer_to_pdf <- function(family) {
  if (family %in% names(grDevices::pdfFonts())) return(invisible())
  do.call(grDevices::pdfFonts, stats::setNames(list(grDevices::pdfFonts("GB1")[[1]]), family))
  invisible()
}
