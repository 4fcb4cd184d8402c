# A PostgreSQL server of the tests' own: an unprivileged user's, on a socket in a temporary folder,
# one for all tests of a process, stopped when the process ends, however it ends.

postgres_program <- function(name) {
  found <- c(Sys.which(name), Sys.glob(file.path("/usr/lib/postgresql/*/bin", name)))
  utils::tail(found[nzchar(found)], 1)
}

skip_without_postgres <- function() {
  # A system without a time zone warns as the driver loads.
  zone <- Sys.getenv("TZ", NA)
  if (!zone %in% OlsonNames()) {
    Sys.setenv(TZ = "UTC")
    on.exit(if (is.na(zone)) Sys.unsetenv("TZ") else Sys.setenv(TZ = zone))
  }
  for (package in c("DBI", "dplyr", "dbplyr", "RPostgres")) skip_if_not_installed(package)
  skip_on_cran()
  skip_if(!length(postgres_program("initdb")), "PostgreSQL is not installed")
}

# As nobody where the tests are root's, since the server refuses to be.
unprivileged <- function(program, arguments, ...) {
  root <- Sys.info()[["effective_user"]] == "root"
  if (root) arguments <- c("-u", "nobody", "--", program, arguments)
  system2(if (root) "runuser" else program, shQuote(arguments), stdout = FALSE, stderr = FALSE, ...)
}

start_postgres <- function(settings = character()) {
  home <- tempfile("pg", "/tmp")
  dir.create(home, mode = "0700")
  if (Sys.info()[["effective_user"]] == "root") system2("chown", c("nobody", home))
  data <- file.path(home, "data")
  settings <- c(
    "listen_addresses=''", "fsync=off", "shared_buffers=32MB", "max_wal_size=64MB",
    "unix_socket_directories='.'", "max_connections=20", "jit=off", settings
  )
  made <- unprivileged(postgres_program("initdb"), c(
    "-D", data, "-A", "trust", "-U", "tester", "-N", "--no-locale", "-E", "UTF8"
  ))
  writeLines(settings, file.path(data, "postgresql.conf"))
  started <- unprivileged(postgres_program("pg_ctl"), c(
    "-D", data, "-w", "-l", file.path(home, "log"), "start"
  ))
  if (made || started) stop("PostgreSQL did not start in ", home)
  stop_with_process(data)
  list(home = home, data = data)
}

# A process that is killed has no last words: a shell waits for it.
stop_with_process <- function(data) {
  script <- tempfile(fileext = ".sh", tmpdir = dirname(data))
  writeLines(c(
    sprintf("while kill -0 %d 2>/dev/null && [ -e %s ]; do sleep 1; done", Sys.getpid(), data),
    sprintf("kill -INT $(head -1 %s/postmaster.pid) 2>/dev/null; sleep 1", data),
    sprintf("rm -rf %s", dirname(data))
  ), script)
  system2("sh", script, wait = FALSE, stdout = FALSE, stderr = FALSE)
}

stop_postgres <- function(server) {
  unprivileged(postgres_program("pg_ctl"), c("-D", server$data, "-m", "immediate", "-w", "stop"))
}

# What the server does after it has answered, waited for as long as it takes, within reason.
wait_until <- function(done, seconds = 30) {
  for (i in seq_len(seconds * 50)) {
    if (done()) return(invisible())
    Sys.sleep(0.02)
  }
  stop("did not happen in ", seconds, " seconds")
}

postgres_servers <- new.env()

postgres_server <- function(name = "one") {
  skip_without_postgres()
  postgres_servers[[name]] <- postgres_servers[[name]] %||% start_postgres()
  postgres_servers[[name]]
}

connect_postgres <- function(server, user = "tester", dbname = "postgres", ...) {
  DBI::dbConnect(
    RPostgres::Postgres(), host = server$data, user = user, dbname = dbname, ...
  )
}

# A connection that the test closes, with a schema of its own to be empty in.
postgres <- function(env = parent.frame(), server = postgres_server()) {
  force(server)
  con <- connect_postgres(server)
  do.call(on.exit, list(bquote(DBI::dbDisconnect(.(con))), add = TRUE), envir = env)
  DBI::dbExecute(con, "SET client_min_messages = error")
  DBI::dbExecute(con, "DROP SCHEMA IF EXISTS firm_data CASCADE")
  DBI::dbExecute(con, "CREATE SCHEMA firm_data")
  DBI::dbExecute(con, "SET search_path = firm_data, public")
  con
}
