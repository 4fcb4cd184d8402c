# Sourced by findings on PostgreSQL: a server of its own in a temporary folder, on a socket that
# FINDING_SERVER names, stopped at the end. Needed: initdb and pg_ctl (Debian: postgresql).
bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1 || command -v initdb)")
server=$(mktemp -d)
[ "$(id -u)" != 0 ] || chown nobody "$server"
as_user() { if [ "$(id -u)" = 0 ]; then su nobody -s /bin/sh -c "$1"; else sh -c "$1"; fi; }
as_user "'$bin/initdb' -D '$server/data' -U finder -A trust >/dev/null"
as_user "'$bin/pg_ctl' -D '$server/data' -o \"-k '$server' -c listen_addresses=''\" -w start >/dev/null"
stop() { as_user "'$bin/pg_ctl' -D '$server/data' -m immediate stop >/dev/null"; rm -rf "$server"; }
# In place of the trap of run.sh.
trap 'stop; [ -n "${FINDINGS_KEEP:-}" ] || rm -rf "$FINDING_LIB"' EXIT
export FINDING_SERVER="$server"
