# Classed conditions: every error of the package is a `ccdpanel_error` and a
# `ccdpanel_error_<what>`.

abort <- function(what, message, call = rlang::caller_env(), .envir = rlang::caller_env(), ...) {
  message[] <- vapply(message, said_inline, "", .envir)
  rlang::abort(
    message, class = c(paste0("ccdpanel_error_", what), "ccdpanel_error"), ..., call = call,
    use_cli_format = TRUE, .frame = .envir
  )
}

warn <- function(what, message, call = rlang::caller_env(), .envir = rlang::caller_env(), ...) {
  rlang::warn(
    said_lines(message, .envir, cli::format_warning),
    class = c(paste0("ccdpanel_warning_", what), "ccdpanel_warning"), call = call, ...
  )
}

inform <- function(what, message, .envir = rlang::caller_env(), ...) {
  rlang::inform(
    said_lines(message, .envir, cli::format_message),
    class = c(paste0("ccdpanel_message_", what), "ccdpanel_message"), ...
  )
}

# The same for text without markup, which takes a tenth of the time: for what is said on most calls.
inform_plainly <- function(what, text) {
  rlang::inform(
    paste(strwrap(text, cli::console_width()), collapse = "\n"),
    class = c(paste0("ccdpanel_message_", what), "ccdpanel_message")
  )
}

# What code of the user's makes and warns of, kept until it is known whether its result is of use.
hold_warnings <- function(code) {
  said <- list()
  value <- withCallingHandlers(code, warning = function(w) {
    said <<- c(said, list(w))
    rlang::cnd_muffle(w)
  })
  list(value = value, warnings = said)
}

repeat_warnings <- function(held) for (w in held$warnings) warning(w)

# "1 row", "2 rows"
counted <- function(n, noun) paste0(format(n, scientific = FALSE), " ", noun, if (n != 1) "s")

# Braces of a user's text, which cli would evaluate.
escaped <- function(x) gsub("([{}])", "\\1\\1", x)
