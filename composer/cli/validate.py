"""``composer validate``: every problem of every Compose file, for people and for CI.

May import: cli, lint, disk, ui, errors.
"""

import sys
from functools import lru_cache
from typing import Any

import click

from composer.cli.repository import projects, root_of, settings_of
from composer.cli.settings import Settings
from composer.disk import Disk
from composer.errors import UsageError
from composer.lint.choice import Choice
from composer.lint.inspect import Checked, examine, outermost
from composer.lint.report import Report
from composer.ui.reports import FORMATS, write

EPILOG = (
    "Exit codes: 0 all valid, 1 something is not, 2 the command line or the settings are wrong."
)


@click.command("validate", epilog=EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", help="Output format."
)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("-q", "--quiet", is_flag=True, help="Print only what makes it fail.")
@click.option(
    "--select", multiple=True, metavar="CODES", help="Report these codes too (all for every code)."
)
@click.option("--ignore", multiple=True, metavar="CODES", help="Do not report these codes.")
@click.option("-f", "--file", "files", multiple=True, metavar="FILE", help="As the global option.")
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="As the global option.")
@click.option("--env-file", "env_files", multiple=True, metavar="FILE", help="As the global one.")
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(settings: Settings, /, paths: tuple[str, ...], **options: Any) -> int:
    """Report every problem of Compose files: errors, and what is doubtful.

    PATH is a file, a folder that is searched, or a pattern; without one it is the project here.

    Example: composer validate --strict --format github .
    """
    settings = settings.replace(
        **{name: (*getattr(settings, name), *options[name])
           for name in ("files", "profiles", "env_files")}
    )  # fmt: skip
    if paths and settings.files:
        message = "name files with -f or as PATH, not both"
        raise UsageError(message, hint="-f names the files of one project; PATH many projects")
    root = root_of(settings.cwd)
    choice = settings_of(settings.cwd, root).also(
        options["select"], options["ignore"], strict=options["strict"]
    )
    report = Report(
        checked=tuple(_checked(settings, paths, choice)),
        strict=choice.strict, quiet=options["quiet"],
    )  # fmt: skip
    write(report, options["form"], sys.stdout, ansi=settings.ansi, environ=settings.environ)
    return 1 if report.failed else 0


def _checked(settings: Settings, paths: tuple[str, ...], choice: Choice) -> list[Checked]:
    reader, repository = Disk(), lru_cache(root_of)
    options = {
        "project_directory": settings.project_directory, "env_files": settings.env_files,
        "project_name": settings.project_name, "profiles": settings.profiles,
    }  # fmt: skip
    wanted = projects(paths, settings.cwd, choice) if paths else [settings.files]
    return outermost([
        examine(
            reader, settings.cwd, settings.environ, {**options, "files": files}, choice, repository
        )
        for files in wanted
    ])  # fmt: skip
