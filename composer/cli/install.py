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
_MARK = b"composer.__main__"
"""What the script imports, whichever installer wrote it."""


@click.command("plugin")
@click.option("--remove", is_flag=True, help="Take the plugin out again.")
@click.pass_obj
def command(settings: Settings, *, remove: bool) -> None:
    """Install Composer into the Docker CLI's folder of plugins, so that docker composer works.

    Example: composer plugin && docker composer version
    """
    home = settings.environ.get("DOCKER_CONFIG") or os.path.expanduser("~/.docker")
    link = Path(home) / "cli-plugins" / SCRIPT
    try:
        click.echo(_remove(link) if remove else _install(link))
    except OSError as failed:
        raise ComposerError(f"{failed.filename or link}: {failed.strerror}") from failed


def _remove(link: Path) -> str:
    """Take the plugin out; return what to tell. Raises ComposerError and OSError."""
    if not os.path.lexists(link):
        return f"{link} is not there"
    _check(link)
    link.unlink()
    return f"removed {link}"


def _install(link: Path) -> str:
    """Put the plugin in, or in place of another Composer's; return what to tell."""
    script = _script()
    link.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(link):
        _check(link)
        link.unlink()
    link.symlink_to(script)
    return f"installed {link} -> {script}"


def _check(link: Path) -> None:
    """Raise ComposerError for what no Composer has put there.

    A link whose script is gone, with the environment that it was installed in, is of no use to
    anybody.
    """
    is_script = link.is_file() and _MARK in link.read_bytes()
    if not link.is_symlink() or (link.exists() and not is_script):
        raise ComposerError(
            f"{link} is not Composer's", hint="move it away, if you do not need it, and try again"
        )


def _script() -> Path:
    beside = Path(sys.argv[0]).resolve().parent / SCRIPT
    found = beside if beside.exists() else shutil.which(SCRIPT)
    if not found:
        message = f"the script {SCRIPT} is not installed"
        raise ComposerError(message, hint="install the package with pip, then try again")
    return Path(found)
