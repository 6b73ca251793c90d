"""``composer build``.

May import: cli, api, ui.
"""

import sys
from typing import Any

import click

from composer.api.images import BuildOptions
from composer.cli.command import cancellable, hushed, working
from composer.cli.settings import Settings
from composer.errors import UsageError
from composer.run.events import Event, Listener, Notice, Output, Progress
from composer.ui.progress import progress

_REFUSED = {
    "check": "it needs a builder beside the engine",
    "printed": "Composer does not build through bake",
    "provenance": "the engine's own BuildKit makes no attestations",
    "sbom": "the engine's own BuildKit makes no attestations",
}


@click.command("build")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "--build-arg",
    "arguments",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a build argument (repeatable; without a value, the environment's).",
)
@click.option("--no-cache", is_flag=True, help="Do every step anew.")
@click.option("--pull", is_flag=True, help="Pull base images though they are there.")
@click.option("--push", is_flag=True, help="Push the images when they are built.")
@click.option("-q", "--quiet", is_flag=True, help="Do not show the steps.")
@click.option("--with-dependencies", is_flag=True, help="Build the services these depend on too.")
@click.option("--ssh", default="", metavar="ID[=PATH]", help="SSH agent or key for the build.")
@click.option("--builder", default="", metavar="NAME", help="Only default: the engine's own.")
@click.option(
    "-m", "--memory", default="", metavar="BYTES", help="Without effect, BuildKit's rule."
)
@click.option("--check", is_flag=True, hidden=True)
@click.option("--print", "printed", is_flag=True, hidden=True)
@click.option("--provenance", default="", hidden=True)
@click.option("--sbom", default="", hidden=True)
@click.option("--progress", "style", default="", hidden=True)
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, /, services: tuple[str, ...], **flags: Any) -> None:
    """Build the images of services.

    Example: composer build --pull --build-arg VERSION=3 web
    """
    _refuse(flags)
    settings = settings.replace(progress=flags["style"] or settings.progress)
    dry_run = flags["dry_run"] or settings.dry_run
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        if flags["memory"]:
            app.emit(Notice("warning", "--memory has no effect: BuildKit does not limit memory"))
        if flags["quiet"]:
            app.emit = hushed(app.emit)
        elif not dry_run:
            app.emit = _divided(settings, app.emit)
        app.build(services, _options(flags), dry_run=dry_run, cancel=cancel)
        if flags["push"]:
            app.push(
                services,
                dependencies=flags["with_dependencies"],
                dry_run=dry_run,
                cancel=cancel,
            )


def _refuse(flags: dict[str, Any]) -> None:
    """Refuse what cannot be honoured."""
    for name, why in _REFUSED.items():
        if flags[name] and str(flags[name]).lower() != "false":
            flag = "--print" if name == "printed" else f"--{name}"
            message = f"{flag} is not supported: {why}"
            raise UsageError(message, hint="use `docker buildx build`")
    if flags["builder"] not in {"", "default"}:
        message = f"--builder {flags['builder']} is not supported: the engine's own BuildKit builds"
        raise UsageError(message, hint="use `docker buildx build --builder`")


def _options(flags: dict[str, Any]) -> BuildOptions:
    return BuildOptions(
        arguments=dict(map(_argument, flags["arguments"])),
        no_cache=flags["no_cache"],
        pull=flags["pull"],
        ssh=dict([_key(flags["ssh"])]) if flags["ssh"] else {},
        dependencies=flags["with_dependencies"],
    )


def _argument(text: str) -> tuple[str, str | None]:
    """Return the name and value of ``NAME=VALUE``; None takes the environment's value."""
    name, equals, value = text.partition("=")
    return name, value if equals else None


def _key(text: str) -> tuple[str, str]:
    name, _, where = text.partition("=")
    return name, where


def _divided(settings: Settings, told: Listener) -> Listener:
    """Return a listener that prints steps on standard output where no terminal shows progress."""
    if settings.progress not in {"auto", "plain"} or sys.stderr.isatty():
        return told
    steps = progress("plain", sys.stdout, ansi="auto", environ=settings.environ).__enter__()

    def divide(event: Event) -> None:
        (steps if isinstance(event, (Progress, Output)) else told)(event)

    return divide
