"""What the loader is asked for, what it gives back, and the state of one loading.

May import: load.dotenv, load.reader, load.parse, spec, tree, errors, source, value.
"""

import posixpath
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from composer.errors import LoadError, ParseError, SchemaError
from composer.load.dotenv import Lookup, read_env
from composer.load.parse import decode, parse
from composer.load.reader import Reader, unreadable
from composer.source import Diagnostic, Position, Source, error
from composer.spec.project import Project
from composer.spec.shapes import EMPTY, Misfit
from composer.tree import Node, TreePath, dotted, walk
from composer.value import Value

PROJECT = "COMPOSE_PROJECT_NAME"


class Request(Value):
    """Which files, from where, with which variables.

    *files* are absolute paths or ``-``, at least one. *working_dir* is the project's folder, *cwd*
    the user's (names in messages are relative to it). *name* is the project's where the user gave
    one, else *default_name* counts unless a file has one. *warnings* came up while it was all being
    found; the loading reports them. *named_env_files* are those of *env_files* that the user named
    rather than found as ``.env``. *address* is what the first file was fetched from, if it was.
    *home* is the user's folder, empty where the user's own environment lacks it. The switches are
    those of ``config``.
    """

    files: tuple[str, ...]
    working_dir: str
    environment: Mapping[str, str] = EMPTY
    name: str = ""
    default_name: str = ""
    profiles: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    named_env_files: tuple[str, ...] = ()
    cwd: str = "/"
    address: str = ""
    home: str = ""
    warnings: tuple[Diagnostic, ...] = ()
    interpolate: bool = True
    normalize: bool = True
    resolve_paths: bool = True
    consistency: bool = True
    resolve_environment: bool = True
    check_entries: bool = True
    """Whether what is wrong with single entries is an error, also without *consistency*."""
    unique_names: bool = True
    """Whether services that share a `container_name` are an error: they cannot be created."""
    keep_label_files: bool = False
    """Whether their names stay beside what they contain: Docker Compose hashes them."""


class Loaded(Value):
    """A project, the tree that it was bound from, and the warnings on the way.

    *texts* are the contents of the files by name, *opened* where another file names one.
    """

    project: Project
    tree: Node
    warnings: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = EMPTY
    opened: Mapping[str, tuple[Position, str]] = EMPTY


class Loading:
    """The state of one loading: the reader, what was found wrong, and the texts for excerpts.

    *known* are the values that included files know for the variables of their configs and secrets:
    by kind, name and variable.
    """

    def __init__(self, reader: Reader, cwd: str) -> None:
        self.reader = reader
        self.cwd = cwd
        self.diagnostics: list[Diagnostic] = []
        self.texts: dict[str, str] = {}
        self.opened: dict[str, tuple[Position, str]] = {}
        self.includes = 0
        self.known: dict[tuple[str, str, str], str] = {}
        self._parsed: dict[str, list[Node]] = {}

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic; errors are raised at the end of the stage."""
        self.diagnostics.append(diagnostic)

    def stop_on_errors(self, kind: type[LoadError] = SchemaError) -> None:
        """Raise the errors found so far, if any."""
        errors = [one for one in self.diagnostics if one.severity == "error"]
        if errors:
            raise kind(sorted(errors, key=_in_order))

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings found so far, each once."""
        return tuple(dict.fromkeys(one for one in self.diagnostics if one.severity == "warning"))

    def shown(self, path: str) -> str:
        """Return *path* as the user knows it: relative to the working directory if below it."""
        below = self.cwd.rstrip("/") + "/"
        return path.removeprefix(below)

    def source(
        self,
        path: str,
        asked: Position | None = None,
        how: str = "read",
        errors: str = "strict",
    ) -> Source:
        """Read a file; *asked* is where another file names it, *how* what it does with it.

        *errors* is what ``decode`` does with bytes that are no UTF-8.
        """
        name = "<stdin>" if path == "-" else self.shown(path)
        if asked is not None:
            self.opened.setdefault(name, (asked, how))
        try:
            if path != "-" and not self.reader.is_file(path):
                why = unreadable(self.reader, path, "no such file or directory")
                place = path if asked is None else name  # on the command line: nobody sees where
                raise ParseError(error("missing-file", f"open {place}: {why}", asked))
            source = decode(name, self.reader.read(path), errors)
        except OSError as wrong:
            why = wrong.strerror or str(wrong)
            message = f"{name}: cannot be read: {why[:1].lower()}{why[1:]}"
            raise ParseError(error("missing-file", message, asked)) from None
        self.texts[name] = source.text
        return source

    def variables(
        self,
        source: Source,
        lookup: Lookup,
        *,
        raw: bool = False,
        above: Mapping[str, str] = EMPTY,
    ) -> dict[str, str | None]:
        """Return the variables of an environment file, and report what it warns of."""
        found = read_env(source, lookup, raw=raw, above=above)
        for one in found.warnings:
            self.report(one)
        return dict(found.values)

    def documents(self, path: str, asked: Position | None = None, how: str = "read") -> list[Node]:
        """Read and parse a file, once however often it is asked for."""
        if path not in self._parsed:
            self._parsed[path] = parse(self.source(path, asked, how))
        return self._parsed[path]

    def framed(self, one: Diagnostic) -> Diagnostic:
        """Add the ``include`` or ``extends`` that led to the file, and what led to that one."""
        notes = list(one.notes)
        file = one.position.file if one.position else ""
        seen: set[str] = set()
        while file in self.opened and file not in seen:
            seen.add(file)
            place, how = self.opened[file]
            frame = (place, f"{how} from here")
            if frame not in notes:
                notes.append(frame)
            file = place.file
        return one.replace(notes=tuple(notes)) if len(notes) > len(one.notes) else one

    @contextmanager
    def framing(self) -> Iterator[None]:
        """Add to each error the frames that led to its file, and the warnings before it."""
        try:
            yield
        except LoadError as wrong:
            found = [self.framed(one) for one in wrong.diagnostics]
            raise type(wrong)(found, self.warnings) from None

    @contextmanager
    def fitting(self, root: Node) -> Iterator[None]:
        """Turn a Misfit below *root* into the error that the user sees."""
        try:
            yield
        except Misfit as wrong:
            path = dotted(path_of(root, wrong.node))
            raise SchemaError(
                error(wrong.code, wrong.message, wrong.node.pos, path=path, hint=wrong.hint)
            ) from None


def _in_order(diagnostic: Diagnostic) -> tuple[str, int, int]:
    """Return what sorts diagnostics as their places stand in the files."""
    return diagnostic.position or ("", 0, 0)


def path_of(root: Node, node: Node) -> TreePath:
    """Return where *node* is below *root*: the same node, else one at the same place."""
    at_place: TreePath = ()
    for path, one in walk(root):
        if one is node:
            return path
        if not at_place and one.pos and one.pos == node.pos:
            at_place = path
    return at_place


def folder_of(path: str) -> str:
    """Return the folder of an absolute path."""
    return posixpath.dirname(path)
