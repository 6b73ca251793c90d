"""``composer alpha generate``.

May import: cli, api, load, errors.
"""

from typing import Any

import click

from composer.cli.choices import Known
from composer.cli.command import application
from composer.cli.settings import Settings
from composer.errors import UsageError

_FORMS = ("yaml", "json")


@click.command("generate")
@click.argument("containers", nargs=-1, metavar="[CONTAINER]...")
@click.option(
    "--format", "form", type=Known(_FORMS), default="yaml", help="Output format (default: yaml)."
)
@click.option("--name", default="", metavar="NAME", help="Name of the project in the file.")
@click.option(
    "--project-dir", default="", hidden=True, help="Without effect, as in Docker Compose."
)
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(settings: Settings, /, containers: tuple[str, ...], **flags: Any) -> None:
    """Print a Compose file that describes existing containers.

    It has images, variables, labels, health checks, networks, ports, volumes and secrets, but no
    commands or limits.

    Example: composer alpha generate --name shop web db > compose.yaml
    """
    from composer.load import render

    del flags["project_dir"]
    click.echo("generate command is EXPERIMENTAL", err=True)
    if (form := flags["form"]) not in _FORMS:
        raise UsageError(f'unsupported format "{form}"', hint=" or ".join(_FORMS))
    with application(settings) as app:
        project = app.generate(containers, flags["name"] or settings.project_name)
    made = render.model(project, form)
    if form == "json":
        click.echo(render.to_json(made, "$"))
    else:
        shown = {key: value for key, value in made.items() if value or key != "name"}
        click.echo(render.to_yaml(shown, "$"))  # with an empty line at its end, as Compose's
