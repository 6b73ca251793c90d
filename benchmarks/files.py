"""The Compose files that are measured, made up here so that they are the same everywhere."""

import uuid
from collections.abc import Iterator

from programs import IMAGE

_SMALL = f"""\
services:
  web:
    image: {IMAGE}
    command: ["httpd", "-f", "-p", "80"]
    ports: ["127.0.0.1:${{WEB_PORT:-8080}}:80"]
    environment:
      STORE: store:6379
    depends_on: [store]
  store:
    image: {IMAGE}
    command: sleep 3600
    volumes: ["data:/data"]
volumes:
  data:
"""

_LARGE_SERVICE = """\
  service-{number}:
    image: example/service-{number}:1.{number}
    command: ["serve", "--port", "80"]
    environment:
      NUMBER: "{number}"
      LEVEL: ${{LEVEL:-info}}
    ports: ["127.0.0.1:{port}:80"]
    volumes: ["data:/data:ro"]
    labels:
      example.number: "{number}"
    restart: unless-stopped
"""

_IDLE_SERVICE = f"""\
  {{name}}:
    image: {IMAGE}
    command: ["sleep", "86400"]
    init: true
    stop_grace_period: 0s
"""

_HEALTH = """\
    healthcheck:
      test: ["CMD", "true"]
      interval: 1s
"""

_AFTER = """\
    depends_on:
      {name}:
        condition: service_healthy
"""

_LOG_SERVICE = f"""\
  {{name}}:
    image: {IMAGE}
    command: [sh, -c, "seq {{lines}} | sed 's/^/as long as what a web server says of a visit: /'"]
"""

_LOGGED = f"""\
  logged:
    image: {IMAGE}
    command: ["true"]
    depends_on:
"""

_ENDED = "      {name}: {{condition: service_completed_successfully}}\n"

_BUILT = """\
services:
  app:
    build:
      context: .
      dockerfile_inline: |
        FROM scratch
        COPY . /files
"""


def small() -> str:
    """Return two services."""
    return _SMALL


def large(count: int = 1000) -> str:
    """Return *count* services of a dozen lines; in chains of ten."""
    parts = ["services:\n"]
    for number in range(count):
        parts.append(_LARGE_SERVICE.format(number=number, port=10000 + number))
        if number % 10:
            parts.append(f"    depends_on: [service-{number - 1}]\n")
    return "".join([*parts, "volumes:\n  data:\n"])


def idle(count: int = 50) -> str:
    """Return *count* services that do nothing and stop at once."""
    made = [_IDLE_SERVICE.format(name=f"s{number}") for number in range(1, count + 1)]
    return "".join(["services:\n", *made])


def chain(count: int = 8) -> str:
    """Return *count* services, each waiting until the one before it is healthy."""
    parts = ["services:\n"]
    for number in range(1, count + 1):
        parts += [_IDLE_SERVICE.format(name=f"s{number}"), _HEALTH]
        if number > 1:
            parts.append(_AFTER.format(name=f"s{number - 1}"))
    return "".join(parts)


def logging(count: int = 8, lines: int = 100_000) -> str:
    """Return *count* services of *lines* lines each, and one that starts when they have ended."""
    names = [f"s{number}" for number in range(1, count + 1)]
    parts = ["services:\n", *(_LOG_SERVICE.format(name=name, lines=lines) for name in names)]
    return "".join([*parts, _LOGGED, *(_ENDED.format(name=name) for name in names)])


def built() -> str:
    """Return a service whose image holds all that lies beside the file."""
    return _BUILT


def many(count: int = 20_000) -> Iterator[tuple[str, bytes]]:
    """Yield the paths of *count* files, a hundred in a folder, and a kilobyte that is new."""
    made = uuid.uuid4().hex
    for number in range(count):
        text = f"{number} of {made}\n"
        yield f"{number // 100:03}/{number:05}.txt", (text * (1024 // len(text))).encode()
