"""``composer alpha viz``.

May import: cli, api, ui, errors.
"""

from typing import Any

import click

from composer.api.dependencies import dependencies
from composer.cli.loading import loaded, warn
from composer.cli.settings import Settings
from composer.errors import UsageError


@click.command("viz", context_settings={"allow_extra_args": True})  # and pays no heed to them
@click.option("--image", is_flag=True, help="Show images.")
@click.option(
    "--indentation-size", type=int, default=1, metavar="N", help="Tabs or blanks of an indent."
)
@click.option("--networks", is_flag=True, help="Show networks.")
@click.option("--ports", is_flag=True, help="Show published ports.")
@click.option("--spaces", is_flag=True, help="Indent with blanks, not tabs.")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(settings: Settings, /, **flags: Any) -> None:
    """Print which service needs which, for Graphviz, as Docker Compose does.

    Example: composer alpha viz --ports | dot -Tsvg > project.svg

    composer graph draws more: conditions, states, other formats.
    """
    from composer.ui.graph_viz import viz

    size = flags["indentation_size"]
    if size < 0:
        raise UsageError(f"invalid indentation size: {size}")
    click.echo("viz command is EXPERIMENTAL", err=True)
    found = loaded(settings)
    warn(settings, found.warnings)
    parts = [name for name in ("networks", "ports", "image") if flags[name]]
    indent = (" " if flags["spaces"] else "\t") * size
    graph = dependencies(found.project)
    click.echo(viz(graph, found.project, parts=parts, indent=indent))
