#!/usr/bin/env bash
# tests/postgres.sh COMMAND…: runs a command beside a PostgreSQL of its own, whose address is in XUNJIAN_TEST_POSTGRES.
# The cluster lives in a temporary folder, is reached through a socket there and gone when the command ends; PostgreSQL
# never runs as root, so for root it runs as the user its package made.
set -euo pipefail
unset "${!PG@}"

bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v pg_ctl)")
folder=$(mktemp -d "${TMPDIR:-/tmp}/xunjian-pg-XXXXXX")
as=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as=(runuser -u postgres --)
fi
stop() {
    cd /
    "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT

cd "$folder"
word=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
printf '%s\n' "$word" | "${as[@]}" tee "$folder/word" >/dev/null
"${as[@]}" "$bin/initdb" -D data -U xunjian --pwfile=word --auth=scram-sha-256 -E UTF8 --locale=C --no-sync >initdb.log 2>&1 ||
    { cat initdb.log >&2; exit 1; }
"${as[@]}" "$bin/pg_ctl" -D data -l "$folder/server.log" -w start \
    -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c max_connections=40" >/dev/null ||
    { cat server.log >&2; exit 1; }
cd "$OLDPWD"
XUNJIAN_TEST_POSTGRES="postgresql://xunjian:$word@/postgres?host=$folder" "$@"
