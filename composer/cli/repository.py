"""What the disk says for `validate`: files below folders, the repository, its settings.

May import: cli, lint, errors.
"""

import glob
import os
from collections.abc import Iterable, Iterator

from composer.errors import UsageError
from composer.lint.choice import Choice, from_table
from composer.lint.projects import NAMES, Files, group, is_standard, partners

_SKIPPED = frozenset({"node_modules", "__pycache__"})
_SETTINGS = (".composer.toml", "pyproject.toml")


def projects(paths: Iterable[str], cwd: str, choice: Choice) -> list[Files]:
    """Return the projects that *paths* (files, folders, patterns) stand for, without excluded ones.

    Raises UsageError for a path that stands for nothing.
    """
    found: list[str] = []
    for path in paths:
        files = [os.path.normpath(os.path.join(cwd, one)) for one in _files(path, cwd, choice)]
        if not files:
            message = f"no Compose file at {path}"
            hint = f"in a folder they are named {', '.join(NAMES)}"
            raise UsageError(message, hint=hint)
        found += [one for one in files if not choice.excludes(one)]
    existing = {one for path in found for one in partners(path) if os.path.isfile(one)}
    return group(found, frozenset(existing))


def _files(path: str, cwd: str, choice: Choice) -> list[str]:
    full = os.path.join(cwd, path)
    if os.path.isfile(full):
        return [path]
    if os.path.isdir(full):
        return list(_below(os.path.normpath(full), choice))
    if glob.has_magic(path):
        matches = sorted(glob.glob(path, root_dir=cwd, recursive=True))
        return [
            file
            for match in matches
            for file in (_files(match, cwd, choice) if os.path.isdir(match) else [match])
        ]
    message = f"there is no file or folder {path}"
    raise UsageError(message, hint="-f - reads standard input" if path == "-" else "")


def _below(folder: str, choice: Choice) -> Iterator[str]:
    """Yield the standard Compose files below *folder*, without hidden and excluded folders."""
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(
            one
            for one in folders
            if not one.startswith(".")
            and one not in _SKIPPED
            and not choice.excludes(os.path.join(here, one))
        )
        yield from (os.path.join(here, one) for one in sorted(files) if is_standard(one))


def root_of(folder: str) -> str:
    """Return the repository's folder above (or at) *folder*, empty where there is none."""
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        if folder == os.path.dirname(folder):
            return ""
        folder = os.path.dirname(folder)


def settings_of(folder: str, root: str) -> Choice:
    """Return what the nearest settings file says, from *folder* up to *root* (or to the top)."""
    while True:
        for name in _SETTINGS:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and (choice := _read(path, folder)) is not None:
                return choice
        if folder in {root, os.path.dirname(folder)}:
            return Choice()
        folder = os.path.dirname(folder)


def _read(path: str, folder: str) -> Choice | None:
    """Return the choice in a settings file, None for a pyproject.toml that has none."""
    import tomllib

    try:
        with open(path, "rb") as file:
            content = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        message = f"{path}: {wrong}"
        raise UsageError(message) from None
    tool = content.get("tool", {})
    if not isinstance(tool, dict):
        message = f"{path}: tool must be a table"
        raise UsageError(message)
    table = tool.get("composer")
    if table is None and os.path.basename(path) == _SETTINGS[0]:
        table = {key: value for key, value in content.items() if key != "tool"}
    if table is None:
        return None
    if not isinstance(table, dict):
        message = f"{path}: tool.composer must be a table"
        raise UsageError(message)
    return from_table(table, folder, path)
