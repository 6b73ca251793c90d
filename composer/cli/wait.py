"""``composer wait``.

May import: cli, api, plan, state.
"""

import click

from composer.cli.command import cancellable, working
from composer.cli.settings import Settings
from composer.plan.policy import DownPolicy
from composer.state import ContainerState


@click.command("wait")
@click.argument("services", nargs=-1, required=True, metavar="SERVICE...")
@click.option(
    "--down-project", is_flag=True, help="Take the project down when the first container ends."
)
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(
    settings: Settings, services: tuple[str, ...], *, down_project: bool, dry_run: bool
) -> int:
    """Wait until containers end, and end with the exit code of the last one.

    Example: composer wait tests
    """
    if dry_run or settings.dry_run:
        return 0
    with working(settings) as app, cancellable() as cancel:
        code = app.wait(services, first=down_project, told=_tell, cancel=cancel)
        if down_project:
            app.down(DownPolicy(everything=True, remove_orphans=True), cancel=cancel)
    return code


def _tell(container: ContainerState, code: int) -> None:
    click.echo(f'container "{container.id}" exited with status code {code}')
