"""Loading a project in spite of its errors, to find those behind the first ones.

A stage of the loader stops at the first errors. Here, what they point at is taken out of the files'
trees, and loading begins anew, until it succeeds or there is nothing left to take out. Files are
parsed once. An error that is only the consequence of what was taken out is not reported.

May import: load, spec, tree, errors, source.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from composer.errors import LoadError
from composer.load.dotenv import Lookup
from composer.load.parse import parse
from composer.load.pipeline import load
from composer.load.reader import Reader
from composer.load.request import Loaded, Loading, Request
from composer.source import Diagnostic, Position, Source
from composer.spec.service import Service
from composer.spec.shapes import EMPTY
from composer.tree import Node, TreePath, build, dotted, plain, walk

ROUNDS = 100
"""How often loading begins anew at most: some errors come one at a time."""

_STUBS = {
    "services": {"image": "stub"},
    "networks": None,
    "volumes": None,
    "secrets": {"external": True},
    "configs": {"external": True},
}
"""What stands for a resource that was taken out, so that what refers to it finds it."""

_USERS = frozenset({"networks", "volumes", "secrets", "configs", "models", "build"})
"""Attributes of a service whose absence makes a resource look unused."""
_INDEX = re.compile(r"\[\d+\]")
_OF_VARIABLES = frozenset({"unset-variable", "required-variable"})
"""What may be said of a variable only because an environment file was not read to its end."""


class _Spot(NamedTuple):
    """What an error points at: a place, and the key there, ``[]`` for an item, empty for any."""

    position: Position
    key: str


class Mended(NamedTuple):
    """What became of a project: None where it could not be loaded at all."""

    loaded: Loaded | None
    problems: list[Diagnostic]
    loading: "Mending"


def mend(request: Request, reader: Reader, loading: "Mending | None" = None) -> Mended:
    """Load as much of the project as can be; consistency and service files are not looked at.

    *loading* is the one with which the request was discovered, if any.
    """
    request = request.replace(consistency=False, check_entries=False, resolve_environment=False)
    loading = loading or Mending(reader, request.cwd)
    problems: dict[Diagnostic, None] = {}
    loaded = None
    for _ in range(ROUNDS):
        loading.diagnostics = []
        try:
            loaded = load(request, reader, loading)
            break
        except LoadError as wrong:
            problems.update(dict.fromkeys(loading.own([*wrong.diagnostics, *wrong.warnings])))
            if any(one.code == "project-name" for one in wrong.diagnostics):
                request = request.replace(name="project")
            elif not loading.take_out(wrong.diagnostics):
                break
    problems.update(dict.fromkeys(loading.own(loading.warnings)))
    return Mended(loaded, [*loading.early, *_told_once(problems)], loading)


def _told_once(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return *problems* with each variable that is not set at the first place of all rounds."""
    said: set[str] = set()
    kept = []
    for one in problems:
        if one.code != "unset-variable" or one.message not in said:
            kept.append(one)
        if one.code == "unset-variable":
            said.add(one.message)
    return kept


