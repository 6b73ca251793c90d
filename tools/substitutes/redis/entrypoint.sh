#!/bin/bash
# Behave as the official image does: reachable from other containers, data in /data, not as root.
set -euo pipefail

if [[ ${1:-} == -* || ${1:-} == *.conf ]]; then set -- redis-server "$@"; fi
[[ ${1:-} == redis-server ]] || exec "$@"
set -- "$@" --bind '*' --protected-mode no
[[ $(id -u) == 0 ]] || exec "$@"
chown -R redis: .
exec setpriv --reuid=redis --regid=redis --init-groups "$@"
