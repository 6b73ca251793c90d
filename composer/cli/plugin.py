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
_VARIABLES = {
    "-H": "DOCKER_HOST", "--host": "DOCKER_HOST", "-c": "DOCKER_CONTEXT",
    "--context": "DOCKER_CONTEXT", "--config": "DOCKER_CONFIG", "--tlscacert": "",
    "--tlscert": "", "--tlskey": "", "-l": "", "--log-level": "",
}  # fmt: skip
"""Docker's own options that take a value, and the variable that says the same."""


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
    """Return what follows the plugin's name; docker's options before it go to the environment.

    Called directly, without that name, the arguments are all our own.
    """
    if arguments[:1] and arguments[0].startswith("__complete") and NAME in arguments[1:2]:
        return [arguments[0], *arguments[2:]]  # docker's own completion asks
    rest = list(arguments)
    said: dict[str, str] = {}
    while rest and rest[0].startswith("-"):
        option, equals, value = rest.pop(0).partition("=")
        if option in _VARIABLES:
            value = value if equals else (rest.pop(0) if rest else "")
            said[_VARIABLES[option]] = value
    if rest[:1] != [NAME]:
        return list(arguments)
    environ.update({name: value for name, value in said.items() if name})
    return rest[1:]
