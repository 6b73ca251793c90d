"""Everything that is wrong, or doubtful, in one project.

May import: lint, load, errors, source, value, spec.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from composer.errors import LoadError, UsageError
from composer.lint.choice import Choice
from composer.lint.comments import silenced
from composer.lint.context import Context
from composer.lint.lines import Lines
from composer.lint.mending import Mending, mend
from composer.load.discover import discover
from composer.load.reader import Reader
from composer.load.request import Request
from composer.source import Diagnostic, Position
from composer.spec.shapes import EMPTY
from composer.value import Value


class Checked(Value):
    """What was found in one project: *files* as the user knows them, problems by place.

    *texts* are the contents of the files that were read, for excerpts; *included* are those that
    others include.
    """

    files: tuple[str, ...]
    problems: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = EMPTY
    included: frozenset[str] = frozenset()


def outermost(found: Sequence[Checked]) -> list[Checked]:
    """Return *found* without projects that are part of another one, and were checked with that.

    By themselves they may lack variables, networks or services that the other one has.
    """
    return [
        one
        for one in found
        if not any(
            other.included.issuperset(one.files) and not one.included.issuperset(other.files)
            for other in found
            if other is not one
        )
    ]


def examine(
    reader: Reader,
    cwd: str,
    environ: Mapping[str, str],
    options: Mapping[str, Any],
    choice: Choice | None = None,
    root_of: Callable[[str], str] = lambda _: "",
) -> Checked:
    """Return what is to be said of the project that *options*, those of discover, lead to.

    *root_of* finds the repository of a folder. Raises UsageError where there is no file.
    """
    loading = Mending(reader, cwd)
    try:
        request = discover(reader, cwd, environ, **options, loading=loading)
    except LoadError as wrong:
        first = wrong.diagnostics[0]
        if first.code == "no-file":
            raise UsageError(first.message, hint=first.hint) from None
        below = cwd.rstrip("/") + "/"
        shown = tuple(one.removeprefix(below) for one in options.get("files", ()))
        return Checked(files=shown, problems=tuple(wrong.diagnostics))
    return inspect(request, reader, choice, root_of(request.working_dir), loading)


def inspect(
    request: Request,
    reader: Reader,
    choice: Choice | None = None,
    root: str = "",
    found: Mending | None = None,
) -> Checked:
    """Return what is to be said of the project; *root* is the repository's folder, if known.

    *found* is the loading with which the request was discovered, if any.
    """
    choice = choice or Choice()
    loaded, problems, loading = mend(request, reader, found)
    lines = Lines(loading.texts)
    if loaded is not None:
        from composer.lint.rules import judge

        context = Context(
            project=loaded.project, reader=reader, shown=loading.shown, lines=lines,
            root=root, cwd=loading.cwd, opened=loading.opened,
        )  # fmt: skip
        problems += loading.own(judge(context, choice))
    wanted = _wanted(problems, choice, loading, lines)
    files = tuple(loading.shown(file) if file != "-" else "<stdin>" for file in request.files)
    included = frozenset(file for file, (_, how) in loading.opened.items() if how == "included")
    return Checked(files=files, problems=wanted, texts=loading.texts, included=included)


def _wanted(
    problems: Iterable[Diagnostic], choice: Choice, loading: Mending, lines: Lines
) -> tuple[Diagnostic, ...]:
    """Return the problems to report: each once, with frames, by place."""
    kept = dict.fromkeys(
        loading.framed(one)
        for one in problems
        if choice.wants(one.code) and not silenced(one, lines)
    )
    return tuple(_joined(sorted(kept, key=_by_place)))


def _joined(problems: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Join what is said of one place for several services, as where they share an anchor."""
    alike: dict[Diagnostic, list[Diagnostic]] = {}
    for one in problems:
        alike.setdefault(one.replace(path="") if one.position else one, []).append(one)
    for first, *others in alike.values():
        places = "place" if len(others) == 1 else "places"
        more = f"; so in {len(others)} more {places} made of it" if others else ""
        yield first.replace(message=f"{first.message}{more}") if more else first


def _by_place(one: Diagnostic) -> tuple[str, int, int, str, str]:
    place = one.position or Position("", 0, 0)
    return (*place, one.code, one.path)
