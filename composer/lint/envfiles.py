"""The rule that reads the environment and label files of services, for what is wrong in them.

May import: lint.context, load, errors, source, tree.
"""

from composer.errors import LoadError
from composer.lint.context import Context, Found
from composer.load.dotenv import read_env
from composer.load.parse import decode
from composer.source import Diagnostic, Position
from composer.tree import TreePath  # noqa: TC001 - as the other types


def contents(context: Context) -> Found:
    """Report each file's first error, or its warnings; a file that is missing is another rule's."""
    seen: set[tuple[str, str]] = set()
    for name, service in context.services.items():
        top: TreePath = ("services", name)
        files: list[tuple[TreePath, str, str]] = [
            ((*top, "env_file", index, "path"), entry.path, entry.format)
            for index, entry in enumerate(service.env_file)
        ]
        files += [((*top, "label_file", i), file, "") for i, file in enumerate(service.label_file)]
        for path, file, form in files:
            if form not in {"", "raw"}:
                message = f"the format {form!r} is not known; only raw is"
                yield context.at(path, "invalid-value", message)
            elif (file, form) not in seen and context.reader.is_file(file):
                seen.add((file, form))
                asked = context.place(path)
                for one in _read(context, file, raw=form == "raw"):
                    yield _from(one, asked)


def _read(context: Context, file: str, *, raw: bool) -> list[Diagnostic]:
    name = context.shown(file)
    lookup = context.project.environment.get
    try:
        source = decode(name, context.reader.read(file), "strict" if raw else "surrogateescape")
        return list(read_env(source, lookup, raw=raw).warnings)
    except LoadError as wrong:
        return list(wrong.diagnostics)
    except OSError as wrong:
        why = (wrong.strerror or str(wrong)).lower()
        return [Diagnostic("error", "missing-env-file", f"{name}: cannot be read: {why}")]


def _from(one: Diagnostic, asked: Position | None) -> Diagnostic:
    if asked is None:
        return one
    if one.position is None:
        return one.replace(position=asked)
    return one.replace(notes=(*one.notes, (asked, "read from here")))
