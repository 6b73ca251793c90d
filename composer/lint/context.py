"""What the rules are given: the project, the files, and how to report something at its place.

May import: lint.codes, lint.lines, load, spec, tree, source, value.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping

from composer.lint.codes import known
from composer.lint.lines import Lines
from composer.load.reader import Reader
from composer.load.template import TemplateSyntaxError, variables
from composer.source import Diagnostic, Position, Severity
from composer.spec.project import Project
from composer.spec.service import Service
from composer.spec.shapes import EMPTY
from composer.tree import Node, TreePath, dotted, find, position
from composer.value import Value


class Context(Value):
    """One project that could be loaded.

    *project* has the services of the active profiles enabled. *root* is the folder of the
    repository, empty where there is none. *shown* names a file as the user knows it, relative to
    *cwd*. *opened* are the files that others name, and where they do.
    """

    project: Project
    reader: Reader
    shown: Callable[[str], str]
    lines: Lines
    root: str = ""
    cwd: str = ""
    opened: Mapping[str, tuple[Position, str]] = EMPTY

    @property
    def services(self) -> Mapping[str, Service]:
        """All services, those of inactive profiles too."""
        return {**self.project.services, **self.project.disabled}

    def node(self, *path: str | int) -> Node | None:
        """Return what the files say at *path*."""
        return find(self.project.node, path) if self.project.node else None

    def place(self, path: TreePath) -> Position | None:
        """Return the place of *path* in the files."""
        return position(self.project.node, path) if self.project.node else None

    def at(
        self,
        path: TreePath,
        code: str,
        message: str,
        hint: str = "",
        *,
        severity: Severity | None = None,
        also: tuple[TreePath, str] | None = None,
    ) -> Diagnostic:
        """Return a diagnostic of *code* at *path*; *also* is another place and what is there."""
        notes: tuple[tuple[Position, str], ...] = ()
        if also and (other := self.place(also[0])):
            notes = ((other, also[1]),)
        return Diagnostic(
            severity or known(code).severity,
            code, message, self.place(path), dotted(path), hint, notes,
        )  # fmt: skip

    def text_at(self, path: TreePath) -> str:
        """Return the value at *path* as it is written, to the end of its line at most."""
        node = self.node(*path)
        return self.text(node.pos) if node and node.pos else ""

    def text(self, place: Position) -> str:
        """Return the value that begins at *place* as it is written, to the end of its line."""
        line = self.lines.at(place)[place.column - 1 :]
        found = _SCALAR.match(line)
        return found[0] if found else line

    def unsettled(self, path: TreePath) -> bool:
        """Tell whether the text at *path* has a variable that is not set here.

        Elsewhere it may be, so what became of the text says little.
        """
        text = self.text_at(path)
        if "$" not in text:
            return False
        try:
            named = variables(text)
        except TemplateSyntaxError:
            return True
        known = self.project.environment
        return any(one.default is None and not known.get(one.name) for one in named)

    def within(self, path: str, folder: str) -> bool:
        """Tell whether the absolute *path* is *folder* or below it."""
        path = posixpath.normpath(path)
        return path == folder or path.startswith(folder.rstrip("/") + "/")


_VARIABLE = r"\$\{(?:[^{}]|\{[^}]*\})*\}"
_SCALAR = re.compile(
    rf"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|(?![\[{{])(?:{_VARIABLE}|,(?!\s)|[^,\]}}])+"""
)
"""A quoted text, or a plain one as far as it can reach within brackets."""

Found = Iterator[Diagnostic]
Rule = Callable[[Context], Found]
