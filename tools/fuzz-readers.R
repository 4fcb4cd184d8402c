# Files as people have them, damaged at random, through the readers of files, sheets and numbers:
#
#   R_LIBS=build/lib Rscript tools/fuzz-readers.R [cases, 2000] [first seed, 1]
#
# A case is right if it ends in an object that prints, or in an error of ours, without a warning of
# R's and within ten seconds. What is not is printed, with the seed of its case, and counted; the
# last line is 'N passed, N failed'.
suppressMessages(library(ccdpanel))
arguments <- as.numeric(c(commandArgs(trailingOnly = TRUE), NA, NA))
cases <- if (is.na(arguments[1])) 2000 else arguments[1]
first <- if (is.na(arguments[2])) 1 else arguments[2]

provinces <- c("北京市", "天津市", "河北省", "内蒙古自治区", "广西壮族自治区", "上海")
years <- 2015:2018
number <- function(n) format(round(stats::runif(n, 1, 1e5), 2), big.mark = ",", trim = TRUE)
quoted <- function(x) ifelse(grepl(",", x), paste0("\"", x, "\""), x)
row_of <- function(...) paste(quoted(c(...)), collapse = ",")

whole_files <- list(
  long = function() {
    keys <- expand.grid(p = provinces, y = years, stringsAsFactors = FALSE)
    c("省份,年份,地区生产总值,专利授权数", apply(keys, 1, function(k) row_of(k, number(2))))
  },
  wide = function() {
    c(
      "表1 地区生产总值", "单位：亿元", row_of("地  区", paste0(years, "年")),
      row_of("全  国", number(4)), vapply(provinces, function(p) row_of(p, number(4)), ""),
      "注：1.本表数据不包括港、澳、台地区。"
    )
  },
  national = function() {
    c(
      "数据库：分省年度数据", "指标：地区生产总值 (亿元)",
      paste0("地区\t,", paste0(years, "年", collapse = "\t,"), "\t,"),
      vapply(provinces, function(p) paste0(p, "\t,", paste(number(4), collapse = "\t,")), ""),
      "数据来源：国家统计局"
    )
  },
  paired = function() {
    c(
      "地区,地区生产总值,,专利授权数,", ",2017,2018,2017,2018",
      vapply(provinces, function(p) row_of(p, number(4)), "")
    )
  },
  sheet = function() {
    c(
      "系统,维度,指标,方向,单位,权重", "科技创新,投入,rd_personnel,正,人年,0.4",
      ",,rd_investment,+,万元,0.6", "数字经济,产出,labour_productivity,正向,万元/人,0.5",
      ",,so2_per_output,负,吨/亿元,0.5"
    )
  }
)

tokens <- c(
  "", "NA", "-", "--", "…", "...", "1,234.5", "１２３．４", "1e400", "-1e-400", "0x1F", "Inf",
  "NaN", "12%", "1.2万", "（12）", "2019/20", "2015-12-31", "43831", "北京", "北京市", "全国",
  "合计", "其中：", "#REF!", "TRUE", "\"", "\"\"", ",", ";", "\t", "=1+1", "年",
  "2015年", "1/2", "1.234,5", "1 234", "+", "\u00a0", "\ufeff", "\u3000", "\\N", "Z\u00fcrich",
  strrep("长", 300), strrep("9", 400), "注：", "单位：%", "é", "\u0301"
)

one_of <- function(x) x[[sample.int(length(x), 1)]]
cut_up <- function(line) strsplit(line, ",", fixed = TRUE)[[1]]

damages <- list(
  lose = function(lines) lines[-sample.int(length(lines), 1)],
  twice = function(lines) append(lines, one_of(lines), sample.int(length(lines), 1)),
  swap = function(lines) {
    at <- sample.int(length(lines), min(2, length(lines)))
    replace(lines, at, lines[rev(at)])
  },
  cell = function(lines) {
    at <- sample.int(length(lines), 1)
    cells <- cut_up(lines[at])
    if (length(cells)) cells[sample.int(length(cells), 1)] <- one_of(tokens)
    replace(lines, at, paste(cells, collapse = ","))
  },
  column = function(lines) {
    j <- sample.int(6, 1)
    vapply(lines, function(line) {
      cells <- cut_up(line)
      paste(if (j <= length(cells)) cells[-j] else c(cells, one_of(tokens)), collapse = ",")
    }, "", USE.NAMES = FALSE)
  },
  character = function(lines) {
    at <- sample.int(length(lines), 1)
    j <- sample.int(max(nchar(lines[at]), 1), 1)
    substr(lines[at], j, j) <- substr(paste0(one_of(tokens), "x"), 1, 1)
    lines
  },
  line = function(lines) append(lines, one_of(tokens), sample.int(length(lines) + 1, 1) - 1),
  separator = function(lines) gsub(",", one_of(c(";", "\t", "，", "|")), lines),
  cut = function(lines) {
    at <- sample.int(length(lines), 1)
    c(lines[seq_len(at - 1)], substr(lines[at], 1, sample.int(max(nchar(lines[at]), 1), 1)))
  }
)

