"""A project that comes from a registry: where it is kept, and the user's consent to its variables.

May import: cli, api, lint, load, ui, switches, errors.
"""

import posixpath
import sys
from collections.abc import Mapping

import click

from composer.api import Composer
from composer.cli.settings import Settings
from composer.errors import ComposerError
from composer.load.template import Variable
from composer.switches import AGREED

_HEADER = ("VARIABLE", "VALUE", "SOURCE", "REQUIRED", "DEFAULT")
_QUESTION = "Do you want to proceed with these variables?"


def tell_remote(app: Composer, settings: Settings, *, assume_yes: bool) -> None:
    """Tell where a project from a registry is kept; ask whether its variables are as wanted.

    Somebody else wrote it, so what it takes from this environment is listed first. Nothing is
    asked where no variable is named. Raises ComposerError where the answer is no.
    """
    if not (address := app.request.address):
        return
    app.loaded  # noqa: B018 - what is wrong with the project is told first
    if settings.progress not in {"quiet", "json"}:
        folder = posixpath.dirname(app.request.files[0])
        click.echo(f'Your compose stack "{address}" is stored in "{folder}"')
    if assume_yes:
        return
    if listed := _listed(app, settings.environ):
        click.echo(f"\nFound the following variables in configuration:\n{listed}")
        if not _agreed(settings):
            # whoever has just said no needs no advice
            hint = "" if sys.stdin.isatty() else "answer y to take them as they are"
            raise ComposerError("operation cancelled by user", hint=hint)


def _listed(app: Composer, environ: Mapping[str, str]) -> str:
    """Return the variables of the project as a table; nothing where it names none."""
    from composer.load.pipeline import load_tree
    from composer.load.variables import variables_of
    from composer.ui.tables import table

    found = load_tree(app.request.replace(interpolate=False), app.reader)
    known = app.request.environment
    rows = [_row(one, known, environ) for one in variables_of(found.tree).values()]
    return table(rows, _HEADER) if rows else ""


def _row(one: Variable, known: Mapping[str, str], environ: Mapping[str, str]) -> tuple[str, ...]:
    from composer.lint.secrets import looks_secret

    value, source = "<unset>", "none"
    if one.name in known:
        value = known[one.name]
        source = "environment" if one.name in environ else "environment file"
        value = "***" if looks_secret(one.name, value) else value
    elif one.default:
        value, source = one.default, "compose file"
    return one.name, value, source, "yes" if one.required else "no", one.default or ""


def _agreed(settings: Settings) -> bool:
    """Return the answer of the person at the terminal, else that of standard input: none is no."""
    if sys.stdin.isatty() and sys.stderr.isatty():
        from composer.ui.ask import ask  # only where something is asked

        return ask(_QUESTION, default=True, ansi=settings.ansi, environ=settings.environ)
    click.echo(f"{_QUESTION} [Y/n]: ", nl=False)
    return sys.stdin.readline().strip().lower() in AGREED
