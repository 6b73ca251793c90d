#!/bin/bash
# Behave as the official image does for POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB (each also
# as NAME_FILE), POSTGRES_HOST_AUTH_METHOD, PGDATA and /docker-entrypoint-initdb.d.
set -euo pipefail

[[ ${1:-} == -* ]] && set -- postgres "$@"
[[ ${1:-} == postgres && " $* " != *" --version "* && " $* " != *" --help "* ]] || exec "$@"

if [[ $(id -u) == 0 ]]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres: "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups bash "$0" "$@"
fi

value_of() { # NAME DEFAULT: print $NAME, or the content of the file $NAME_FILE, or the default
  local file=$1_FILE
  if [[ -n ${!file:-} ]]; then cat "${!file}"; else printf '%s' "${!1:-$2}"; fi
}

initialise() {
  local user password database method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256} script
  user=$(value_of POSTGRES_USER postgres)
  password=$(value_of POSTGRES_PASSWORD '')
  database=$(value_of POSTGRES_DB "$user")
  if [[ -z $password && $method != trust ]]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    exit 1
  fi
  # initdb refuses an empty password file
  initdb --username="$user" --pwfile=<(printf '%s\n' "${password:-unused}") \
    --auth-local=trust --auth-host=trust --encoding=UTF8 --locale=C.UTF-8
  echo "host all all all $method" >>"$PGDATA/pg_hba.conf"
  pg_ctl --silent --wait --options="-c listen_addresses=''" start
  if [[ $database != postgres ]]; then createdb --username="$user" "$database"; fi
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
    *.sql) psql --set=ON_ERROR_STOP=1 --username="$user" --dbname="$database" --file="$script" ;;
    *.sh) bash "$script" ;;
    esac
  done
  pg_ctl --silent --wait --mode=fast stop
}

if [[ ! -s $PGDATA/PG_VERSION ]]; then initialise; fi
exec "$@" -c listen_addresses='*'
