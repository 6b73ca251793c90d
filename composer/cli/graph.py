"""``composer graph``: which service needs which.

May import: cli, api, ui, errors, state.
"""

import sys

import click

from composer.api.dependencies import Dependencies, dependencies
from composer.cli.command import application
from composer.cli.loading import loaded, warn
from composer.cli.settings import Settings
from composer.errors import EngineError
from composer.state import ContainerState

FORMATS = ("text", "mermaid", "dot", "svg")


@click.command("graph")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", help="How it is drawn."
)
@click.option("--no-state", is_flag=True, help="Do not ask the engine what runs.")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(
    settings: Settings, services: tuple[str, ...], *, form: str, no_state: bool, dry_run: bool
) -> None:
    """Show which service needs which, on what condition, and what runs.

    Example: composer graph --format svg > graph.svg
    """
    del dry_run  # looking changes nothing
    found = loaded(settings, services)
    if no_state:
        warn(settings, found.warnings)
    containers = None if no_state else _containers(settings)
    graph = dependencies(found.project, containers)
    click.echo(_drawn(graph, form), nl=False)


def _containers(settings: Settings) -> tuple[ContainerState, ...] | None:
    """Return what there is, None where nothing is there or no engine answers."""
    with application(settings) as app:
        try:
            return app.ps() or None
        except EngineError as error:
            sys.stderr.write(f"note: without state: {error.message}\n")
            return None


def _drawn(graph: Dependencies, form: str) -> str:
    if form == "svg":
        from composer.ui.graph_svg import svg

        return svg(graph)
    from composer.ui.graph import dot, mermaid, text

    return {"text": text, "mermaid": mermaid, "dot": dot}[form](graph)
