"""What users tell Docker's own clients: in configuration files, and in variables.

The environment is an argument.
May import: disk, errors.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from composer.disk import read_file
from composer.errors import UsageError

LOGINS = "DOCKER_AUTH_CONFIG"
_HEADERS = "DOCKER_CUSTOM_HEADERS"


def keys_that_detach(environ: Mapping[str, str]) -> str:
    """Return ``detachKeys`` of Docker's client configuration, empty where it has none."""
    return str(configuration(config_folder(environ)).get("detachKeys") or "")


def format_of(environ: Mapping[str, str], command: str) -> str:
    """Return how Docker's client configuration lists what *command* shows, empty for as usual."""
    return str(configuration(config_folder(environ)).get(f"{command}Format") or "")


def plugin_folders(environ: Mapping[str, str]) -> list[str]:
    """Return where the user has plugins of the Docker CLI, what comes first as in that program."""
    folder = config_folder(environ)
    named = configuration(folder).get("cliPluginsExtraDirs")
    return [*map(str, named if isinstance(named, list) else ()), str(folder / "cli-plugins")]


def config_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of Docker's client configuration."""
    named = environ.get("DOCKER_CONFIG") or Path(environ.get("HOME") or "~") / ".docker"
    return Path(named).expanduser()


def configuration(folder: str | Path) -> dict[str, Any]:
    """Return Docker's client configuration in *folder*, empty where there is none."""
    return read_json(Path(folder) / "config.json")


def read_json(file: Path) -> dict[str, Any]:
    """Return a JSON file, empty where there is none; Docker's own client is as lenient."""
    try:
        found = json.loads(read_file(file))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def headers_of(environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the headers of DOCKER_CUSTOM_HEADERS: ``NAME=VALUE,…``, with quotes around commas.

    Blanks around a value are no part of a header, and our client refuses them.
    Raises UsageError where it is not that.
    """
    if not (text := environ.get(_HEADERS)):
        return ()
    import csv

    try:
        entries = next(csv.reader([text]))
    except csv.Error:  # a line end
        entries = [text]
    split = (one.partition("=") for one in entries)
    pairs = [(name.strip(), value.strip(" \t")) for name, _, value in split]
    for entry, (name, value) in zip(entries, pairs, strict=True):
        if "=" not in entry or not name or {"\r", "\n"} & {*name, *value}:
            raise UsageError(
                f"{_HEADERS} has {entry!r}, which is no header",
                hint="separate headers by commas, each as NAME=VALUE",
            )
    return tuple(pairs)