class Mending(Loading):
    """A loading whose documents lack what was taken out."""

    def __init__(self, reader: Reader, cwd: str) -> None:
        super().__init__(reader, cwd)
        self.early: list[Diagnostic] = []
        self._spots: set[_Spot] = set()
        self._paths: set[str] = set()
        self._above: set[str] = set()
        self._mended: dict[str, list[Node]] = {}
        self._whole: list[Node] = []
        self._unread = False

    def variables(
        self,
        source: Source,
        lookup: Lookup,
        *,
        raw: bool = False,
        above: Mapping[str, str] = EMPTY,
    ) -> dict[str, str | None]:
        """Return the variables of an environment file down to its first error, which is kept."""
        found: Sequence[Diagnostic] = ()
        while True:
            try:
                read = super().variables(source, lookup, raw=raw, above=above)
            except LoadError as wrong:
                found = found or wrong.diagnostics
                place = wrong.diagnostics[0].position
                source = _above(source, place.line if place else 1)
            else:
                self.early += [one for one in found if one not in self.early]
                self._unread = self._unread or bool(found)
                return read

    def documents(self, path: str, asked: Position | None = None, how: str = "read") -> list[Node]:
        """Read and parse a file, without what was taken out."""
        if path not in self._mended:
            found = parse(self.source(path, asked, how), self.early.append)
            self._whole += found
            self._mended[path] = [_without(one, self._spots, (), self._paths) for one in found]
        return self._mended[path]

    def take_out(self, problems: Iterable[Diagnostic]) -> bool:
        """Take out what *problems* point at; tell whether there was anything."""
        placed = [one for one in problems if one.position is not None]
        for path in {one.path for one in placed if one.path}:
            self._paths.add(path)
            self._above.update(_heads(path))
        exact = {_Spot(one.position, _last(one.path)) for one in placed if one.position}
        loose = {spot._replace(key="") for spot in exact}
        return self._remove(exact) or self._remove(loose) or self._remove(self._texts(placed))

    def _texts(self, problems: Iterable[Diagnostic]) -> set[_Spot]:
        """Return where the texts begin within which *problems* are."""
        wanted = {(one.position.file, one.path) for one in problems if one.position}
        nodes = (found for all_ in self._mended.values() for one in all_ for found in walk(one))
        return {
            _Spot(one.pos, "")
            for path, one in nodes
            if one.pos and (one.pos.file, dotted(path)) in wanted
        }

    def _remove(self, spots: set[_Spot]) -> bool:
        changed = False
        for path, documents in self._mended.items():
            made = [_without(one, spots, (), self._paths) for one in documents]
            changed |= any(one is not other for one, other in zip(made, documents, strict=True))
            self._mended[path] = made
        self._spots |= spots
        return changed

    def own(self, problems: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return *problems* without those that are but consequences of what was found before."""
        early = {one.position for one in self.early}
        return [
            self._counted(one)
            for one in problems
            if one.position not in early and not self._follows(one)
        ]

    def _counted(self, problem: Diagnostic) -> Diagnostic:
        """Return *problem* with its index as in the file, where items before it were taken out."""
        lists = {one.rpartition("[")[0] for one in self._paths if one.endswith("]")}
        if any(problem.path.startswith(f"{one}[") for one in lists):
            kind = _INDEX.sub("[]", problem.path)
            for path, node in (found for one in self._whole for found in walk(one)):
                written = dotted(path)
                if node.pos == problem.position and _INDEX.sub("[]", written) == kind:
                    return problem.replace(path=written)
        return problem

    def _follows(self, problem: Diagnostic) -> bool:
        """Tell whether *problem* is but a consequence of what was taken out, or was not read."""
        if not self._paths or problem.code in _OF_VARIABLES:
            return self._unread and problem.code in _OF_VARIABLES
        path, code = problem.path, problem.code
        if any(one in self._paths and "[" not in one for one in (path, *_heads(path))):
            return True
        if code == "no-image":
            extended = any(one.endswith(".extends") for one in self._paths)
            return extended or any(_may_be_image(one, path) for one in self._paths)
        if code == "missing-attribute":
            return path in self._above
        if code == "empty-file":
            return True
        kind = code.partition("-")[2] + "s"
        undefined = code.startswith("undefined-") and kind in self._paths
        return undefined or (code.startswith("unused-") and any(map(_uses, self._paths)))


def _above(source: Source, line: int) -> Source:
    """Return what stands above *line*: in any case less than before."""
    lines = source.text.removesuffix("\n").split("\n")
    return Source(source.name, "".join(f"{one}\n" for one in lines[:-1][: line - 1]))


def _may_be_image(path: str, service: str) -> bool:
    """Tell whether *path* is what the service is made of, or a misspelt attribute of it."""
    if not path.startswith(f"{service}."):
        return False
    attribute = path.removeprefix(f"{service}.").partition("[")[0].partition(".")[0]
    return attribute in {"image", "build", "provider"} or attribute not in Service.__attrs__


def _heads(path: str) -> list[str]:
    """Return the dotted paths above *path*."""
    return [path[:at] for at, char in enumerate(path) if char in ".["]


def _uses(path: str) -> bool:
    section, _, rest = path.partition(".")
    attribute = rest.partition(".")[2].partition("[")[0].partition(".")[0]
    return section == "services" and (not attribute or attribute in _USERS)


def _last(path: str) -> str:
    """Return the last key of a dotted path, ``[]`` for an item of a list."""
    return "[]" if path.endswith("]") else path.rpartition(".")[2]


def _without(node: Node, spots: set[_Spot], path: TreePath, taken: set[str]) -> Node:
    """Return *node* without what *spots* point at; inner nodes come first.

    The paths of what is taken out are added to *taken*.
    """
    if not spots or not (node.is_mapping or node.is_sequence):
        return node
    if node.is_sequence:
        items = []
        for index, item in enumerate(node.value):
            made = _without(item, spots, (*path, index), taken)
            if made is not item or not _hit(spots, made.pos, "[]"):
                items.append(made)
            else:
                taken.add(dotted((*path, index)))
        same = len(items) == len(node.value) and all(map(_is, items, node.value))
        return node if same else node.with_value(items)
    entries = {}
    for key, entry in node.value.items():
        made = _without(entry, spots, (*path, key), taken)
        if made is entry and _hit(spots, node.keys.get(key), key, entry.pos):
            taken.add(dotted((*path, key)))
            stub = _stub((*path, key), entry)
            if stub is not None:
                entries[key] = stub
            continue
        entries[key] = made
    same = len(entries) == len(node.value) and all(entries[k] is node.value[k] for k in entries)
    return node if same else node.with_value(entries)


def _hit(
    spots: set[_Spot], place: Position | None, key: str, other: Position | None = None
) -> bool:
    return any(_Spot(one, name) in spots for one in (place, other) if one for name in (key, ""))


def _stub(path: TreePath, entry: Node) -> Node | None:
    """Return what stands for the resource at *path*; None where that would not help."""
    if len(path) != 2 or path[0] not in _STUBS:  # noqa: PLR2004 - a section and a name
        return None
    value = _STUBS[str(path[0])]
    return None if plain(entry) == value else build(value, entry.pos)


def _is(one: object, other: object) -> bool:
    return one is other
