# The words that steps of a scenario share. COMPOSE is the program under test, SAID a file.

compose() { $COMPOSE "$@"; }

# What a command does that is interrupted after so many seconds.
compose_for() { local seconds=$1; shift; timeout -s INT "$seconds" $COMPOSE "$@"; }

# Wait until a command succeeds, for as long on a slow machine as on a fast one.
eventually() {
  local end=$((SECONDS + 25))
  while [ $SECONDS -lt $end ]; do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
  echo "never: $*"; return 1
}

# Wait until containers have ended, after a command whose exit code counts.
ended() { local code=$?; timeout 30 docker wait "${@/#/$PROJECT-}" >/dev/null 2>&1; return $code; }

# Wait until a container is healthy, likewise.
healthy() {
  local code=$?
  eventually sh -c "docker inspect -f '{{.State.Health.Status}}' $PROJECT-$1 | grep -qx healthy"
  return $code
}

# Wait until no container has such a name, likewise.
gone() {
  local code=$?
  eventually sh -c "! docker ps -aq --filter name=$PROJECT-$1 | grep -q ."
  return $code
}

# Start a command in the background; what it says can be waited for.
begin() {
  : >"$SAID"; : >"$SAID.err"
  env --default-signal=INT $COMPOSE "$@" >"$SAID" 2>"$SAID.err" </dev/null & begun=$!
}
said() { eventually grep -qs -e "$1" "$SAID" "$SAID.err"; }

# Wait for the command in the background, or end it with a signal; show what it said, sorted.
finish() {
  [ $# = 0 ] || kill "-$1" "$begun"
  wait "$begun"; echo "exit $?"; sort "$SAID"; sort "$SAID.err" >&2
}
