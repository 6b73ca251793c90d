"""The global options and environment variables, as one value that every command is given.

May import: cli.numbers, load, switches, value, disk, errors (nothing heavy: every command pays for
this module).
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TextIO

from composer.cli.numbers import decimal
from composer.errors import LoadError, UsageError
from composer.load.dotfiles import dotenv, named_files, project_folder
from composer.switches import FALSE, OFF, ON, TRUE, is_on
from composer.value import Value

_SWITCHES = (
    "COMPOSE_COMPATIBILITY", "COMPOSE_IGNORE_ORPHANS", "COMPOSE_MENU", "COMPOSE_REMOVE_ORPHANS"
)  # fmt: skip
_STATUS = "COMPOSE_STATUS_STDOUT"
"""Read more strictly than the other switches."""
_OF_THE_SHELL = frozenset({"COMPOSE_ENV_FILES", "COMPOSE_PROGRESS", _STATUS})
"""What counts only where the command begins: a file names no other ones, nor how it is told of."""


class Settings(Value):
    """What stands before the command's name, and the process's surroundings."""

    files: tuple[str, ...] = ()
    project_name: str = ""
    project_directory: str = ""
    env_files: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    progress: str = "auto"
    ansi: str = "auto"
    parallel: int = -1
    dry_run: bool = False
    all_resources: bool = False
    warns: bool = True
    """Whether warnings are told."""
    cwd: str = "/"
    environ: Mapping[str, str] = {}

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return an environment variable that is a switch (``COMPOSE_IGNORE_ORPHANS``).

        Docker Compose takes a word that it does not know, ``yes`` among them, for false.
        """
        text = self.environ.get(name, "")
        return is_on(text) if text else default

    @property
    def status(self) -> TextIO:
        """Where progress goes: standard error, or output where COMPOSE_STATUS_STDOUT says so."""
        return sys.stdout if self.environ.get(_STATUS) in TRUE else sys.stderr


_COERCED = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """Return *environ* with the user's LC_CTYPE: Python sets its own where the locale is C."""
    made = dict(environ)
    if made.get("LC_CTYPE") in _COERCED:
        with suppress(OSError), open("/proc/self/environ", "rb") as given:  # as the process began
            del made["LC_CTYPE"]
            for one in given.read().split(b"\0"):
                if one.startswith(b"LC_CTYPE="):
                    made["LC_CTYPE"] = os.fsdecode(one.removeprefix(b"LC_CTYPE="))
    return made


PROGRESS = ("auto", "tty", "plain", "json", "quiet")


def style(given: str | None, environ: Mapping[str, str]) -> str:
    """Return ``--progress``, else COMPOSE_PROGRESS, else ``auto``; ``none`` is ``quiet``."""
    text = given or environ.get("COMPOSE_PROGRESS") or "auto"
    text = "quiet" if text == "none" else text
    if text not in PROGRESS:
        where = "" if given else " in COMPOSE_PROGRESS"
        message = f'unsupported --progress value "{text}"{where}'
        raise UsageError(message, hint=f"one of {', '.join(PROGRESS)}")
    return text


def build_style(chosen: str, environ: Mapping[str, str]) -> str:
    """Return how builds are shown: as *chosen*, where that is ``auto`` as BUILDKIT_PROGRESS says.

    What that variable says in the words of other tools only is passed over.
    """
    text = environ.get("BUILDKIT_PROGRESS", "").replace("rawjson", "json")
    return text if chosen == "auto" and text in PROGRESS else chosen


ANSI = ("never", "always", "auto")


def check_style(progress: str, ansi: str) -> None:
    """Raise UsageError where ``--progress`` and ``--ansi`` contradict each other."""
    if progress == "tty" and ansi == "never":
        raise UsageError("can't use --progress tty while ANSI support is disabled")
    if progress == "plain" and ansi == "always":
        raise UsageError("can't use --progress plain while ANSI support is forced")


TLS_FILES = {
    "tlscacert": "COMPOSER_TLS_CACERT",
    "tlscert": "COMPOSER_TLS_CERT",
    "tlskey": "COMPOSER_TLS_KEY",
}
"""The variables by which options name single files of a TLS connection."""
_LEVELS = ("", "trace", "debug", "info", "warning", "warn")
_SILENT_LEVELS = ("error", "fatal", "panic")


