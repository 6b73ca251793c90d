"""What users tell Docker's own clients: in configuration files, and in variables.

The environment is an argument. As in those clients, what is of another form than Docker gives it
is as good as absent, and told of.
May import: disk, errors.
"""

import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from composer.disk import read_file
from composer.errors import UsageError

LOGINS = "DOCKER_AUTH_CONFIG"
_HEADERS = "DOCKER_CUSTOM_HEADERS"
_FILE = "config.json"


def keys_that_detach(environ: Mapping[str, str]) -> str:
    """Return ``detachKeys`` of Docker's client configuration, empty where it has none."""
    return str(configuration(config_folder(environ)).get("detachKeys", ""))


def format_of(environ: Mapping[str, str], command: str) -> str:
    """Return how Docker's client configuration lists what *command* shows, empty for as usual."""
    return str(configuration(config_folder(environ)).get(f"{command}Format", ""))


def plugin_folders(environ: Mapping[str, str]) -> list[str]:
    """Return where the user has plugins of the Docker CLI, what comes first as in that program."""
    folder = config_folder(environ)
    return [*configuration(folder).get("cliPluginsExtraDirs", ()), str(folder / "cli-plugins")]


def config_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of Docker's client configuration."""
    named = environ.get("DOCKER_CONFIG") or Path(environ.get("HOME") or "~") / ".docker"
    return Path(named).expanduser()


def configuration(folder: str | Path) -> dict[str, Any]:
    """Return what fits of Docker's client configuration in *folder*, empty where there is none."""
    return _read(Path(folder) / _FILE)[0]


def misfit_of(environ: Mapping[str, str]) -> str:
    """Return what of Docker's client configuration does not fit, empty where all of it does."""
    file = config_folder(environ) / _FILE
    wrong = _read(file)[1]
    return f"Error parsing config file ({file}): {wrong}" if wrong else ""


def user_and_password(text: str) -> tuple[str, str]:
    """Return what ``auth`` of a login says. Raises ValueError where it says something else."""
    user, colon, password = base64.b64decode(text).decode().partition(":")
    if not (user and colon):
        raise ValueError("no USER:PASSWORD in base64")
    return user, password.strip("\0")


def _read(file: Path) -> tuple[dict[str, Any], str]:
    """Return what fits of a configuration, and what is wrong with the rest.

    What follows the first value of the file does not count.
    """
    try:
        text = read_file(file).decode("utf-8-sig", "replace").strip()
        found = json.JSONDecoder().raw_decode(text)[0] if text else {}
    except FileNotFoundError:
        return {}, ""
    except OSError as failure:
        return {}, (failure.strerror or str(failure)).lower()
    except RecursionError:
        return {}, "it is nested too deeply"
    except ValueError as failure:
        return {}, str(failure)
    if not isinstance(found, dict):
        return {}, "it is no object"
    fitting, others = _parted(found)
    return fitting, f"not of Docker's form: {', '.join(others)}" if others else ""


def _parted(found: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return what fits of *found*, and the names of all else; null is as good as absent."""
    fitting: dict[str, Any] = {}
    others: list[str] = []
    for spelled, value in found.items():
        name = _NAMES.get(spelled.lower(), spelled)
        test = _ENTRIES.get(name)
        if test and isinstance(value, dict):
            fitting[name] = {key: one for key, one in value.items() if test(one)}
            others += [f"{name}.{key}" for key in value if key not in fitting[name]]
        elif not test and _WHOLE.get(name, _anything)(value):
            fitting[name] = value
        elif value is not None:
            others.append(name)
    return fitting, others


def _anything(_: Any) -> bool:
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _has_texts(value: Any) -> bool:
    return isinstance(value, dict) and _are_texts([*value.values()])


def _is_login(value: Any) -> bool:
    try:
        return _has_texts(value) and bool(not value.get("auth") or user_and_password(value["auth"]))
    except ValueError:
        return False


Test = Callable[[Any], bool]
_WHOLE: Mapping[str, Test] = {
    **dict.fromkeys(
        ("credsStore", "currentContext", "detachKeys", "psFormat", "statsFormat"), _is_text
    ),
    "cliPluginsExtraDirs": _are_texts,
}
"""The form of what is taken whole, or not at all."""
_ENTRIES: Mapping[str, Test] = {
    "auths": _is_login,
    "credHelpers": _is_text,
    "HttpHeaders": _is_text,
    "proxies": _has_texts,
}
"""The form of each entry of mappings."""
_NAMES = {name.lower(): name for name in (*_WHOLE, *_ENTRIES)}
"""Names as they are written, by how Docker compares them."""


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
