"""Loading the project that the global options describe, for every command that needs one.

May import: cli, load, disk, ui, api, source.
"""

import sys
from collections.abc import Iterable
from typing import Any

from composer.cli.settings import Settings
from composer.disk import Disk
from composer.load.discover import discover
from composer.load.pipeline import load, load_tree, with_variables
from composer.load.request import Loaded, Request
from composer.load.select import chosen, without_unused
from composer.source import Diagnostic


def request(settings: Settings, reader: Disk) -> Request:
    """Return what is to be loaded."""

    def fetch(address: str) -> str:
        from composer.api.remote import fetched  # only for addresses: it brings all use cases

        return fetched(address, settings.environ)

    return discover(
        reader,
        settings.cwd,
        settings.environ,
        files=settings.files,
        project_directory=settings.project_directory,
        env_files=settings.env_files,
        project_name=settings.project_name,
        profiles=settings.profiles,
        fetch=fetch,
    )


def loaded(
    settings: Settings, services: Iterable[str] = (), *, bound: bool = True, **switches: Any
) -> Loaded:
    """Return the project, reduced to *services* and what they need where any are named.

    *switches* are those of a Request; without *bound* only the merged tree is wanted. Raises
    LoadError.
    """
    reader = Disk()
    wanted = request(settings, reader).replace(**switches)
    if not bound:
        return load_tree(wanted, reader)
    found = load(wanted, reader)
    if names := list(services):
        found = found.replace(project=chosen(found.project, names))
        if wanted.resolve_environment:  # of those that were of an inactive profile
            found = with_variables(found, reader, wanted.cwd)
    if not settings.all_resources:
        found = found.replace(project=without_unused(found.project))
    return found


def warn(settings: Settings, warnings: Iterable[Diagnostic]) -> None:
    """Print warnings on standard error, unless none are wanted."""
    warnings = list(warnings)
    if warnings and settings.warns:
        from composer.ui.problems import show_diagnostics

        show_diagnostics(
            warnings,
            ansi=settings.ansi,
            stream=sys.stderr,
            progress=settings.progress,
            environ=settings.environ,
        )
