"""Where each value of a project comes from (``config --explain``).

A value stands in a file (and may have replaced others there), or it is made of a variable, or
comes from an environment file of a service, or is implied by the specification.

May import: load, spec, tree, errors, source, value.
"""

import json
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from composer.errors import LoadError
from composer.load.dotenv import Environment, read_env
from composer.load.parse import decode, parse
from composer.load.pipeline import normal_name
from composer.load.reader import Reader
from composer.load.render import model
from composer.load.request import Loaded, Request
from composer.load.template import TemplateSyntaxError, Variable, variables
from composer.source import Position, Source
from composer.tree import Node, TreePath, dotted, find, walk
from composer.value import Value

DEFAULT = "a default of the specification"
_ATTRIBUTE = 3
"""Steps to an attribute of a service: services, its name, the attribute."""
_LOOKED_UP = frozenset({"environment", "args"})
"""Attributes whose names without a value take that of a variable."""


class Origin(Value):
    """A value of the resolved project, and why it is so; the first reason is the place."""

    path: str
    value: Any
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        shown = self.value if isinstance(self.value, str) else json.dumps(self.value)
        if not shown.isprintable() or not shown:
            shown = json.dumps(shown, ensure_ascii=False)
        return "\n    ".join([f"{self.path}: {shown}", *self.reasons])


def explain(
    loaded: Loaded, request: Request, reader: Reader, environ: Mapping[str, str], wanted: str = ""
) -> list[Origin]:
    """Return the origin of each value at or below the dotted path *wanted*.

    *environ* is the user's own environment. A service's name stands for the service.
    """
    known = _Known(loaded, request, reader, environ)
    leaves = list(_leaves(model(loaded.project, "yaml"), ()))
    for prefix in (wanted, f"services.{wanted}"):
        found = [(path, value) for path, value in leaves if _below(dotted(path), prefix)]
        if found:
            return [
                Origin(dotted(path), value, tuple(known.reasons(path, value)))
                for path, value in found
            ]
    return []


def _leaves(value: Any, path: TreePath) -> Iterator[tuple[TreePath, Any]]:
    """Yield the scalars and empty collections below *value*."""
    if isinstance(value, Mapping) and value:
        for key, entry in value.items():
            yield from _leaves(entry, (*path, str(key)))
    elif isinstance(value, (list, tuple)) and value:
        for index, entry in enumerate(value):
            yield from _leaves(entry, (*path, index))
    else:
        yield path, value


def _below(path: str, prefix: str) -> bool:
    return not prefix or path == prefix or path.startswith((f"{prefix}.", f"{prefix}["))


