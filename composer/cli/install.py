"""``composer plugin``: make ``docker composer`` work.

May import: cli, errors.
"""

import os
import shutil
import sys
from pathlib import Path

import click

from composer.cli.settings import Settings
from composer.errors import ComposerError

SCRIPT = "docker-composer"


@click.command("plugin")
@click.option("--remove", is_flag=True, help="Take the plugin out again.")
@click.pass_obj
def command(settings: Settings, *, remove: bool) -> None:
    """Install Composer into the Docker CLI's folder of plugins, so that docker composer works.

    Example: composer plugin && docker composer version
    """
    home = settings.environ.get("DOCKER_CONFIG") or os.path.expanduser("~/.docker")
    link = Path(home) / "cli-plugins" / SCRIPT
    if remove:
        link.unlink(missing_ok=True)
        click.echo(f"removed {link}")
        return
    script = _script()
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink() or link.exists():
        link.unlink()
    link.symlink_to(script)
    click.echo(f"installed {link} -> {script}")


def _script() -> Path:
    beside = Path(sys.argv[0]).resolve().parent / SCRIPT
    found = beside if beside.exists() else shutil.which(SCRIPT)
    if not found:
        message = f"the script {SCRIPT} is not installed"
        raise ComposerError(message, hint="install the package with pip, then try again")
    return Path(found)