# The bytes of a file: an encoding, ends of lines, and sometimes a byte that is another.
bytes_of <- function(lines) {
  text <- paste0(paste(lines, collapse = one_of(c("\n", "\r\n", "\r"))), one_of(c("", "\n")))
  encoding <- one_of(c("UTF-8", "UTF-8", "GB18030", "UTF-16LE", "latin1"))
  bytes <- iconv(text, "UTF-8", encoding, sub = "?", toRaw = TRUE)[[1]]
  mark <- unlist(list(`UTF-16LE` = c(0xff, 0xfe), `UTF-8` = c(0xef, 0xbb, 0xbf))[encoding])
  if (encoding == "UTF-16LE" || stats::runif(1) < 0.5) bytes <- c(as.raw(mark), bytes)
  if (length(bytes) && stats::runif(1) < 0.2) {
    bytes[sample.int(length(bytes), 1)] <- as.raw(sample.int(256, 1) - 1)
  }
  bytes
}

damaged <- function(kind) {
  lines <- whole_files[[kind]]()
  for (i in seq_len(sample(0:4, 1))) if (length(lines)) lines <- one_of(damages)(lines)
  lines
}

readers <- list(
  read_panel = function(file, lines) read_panel(file, lost = one_of(c("error", "allow"))),
  read_nbs = function(file, lines) read_nbs(file),
  indicator_sheet = function(file, lines) indicator_sheet(file),
  destring = function(file, lines) {
    cells <- lapply(lines, cut_up)
    width <- max(lengths(cells), 1)
    grid <- do.call(rbind, lapply(cells, `length<-`, width))
    destring(as.data.frame(grid), lost = "allow")
  },
  match_province = function(file, lines) match_province(unlist(lapply(lines, cut_up)))
)

# What was read is told from what was refused: damage that lets nothing through tests little.
read <- 0

# NULL, or what went wrong.
fault <- function(code) {
  start <- proc.time()[[3]]
  said <- NULL
  withCallingHandlers(
    tryCatch({
      utils::capture.output(print(code()))
      read <<- read + 1
    }, error = function(e) {
      if (!inherits(e, "ccdpanel_error")) {
        said <<- paste("error:", conditionMessage(e), "in", deparse1(conditionCall(e)))
      }
    }),
    warning = function(w) {
      if (!inherits(w, "ccdpanel_warning")) said <<- paste("warning:", conditionMessage(w))
      invokeRestart("muffleWarning")
    },
    message = function(m) invokeRestart("muffleMessage")
  )
  if (is.null(said) && proc.time()[[3]] - start > 10) said <- "more than ten seconds"
  said
}

one_case <- function(seed) {
  set.seed(seed)
  kind <- one_of(names(whole_files))
  lines <- damaged(kind)
  bytes <- bytes_of(lines)
  file <- file.path(tempdir(), paste0(one_of(c("表", "2016年", "data")), ".csv"))
  writeBin(bytes, file)
  on.exit(unlink(file))
  reader <- one_of(names(readers))
  if (kind == "sheet" && stats::runif(1) < 0.8) reader <- "indicator_sheet"
  said <- fault(function() readers[[reader]](file, lines))
  if (is.null(said)) return(TRUE)
  cat("seed ", seed, ", ", kind, ", ", reader, ": ", substr(said, 1, 300), "\n", sep = "")
  FALSE
}

passed <- vapply(first + seq_len(cases) - 1, one_case, NA)
cat(read, "of", cases, "were read, the others refused\n")
cat(sum(passed), " passed, ", sum(!passed), " failed\n", sep = "")
quit(status = as.integer(!all(passed)))
