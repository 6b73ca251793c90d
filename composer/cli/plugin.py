"""Composer as a plugin of the Docker CLI: ``docker composer …``.

The CLI calls ``docker-composer docker-cli-plugin-metadata`` to learn what the plugin is, and
``docker-composer [docker's options] composer …`` to run it. Where it is told to end by a signal, it
hangs up on a socket, and waits for the plugin.
May import: cli, run.signals.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

METADATA = "docker-cli-plugin-metadata"
NAME = "composer"
_CONFIG = "--config"
_VALUED = {
    "-H": "--host", "-c": "--context", "-l": "--log-level", "--host": "--host",
    "--context": "--context", "--log-level": "--log-level", "--tlscacert": "--tlscacert",
    "--tlscert": "--tlscert", "--tlskey": "--tlskey", _CONFIG: _CONFIG,
}  # fmt: skip
"""Docker's own options that take a value, and what we call them."""


def run(arguments: Sequence[str]) -> int:
    """Answer the CLI's question, or run the command line that it hands over."""
    from composer.cli.root import run as run_command_line

    if list(arguments[:1]) == [METADATA]:
        sys.stdout.write(json.dumps(metadata()) + "\n")
        return 0
    heed_docker(os.environ)
    return run_command_line(own_arguments(arguments, os.environ))


_SOCKET = "DOCKER_CLI_PLUGIN_SOCKET"
_GRACE_S = 0.5
"""Seconds in which the signal may reach this process, too: a Ctrl-C goes to all of a terminal."""


def heed_docker(environ: Mapping[str, str]) -> None:
    """End as by SIGTERM when the Docker CLI hangs up, where it has a socket for that."""
    if not (place := environ.get(_SOCKET)):
        return
    import socket
    from threading import Thread

    from composer.run.signals import end_in

    connection = socket.socket(socket.AF_UNIX)

    def wait() -> None:
        with suppress(ConnectionError):
            while connection.recv(1):
                pass
        end_in(_GRACE_S)

    try:
        connection.connect(f"\0{place[1:]}" if place.startswith("@") else place)
    except OSError:  # an earlier docker, which has gone
        connection.close()
        return
    Thread(target=wait, name="docker", daemon=True).start()


def metadata() -> dict[str, str]:
    """Return what the Docker CLI wants to know of a plugin."""
    from importlib.metadata import version

    return {
        "SchemaVersion": "0.1.0",
        "Vendor": "Composer",
        "Version": f"v{version('composer')}",
        "ShortDescription": "Run multi-container applications from Compose files",
    }


def own_arguments(arguments: Sequence[str], environ: "os._Environ[str]") -> list[str]:
    """Return docker's options before the plugin's name, as ours, and what follows the name.

    The folder of Docker's configuration goes to the environment. Called directly, without that
    name, the arguments are all our own.
    """
    if arguments[:1] and arguments[0].startswith("__complete") and NAME in arguments[1:2]:
        return [arguments[0], *arguments[2:]]  # docker's own completion asks
    rest = list(arguments)
    said: list[str] = []
    config = ""
    while rest and rest[0].startswith("-"):
        option, value = _parted(rest.pop(0))
        if option not in _VALUED:
            said.append(option if value is None else f"{option}={value}")
            continue
        if value is None:
            value = rest.pop(0) if rest else ""
        if option == _CONFIG:
            config = value
        else:
            said.append(f"{_VALUED[option]}={value}")
    if rest[:1] != [NAME]:
        return list(arguments)
    if config:
        environ["DOCKER_CONFIG"] = config
    return [*said, *rest[1:]]


def _parted(word: str) -> tuple[str, str | None]:
    """Return an option and its value, None where that is a word of its own, or there is none."""
    if not word.startswith("--") and word[:2] in _VALUED and word[2:]:
        return word[:2], word[2:].removeprefix("=")
    option, equals, value = word.partition("=")
    return option, value if equals else None
