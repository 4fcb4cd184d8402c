# Files that come in and go out: what a file is by its first bytes, whatever it is called, and
# whether one can be written before an hour is spent on what goes into it.

# "xlsx", "xls", "text", "binary" or "empty".
file_content <- function(path) {
  bytes <- readBin(path, "raw", 4096)
  if (!length(bytes)) return("empty")
  begins <- function(...) identical(utils::head(bytes, ...length()), as.raw(c(...)))
  if (begins(0x50, 0x4b, 0x03, 0x04)) return("xlsx")
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) return("xls")
  marked <- begins(0xff, 0xfe) || begins(0xfe, 0xff)
  if (any(bytes == as.raw(0)) && !marked) "binary" else "text"
}

# What packed a file, by its first bytes; NA for a workbook, and where none did.
packed_by <- function(path) {
  bytes <- readBin(path, "raw", 8)
  begins <- function(...) identical(utils::head(bytes, ...length()), as.raw(c(...)))
  if (begins(0x1f, 0x8b)) return("gzip")
  if (begins(0x42, 0x5a, 0x68)) return("bzip2")
  if (begins(0xfd, 0x37, 0x7a, 0x58, 0x5a)) return("xz")
  if (begins(0x37, 0x7a, 0xbc, 0xaf)) return("7-Zip")
  if (begins(0x52, 0x61, 0x72, 0x21)) return("RAR")
  if (!begins(0x50, 0x4b, 0x03, 0x04)) return(NA_character_)
  inside <- tryCatch(utils::unzip(path, list = TRUE)$Name, error = function(e) "mimetype", warning =
    function(w) "mimetype")
  if (any(c("[Content_Types].xml", "mimetype") %in% inside)) NA_character_ else "zip"
}

# file.exists() of what may be no text.
is_there <- function(paths) {
  text <- validEnc(paths) & Encoding(paths) != "bytes" & nchar(paths, "bytes") < 4000
  text[text] <- file.exists(paths[text])
  text
}

# The path of one file, or of several, that can be read.
check_readable <- function(paths, arg, call = rlang::caller_env(), what = "file") {
  folders <- paths[dir.exists(paths)]
  if (length(folders)) {
    abort(what, c(
      paste0(
        "{.arg {arg}} must name files; {.val {folders}} {cli::qty(length(folders))}{?is ",
        "a/are} folder{?s}."
      ),
      i = "{.code list.files(\"{folders[1]}\", full.names = TRUE)} lists what is in it."
    ), call)
  }
  closed <- paths[file.access(paths, 4) != 0]
  if (!length(closed)) return(invisible(paths))
  abort(what, c(
    "{.arg {arg}} names {.val {closed}}, which may not be read.",
    i = "Is it open in another program, or another user's?"
  ), call)
}

# What a file is called, without its ending.
file_title <- function(path) sub("[.][^.]*$", "", basename(path))

is_excel <- function(path) file_content(path) %in% c("xlsx", "xls")

# A file that can be written: its folder is there, it is none itself, and it opens. What was there
# before stays as it was.
check_writable <- function(file, call) {
  if (!dir.exists(dirname(file))) {
    abort("file", c(
      "The folder of {.arg file} must exist; {.file {dirname(file)}} does not.",
      i = "{.fn dir.create} makes it."
    ), call)
  }
  if (!dir.exists(file) && opens_for_writing(file)) return(invisible(file))
  reason <- if (dir.exists(file)) "it is a folder" else "it does not open for writing"
  abort("file", c(
    "{.arg file} must be a file that can be written, and {.file {file}} is none: {reason}.",
    i = "Close it where it is open, or name another place."
  ), call)
}

opens_for_writing <- function(file) {
  new <- !file.exists(file)
  connection <- tryCatch(suppressWarnings(file(file, "ab")), error = function(e) NULL)
  if (is.null(connection)) return(FALSE)
  close(connection)
  if (new) unlink(file)
  TRUE
}
