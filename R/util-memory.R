# What a call would hold at once, said before it is begun: no allocation that the machine cannot
# give, which would end the session and not the call.

# Gigabytes that one result may take; options(ccdpanel.memory = ) sets another limit.
memory_limit <- function() {
  limit <- getOption("ccdpanel.memory", 8)
  if (is_bare_numeric(limit) && length(limit) == 1 && !is.na(limit) && limit > 0) return(limit)
  abort("memory", c(
    "{.code options(ccdpanel.memory = )} must be a number of gigabytes, not {found(limit)}.",
    i = "Leave it out for 8."
  ))
}

check_memory <- function(numbers, what, way_out, call = rlang::caller_env()) {
  size <- 8 * numbers / 2^30
  limit <- memory_limit()
  if (size <= limit) return(invisible())
  size <- format(size, digits = 3, big.mark = big_mark())
  abort("memory", c(
    "{what} would take {size} GiB; at most {limit} are taken.",
    i = way_out, i = "{.code options(ccdpanel.memory = )} sets another limit, in GiB."
  ), call)
}
