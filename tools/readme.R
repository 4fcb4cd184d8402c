# Writes the output of README.md's example into README.md: Rscript tools/readme.R A test holds the
# two together. The example is the first block of R code; its output is the block of text after it.

fences <- function(lines) {
  code <- which(lines == "```r")[1]
  text <- which(lines == "```text")[1]
  end <- function(start) start + which(lines[-seq_len(start)] == "```")[1]
  list(code = c(code, end(code)), text = c(text, end(text)))
}

inside <- function(lines, fence) {
  lines[seq_len(length(lines)) > fence[1] & seq_len(length(lines)) < fence[2]]
}

# What the lines print, as at the console, without messages.
printed <- function(code) {
  old <- options(width = 100, digits = 7, scipen = 0, useFancyQuotes = FALSE)
  on.exit(options(old))
  env <- new.env(parent = globalenv())
  show <- function(expr) {
    value <- withVisible(suppressMessages(eval(expr, env)))
    if (value$visible) c(utils::capture.output(print(value$value)), "")
  }
  out <- unlist(lapply(as.list(parse(text = code)), show))
  trimws(out[-length(out)], "right")
}

if (sys.nframe() == 0) {  # run as a script, and not read by the test
  lines <- readLines("README.md")
  at <- fences(lines)
  lines <- c(
    lines[seq_len(at$text[1])], printed(inside(lines, at$code)), lines[at$text[2]:length(lines)]
  )
  writeLines(lines, "README.md")
}