def warns(level: str) -> bool:
    """Tell whether warnings are told at ``--log-level``."""
    word = level.lower()
    if word not in {*_LEVELS, *_SILENT_LEVELS}:
        hint = f"one of {', '.join((*_LEVELS[1:5], *_SILENT_LEVELS))}"
        raise UsageError(f"Unable to parse logging level: {level}", hint=hint)
    return word in _LEVELS


def check_names(given: Mapping[str, Any]) -> None:
    """Raise UsageError where a global option is given by its name and by the one of before, too."""
    doubled = {
        'DEPRECATED "--no-ansi" and "--ansi". Please use only "--ansi"':
            given["no_ansi"] and given["ansi"] not in {None, "auto"},
        'DEPRECATED "--workdir" and "--project-directory". Please use only "--project-directory" '
        "instead": given["workdir"] and given["project_directory"],
    }  # fmt: skip
    for names, both in doubled.items():
        if both:
            raise UsageError(f"cannot specify {names}")


def deprecated(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is to be said of global options that go by another name now, or are unknown."""
    if given["no_ansi"]:
        yield "option '--no-ansi' is DEPRECATED ! Please use '--ansi' instead."
    if given["workdir"]:
        yield (
            "option '--workdir' is DEPRECATED at root level! "
            "Please use '--project-directory' instead."
        )
    if given["ansi"] not in {None, *ANSI}:
        yield f"--ansi {given['ansi']} is taken for auto: it is one of {', '.join(ANSI)}"


def not_boolean(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield what is to be said of switches whose word is neither true nor false."""
    odd = [
        name for name in _SWITCHES if environ.get(name, "").strip().lower() not in {*ON, *OFF, ""}
    ]
    if environ.get(_STATUS, "") not in {*TRUE, *FALSE, ""}:
        odd.append(_STATUS)
    for name in odd:
        yield f"{name}={environ[name]!r} is taken for false: write true or false"


def with_file(environ: Mapping[str, str], cwd: str, given: Mapping[str, Any]) -> dict[str, str]:
    """Return *environ* and what the project's ``.env`` adds of the ``COMPOSE_`` variables.

    *given* are the global options. What is wrong with the file, or with the variable that switches
    it off, is left to the command that needs it.
    """
    folder = project_folder(given["files"], given["project_directory"], cwd)
    try:
        names = named_files(cwd, environ, given["env_files"]) or dotenv(
            os.path.isfile, folder, environ
        )
    except UsageError:
        return dict(environ)
    if not names:
        return dict(environ)
    from composer.disk import Disk
    from composer.load.files import read_env_files
    from composer.load.request import Loading

    try:
        found = read_env_files(Loading(Disk(), cwd), names, environ)
    except LoadError:
        return dict(environ)
    ours = {name: value for name, value in found.items() if name.startswith("COMPOSE_")}
    return {**{name: ours[name] for name in ours.keys() - _OF_THE_SHELL}, **environ}


def limit(given: int | None, environ: Mapping[str, str]) -> int:
    """Return ``--parallel``, else COMPOSE_PARALLEL_LIMIT, else -1 for no limit."""
    if given is not None:
        return given
    text = environ.get("COMPOSE_PARALLEL_LIMIT", "-1")
    number = decimal(text)
    if number is None:
        raise UsageError(f'COMPOSE_PARALLEL_LIMIT must be an integer (found: "{text}")')
    return number


def scales(given: Sequence[str]) -> dict[str, int]:
    """Return ``--scale SERVICE=NUM`` options as numbers by service."""
    found = {}
    for one in given:
        name, _, text = one.partition("=")
        number = decimal(text)
        if not name or number is None or number < 0:
            negative = name and number is not None
            why = "The number must not be negative" if negative else "Should be SERVICE=NUM"
            message = f'invalid --scale option "{one}". {why}'
            raise UsageError(message, hint="for example --scale web=3")
        found[name] = number
    return found


def working_directory(environ: Mapping[str, str]) -> str:
    """Return the working directory as the shell knows it: by its way through symbolic links."""
    named = environ.get("PWD", "")
    if os.path.isabs(named):
        with suppress(OSError):
            if os.path.samefile(named, "."):
                return os.path.normpath(named)
    try:
        return os.getcwd()
    except OSError as gone:
        message = f"the working directory cannot be used: {(gone.strerror or str(gone)).lower()}"
        raise UsageError(message, hint="change to a folder that exists") from None
