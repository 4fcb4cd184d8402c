# Cells with percent signs: shares, or percentages, and what is bare beside them.

# Percent signs count as shares (a hundredth) or not at all; what is bare beside them in the same
# column may be either.
percent_values <- function(cells, percent, by_default, call) {
  if (is.null(cells)) return(cells)
  key <- cells$name
  with_sign <- unique(key[cells$percent])
  bare <- cells$kind == "number" & !cells$percent & cells$value != 0 & key %in% with_sign
  if (by_default && any(bare)) {
    name <- cells$name[bare][1]
    here <- key == key[bare][1]
    n <- sum(cells$percent[here])
    abort("percent", c(
      paste0(
        "{.val {name}} in {.path {cells$file[bare][1]}} has {n} cell{?s} with a percent sign and ",
        "{sum(bare & here)} without: these may be shares or percentages."
      ),
      i = paste0(
        paste0(
          "Say {.code percent = \"percent\"} if 57.44% is 57.44, or ",
          "{.code percent = \"share\"} if it is "
        ),
        "0.5744; bare numbers stay as they are."
      )
    ), call)
  }
  if (percent == "share") {
    cells$value[cells$percent] <- cells$value[cells$percent] / 100
    # Shares are no longer in the unit of the head.
    in_percent <- cells$measure %in% c("%", "\uff05", "\u2030")
    cells$measure[in_percent & key %in% with_sign] <- NA
  }
  cells
}
