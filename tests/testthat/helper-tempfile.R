# Files whose names have no digits: readers take a year from a file's name, and one in a few hundred
# of R's own random names holds one.
tempfile <- function(pattern = "file", tmpdir = tempdir(), fileext = "") {
  made <- base::tempfile(pattern, tmpdir)
  random <- substring(basename(made), nchar(pattern) + 1)
  file.path(tmpdir, paste0(pattern, chartr("0123456789", "ghijklmnop", random), fileext))
}
