"""``composer build``.

May import: cli, api, ui, errors, run.
"""

from typing import Any

import click

from composer.api import Composer, ignore
from composer.api.images import BuildOptions
from composer.cli.choices import Known, Size
from composer.cli.command import cancellable, divided, tell_without_effect, working
from composer.cli.settings import PROGRESS, Settings, build_style, check_style, style
from composer.errors import UsageError
from composer.run.events import Notice

_WITHOUT_EFFECT = {
    "memory": "BuildKit does not limit memory",
    "compress": "the context is always compressed",
    "force_rm": "BuildKit keeps no intermediate containers",
    "no_rm": "BuildKit keeps no intermediate containers",
    "parallel": "images are built in parallel anyhow, see the global --parallel N",
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
@click.option("--ssh", default=None, metavar="ID[=PATH]", help="SSH agent or key for the build.")
@click.option(
    "--builder",
    default="",
    metavar="NAME",
    help="A builder of docker buildx (default: the engine).",
)
@click.option(
    "-m",
    "--memory",
    type=Size(),
    default=None,
    metavar="BYTES",
    help="Without effect, BuildKit's rule.",
)
@click.option("--check", is_flag=True, help="Check the Dockerfiles; build nothing.")
@click.option("--print", "printed", is_flag=True, help="Print the builds as a bake file.")
@click.option(
    "--provenance",
    default="",
    metavar="MODE",
    help="Attest how the image was made (true, mode=max).",
)
@click.option("--sbom", default="", metavar="TEXT", help="Attest what is in the image (true).")
@click.option("--compress", is_flag=True, hidden=True, help="Without effect, with a warning.")
@click.option("--force-rm", is_flag=True, hidden=True, help="Without effect, with a warning.")
@click.option("--no-rm", is_flag=True, hidden=True, help="Without effect, with a warning.")
@click.option("--parallel", is_flag=True, hidden=True, help="Without effect, with a warning.")
@click.option("--progress", "style", type=Known(PROGRESS), default="", hidden=True)
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, /, services: tuple[str, ...], **flags: Any) -> None:
    """Build the images of services.

    Example: composer build --pull --build-arg VERSION=3 web
    """
    if flags["style"]:
        settings = settings.replace(progress=style(flags["style"], {}))
    check_style(settings.progress, settings.ansi)
    settings = settings.replace(progress=build_style(settings.progress, settings.environ))
    dry_run = flags["dry_run"] or settings.dry_run
    options = _options(flags)
    with working(settings, dry_run=dry_run) as app, cancellable() as cancel:
        if flags["style"]:
            what = "--progress is a global compose flag, better use `composer --progress … build`"
            app.emit(Notice("warning", what))
        tell_without_effect(app, flags, _WITHOUT_EFFECT)
        if flags["printed"]:
            alone = options.replace(provenance="", sbom="")  # they are flags of bake, too
            text = app.bake(services, alone, push=flags["push"], check=flags["check"])
            click.echo(text, nl=False)
        elif flags["check"]:
            _check(app, services, options)
        elif flags["builder"] not in {"", "default"}:
            app.build_with(
                flags["builder"], services, options, push=flags["push"], quiet=flags["quiet"]
            )
        else:
            app.emit = ignore if flags["quiet"] else divided(settings, app.emit)
            app.build(services, options, push=flags["push"], dry_run=dry_run, cancel=cancel)


def _check(app: Composer, services: tuple[str, ...], options: BuildOptions) -> None:
    """Print what the checks of each Dockerfile say; end with 1 where something is wrong."""
    wrong = False
    for name, text, passed in app.check_builds(services, options):
        if text.startswith("error: "):
            click.echo(f"{name}\n\n{text}\n")
            wrong = True
            continue
        count = text.count("\nWARNING: ")
        found = f"{count} warning{'s have' if count > 1 else ' has'} been found!"
        click.echo(f"{name}\n\nCheck complete, {found if count else 'no warnings found.'}")
        click.echo(text.rstrip() + "\n" if count else "")
        wrong = wrong or not passed
    if wrong:
        raise click.exceptions.Exit(1)


def _options(flags: dict[str, Any]) -> BuildOptions:
    return BuildOptions(
        arguments=dict(map(_argument, flags["arguments"])),
        no_cache=flags["no_cache"],
        pull=flags["pull"],
        ssh={} if flags["ssh"] is None else dict([_key(flags["ssh"])]),
        dependencies=flags["with_dependencies"],
        provenance=flags["provenance"],
        sbom=flags["sbom"],
    )


def _argument(text: str) -> tuple[str, str | None]:
    """Return the name and value of ``NAME=VALUE``; None takes the environment's value."""
    name, equals, value = text.partition("=")
    return name, value if equals else None


_AGENT = "default"
"""The ssh id of the user's agent, which needs no path."""


def _key(text: str) -> tuple[str, str]:
    name, equals, where = text.partition("=")
    name = name or _AGENT
    if not equals and name != _AGENT:
        raise UsageError(f'invalid ssh key "{text}"', hint=f"write {text}=PATH, or {_AGENT}")
    return name, where