class _Known:
    """What a project was loaded from, looked up by place and by name."""

    def __init__(
        self, loaded: Loaded, request: Request, reader: Reader, environ: Mapping[str, str]
    ) -> None:
        self.loaded = loaded
        self.request = request
        self.reader = reader
        self.environ = environ
        self.written: dict[str, dict[Position, Any]] = {}
        self.parsed: dict[tuple[str, bool], Environment] = {}

    def reasons(self, path: TreePath, value: Any) -> Iterator[str]:
        """Yield why the value at *path* is what it is."""
        node = find(self.loaded.tree, path)
        if node is None:
            node = self._whole(path)
        if node is None or node.pos is None:
            yield self._implied(path)
            return
        parent = find(self.loaded.tree, path[:-1])
        if not self._stands(node) and parent is not None and parent.pos == node.pos:
            yield f"{DEFAULT}, for {node.pos}"
            return
        yield from self._of_node(node, path, value)

    def _whole(self, path: TreePath) -> Node | None:
        """Return the attribute that is written another way than it is shown, as a command is."""
        for end in range(len(path) - 1, _ATTRIBUTE - 1, -1):
            node = find(self.loaded.tree, path[:end])
            if node is not None:
                return None if node.is_mapping and isinstance(path[end], str) else node
        return None

    def _of_node(self, node: Node, path: TreePath, value: Any) -> Iterator[str]:
        """Yield the place, the variables in the text there, and what it replaced."""
        raw = self._raw(node)
        written = isinstance(raw, str) and raw != str(value)
        if written and "$" in raw:
            yield f"{node.pos}"
            yield f"from {_quoted(raw)}"
            yield from self._variables(raw, node)
        else:
            yield f"{node.pos}" + (f", as {_quoted(raw)}" if written else "")
        looked_up = isinstance(value, str) and not _LOOKED_UP.isdisjoint(path[-2:-1])
        if looked_up and (node.value is None or (written and raw == path[-1])):
            yield self._variable(Variable(name=str(path[-1])), node)
        yield from self._replaced(node, path)

    def _replaced(self, node: Node, path: TreePath) -> Iterator[str]:
        """Yield what other files say in the value's place, or in that of the item it is part of."""
        above = (find(self.loaded.tree, path[:end]) for end in range(len(path) - 1, 0, -1))
        item = next((one for one in above if one and one.over and one.pos == node.pos), None)
        over = node.over or (item.over if item else None)
        while over is not None:
            if over.pos and over.pos != node.pos:
                old = self._raw(over) if over.is_mapping else over.value
                plain = old is None or isinstance(old, (list, dict))
                yield f"replaces{'' if plain else f' {_quoted(old)}'} at {over.pos}"
            over = over.over

    def _variables(self, raw: str, node: Node) -> Iterator[str]:
        try:
            named = variables(raw)
        except TemplateSyntaxError:
            return
        for one in dict.fromkeys(named):
            yield self._variable(one, node)

    def _variable(self, one: Variable, node: Node) -> str:
        """Return what sets a variable that stands at *node*."""
        place = self._origin(one.name, node.pos.file if node.pos else "")
        if place:
            return f"{one.name} is set in {place}"
        if one.default is not None:
            return f"{one.name} is not set: its default is {json.dumps(one.default)}"
        return f"{one.name} is not set"

    def _origin(self, name: str, file: str) -> str:
        """Return what sets *name* for *file*: the shell, or the line of an environment file."""
        if name in self.environ:
            return "the environment"
        for one in self._env_files(file):
            line = self._parsed(one).lines.get(name)
            if line:
                return f"{self._shown(one)}:{line}"
        return "the project's name" if name in self.request.environment else ""

    def _env_files(self, file: str) -> Iterator[str]:
        """Yield the environment files for *file*, the winning one first.

        Those of the project win over those of an ``include``, and an outer one over an inner one.
        """
        yield from reversed(self.request.env_files)
        opened = self.loaded.opened
        included: list[Position] = []
        while file in opened:
            place, how = opened[file]
            included += [place] if how == "included" else []
            file = place.file
        for place in reversed(included):
            found = [one for one, (asked, how) in opened.items() if asked == place]
            yield from (one for one in reversed(found) if opened[one][1] == "read")

    def _parsed(self, file: str, *, raw: bool = False) -> Environment:
        """Return what an environment file says, nothing where it cannot be read."""
        if (file, raw) not in self.parsed:
            text = self.loaded.texts.get(self._shown(file))
            source = Source(file, self._text(file) if text is None else text)
            try:
                found = read_env(source, self.environ.get, raw=raw)
            except LoadError:
                found = Environment({})
            self.parsed[file, raw] = found
        return self.parsed[file, raw]

    def _text(self, file: str) -> str:
        try:
            return decode(file, self.reader.read(file), "surrogateescape").text
        except (OSError, LoadError):
            return ""

    def _shown(self, path: str) -> str:
        return path.removeprefix(self.request.cwd.rstrip("/") + "/")

    def _stands(self, node: Node) -> bool:
        """Tell whether a scalar stands in a file where *node* is said to be."""
        return node.pos is not None and node.pos in self._scalars(node.pos.file)

    def _raw(self, node: Node) -> Any:
        """Return the scalar as it is written in the file, before variables were replaced."""
        return self._scalars(node.pos.file).get(node.pos) if node.pos else None

    def _scalars(self, file: str) -> dict[Position, Any]:
        if file not in self.written:
            try:
                documents = parse(Source(file, self.loaded.texts.get(file, "")), lambda _: None)
            except LoadError:
                documents = []
            self.written[file] = {
                node.pos: node.value
                for doc in documents
                for _, node in walk(doc)
                if node.pos and not (node.is_mapping or node.is_sequence)
            }
        return self.written[file]

    def _implied(self, path: TreePath) -> str:
        """Return why a value is there that no file names."""
        match path:
            case ("name",):
                return self._name()
            case ("services", str(name), "environment" | "labels" as kind, str(key)):
                return self._from_file(name, kind, key)
            case ("services", _, "depends_on", str(other), *_):
                return f"implied: links, a shared namespace or volumes need {other}"
            case (_, _, "name"):
                return "implied: the project's name and the key"
            case ("services", _, "networks", "default", *_) | ("networks", "default", *_):
                return "implied: services that name no network join the default one"
        return DEFAULT

    def _name(self) -> str:
        name = self.loaded.project.name
        if self.environ.get("COMPOSE_PROJECT_NAME") == name:
            return "COMPOSE_PROJECT_NAME in the environment"
        if self.request.name:
            return "given for the project (-p, or COMPOSE_PROJECT_NAME in an environment file)"
        if normal_name(self.request.default_name) == name:
            return f"the name of the folder {posixpath.join(self.request.working_dir, '')}"
        return "name: in a file"

    def _from_file(self, service: str, kind: str, key: str) -> str:
        """Return the line of the environment or label file that has *key*."""
        attribute = "env_file" if kind == "environment" else "label_file"
        listed = find(self.loaded.tree, ("services", service, attribute))
        for entry in reversed(listed.value if listed and listed.is_sequence else []):
            named, form = entry.get("path") or entry, entry.get("format")
            file = self._shown(str(named.value))
            raw = form is not None and form.value == "raw"
            line = self._parsed(file, raw=raw).lines.get(key)
            if line:
                return f"{file}:{line}, named at {entry.pos}"
        return DEFAULT


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
