"""A project's files as they are published: those from elsewhere beside them, under hidden names.

Pure: files come through a Reader.
May import: oci, load, errors, tree, source.
"""

import posixpath
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from composer.errors import ComposerError
from composer.load.parse import decode, parse
from composer.load.reader import Reader
from composer.oci.artifact import ENVIRONMENT, Layer, hidden_name
from composer.source import Position
from composer.tree import Node

_REMOTE = ("oci://", "https://", "http://", "git@", "ssh://", "git://")


class _Use(NamedTuple):
    """A path in a file that names another file."""

    node: Node
    path: str
    suffix: str


def layers(files: Sequence[str], reader: Reader) -> list[Layer]:
    """Return the layers of a project: its files first, then those that they name.

    Raises ComposerError for what cannot be published.
    """
    own: list[Layer] = []
    others: dict[str, Layer] = {}
    for file in files:
        if file == "-":
            raise ComposerError("cannot publish standard input", hint="write it to a file")
        own.append(Layer(posixpath.basename(file), _rewritten(file, reader, others)))
    return [*own, *others.values()]


def _rewritten(file: str, reader: Reader, others: dict[str, Layer]) -> bytes:
    """Return a file with the names that others get; add these to *others*."""
    source = decode(file, reader.read(file))
    changes = []
    for use in _uses(parse(source), file):
        name = hidden_name(use.path, use.suffix)
        changes.append((use.node.pos, str(use.node.value), name))
        if name in others:
            continue
        if use.suffix == ".env":
            if reader.exists(use.path):  # it may be missing where it is not required
                others[name] = Layer(name, reader.read(use.path), ENVIRONMENT)
        else:
            others[name] = Layer(name, b"", extends=True)  # before what it names itself
            content = _rewritten(use.path, reader, others)
            others[name] = others[name].replace(content=content)
    return replaced(source.text, changes).encode() if changes else reader.read(file)


def local_includes(files: Sequence[str], reader: Reader) -> list[str]:
    """Return the places of includes of files that an artefact cannot hold."""
    found = []
    for file in files:
        for document in parse(decode(file, reader.read(file))):
            include = document.get("include")
            local = (one for one in _paths(include) if not str(one.value).startswith(_REMOTE))
            found += [str(one.pos or file) for one in local]
    return found


def _paths(include: Node | None) -> Iterator[Node]:
    if include is None:
        return
    if isinstance(include.value, str):
        yield include
    elif include.is_sequence:
        for one in include.value:
            yield from _paths(one)
    else:
        yield from _paths(include.get("path"))


def _uses(documents: Sequence[Node], file: str) -> Iterator[_Use]:
    """Yield the environment files, and the files of extends, that services name."""
    for document in documents:
        services = document.get("services")
        found = services.value if services and services.is_mapping else {}
        for service in found.values():
            extends = service.get("extends")
            named = extends.get("file") if extends is not None else None
            if named is not None:
                yield _use(named, file, posixpath.splitext(str(named.value))[1] or ".yaml")
            for one in _environment_files(service.get("env_file")):
                yield _use(one, file, ".env")


def _environment_files(node: Node | None) -> Iterator[Node]:
    if node is None or node.value is None:
        return
    if node.is_sequence:
        for one in node.value:
            yield from _environment_files(one)
    elif (path := node.get("path")) is not None:
        yield path
    elif isinstance(node.value, str):
        yield node


def _use(node: Node, file: str, suffix: str) -> _Use:
    path = str(node.value)
    if "$" in path:
        raise ComposerError(f"{node.pos}: cannot publish a file whose name is a variable: {path}")
    return _Use(node, posixpath.normpath(posixpath.join(posixpath.dirname(file), path)), suffix)


def replaced(text: str, changes: Sequence[tuple[Position | None, str, str]]) -> str:
    """Return *text* with scalars replaced: each by its place, its value, and the new one.

    Raises ComposerError for a scalar that is written in another way than plainly or quoted.
    """
    lines = text.splitlines(keepends=True)
    for place, old, new in sorted(changes, key=lambda one: one[0] or Position("", 0, 0))[::-1]:
        if place is None:
            continue
        line = lines[place.line - 1]
        start = place.column - 1
        start += line[start : start + 1] in {"'", '"'}
        if not line.startswith(old, start):
            raise ComposerError(f"{place}: cannot replace {old!r}: write it plainly, on one line")
        lines[place.line - 1] = f"{line[:start]}{new}{line[start + len(old) :]}"
    return "".join(lines)
