# Makes inst/report/reference.docx: pandoc's own reference document on A4, in black, in the faces of
# journals in English and Chinese.
#
#   Rscript data-raw/reference_docx.R          (needs pandoc and zip)
folder <- tempfile("reference")
dir.create(folder)
made <- file.path(folder, "made.docx")
system2("pandoc", c("-o", made, "--print-default-data-file", "reference.docx"))
utils::unzip(made, exdir = file.path(folder, "parts"))

edit <- function(file, changes) {
  path <- file.path(folder, "parts", "word", file)
  text <- paste(readLines(path, encoding = "UTF-8", warn = FALSE), collapse = "\n")
  for (i in seq_len(nrow(changes))) {
    if (!grepl(changes$from[i], text, perl = TRUE)) stop(file, " has no ", changes$from[i])
    text <- gsub(changes$from[i], changes$to[i], text, perl = TRUE)
  }
  writeLines(text, path, useBytes = TRUE)
}

fonts <- paste0(
  '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun" ',
  'w:cs="Times New Roman" />'
)
edit("styles.xml", data.frame(
  from = c(
    "<w:rFonts w:asciiTheme[^>]*/>", "<w:color w:val=\"[0-9A-F]{6}\"[^>]*/>",
    "<w:sz w:val=\"(36|32)\" />", "<w:szCs w:val=\"(36|32)\" />", "<w:sz w:val=\"24\" />",
    "<w:szCs w:val=\"24\" />",
    # Chinese letters in the shapes of the mainland; a figure stands off the table below it.
    "w:eastAsia=\"en-US\"",
    "(?<=<w:name w:val=\"Image Caption\" />)\\s*<w:basedOn w:val=\"Caption\" />",
    paste0(
      "(<w:styleId=\"Caption\"|w:styleId=\"Caption\">(?s:.*?))<w:spacing w:before=\"0\" ",
      "w:after=\"120\" />(?s:(.*?))<w:i />"
    )
  ),
  to = c(
    fonts, "<w:color w:val=\"000000\" />", "<w:sz w:val=\"28\" />", "<w:szCs w:val=\"28\" />",
    "<w:sz w:val=\"22\" />", "<w:szCs w:val=\"22\" />", "w:eastAsia=\"zh-CN\"",
    "<w:basedOn w:val=\"Caption\" /><w:pPr><w:spacing w:before=\"80\" w:after=\"240\" /></w:pPr>",
    paste0(
      "\\1<w:spacing w:before=\"120\" w:after=\"80\" /><w:jc w:val=\"center\" />\\2<w:b ",
      "/><w:sz w:val=\"20\" />"
    )
  )
))
section <- paste0(
  '<w:sectPr><w:pgSz w:w="11906" w:h="16838" /><w:pgMar w:top="1440" w:right="1440" ',
  'w:bottom="1440" w:left="1440" w:header="720" w:footer="720" w:gutter="0" /></w:sectPr>'
)
edit("document.xml", data.frame(from = "<w:sectPr ?/>", to = section))

target <- file.path(getwd(), "inst", "report", "reference.docx")
unlink(target)
old <- setwd(file.path(folder, "parts"))
utils::zip(target, list.files(all.files = TRUE, recursive = TRUE), flags = "-q9X")
setwd(old)
