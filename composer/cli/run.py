"""``composer run``.

May import: cli, api, ui, disk, errors, load, run, source, spec, tree.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any

import click

from composer.api import Composer
from composer.cli.choices import PULL
from composer.cli.command import application, cancellable, quietly, showing, variables, working
from composer.cli.go_flags import written
from composer.cli.pairs import environment, labels
from composer.cli.planning import preparing_policy
from composer.cli.remote import tell_remote
from composer.cli.settings import Settings
from composer.disk import read_file
from composer.errors import ComposerError, UsageError
from composer.load.dotenv import read_env
from composer.run.oneoff import OneOff
from composer.source import Source
from composer.spec import short
from composer.spec.mounts import Mount, Port
from composer.spec.record import RecordOf
from composer.spec.shapes import Misfit
from composer.spec.words import split_words
from composer.tree import build


@click.command("run", context_settings={"allow_interspersed_args": False})
@click.argument("service")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[COMMAND] [ARG]...")
@click.option("--build", is_flag=True, help="Build the image first.")
@click.option("--cap-add", multiple=True, metavar="CAP", help="Add a capability.")
@click.option("--cap-drop", multiple=True, metavar="CAP", help="Drop a capability.")
@click.option("-d", "--detach", is_flag=True, help="Run in the background; print the id.")
@click.option("--entrypoint", default=None, metavar="TEXT", help="Instead of the image's.")
@click.option(
    "-e",
    "--env",
    "variables",
    multiple=True,
    metavar="KEY[=VALUE]",
    help="Set a variable; without a value, to that of this shell.",
)
@click.option(
    "--env-from-file", "files", multiple=True, metavar="FILE", help="Set the variables of a file."
)
@click.option(
    "-i", "--interactive/--no-interactive", default=True, help="Pass the input on (default)."
)
@click.option(
    "-l",
    "--label",
    "--labels",
    "given_labels",
    multiple=True,
    metavar="KEY=VALUE",
    help="Add a label.",
)
@click.option("--name", default="", metavar="NAME", help="Name of the container.")
@click.option(
    "-t", "--tty", is_flag=True, help="Give the command a terminal (default: where this has one)."
)
@click.option("-T", "--no-TTY", "--no-tty", "no_tty", is_flag=True, help="Give it no terminal.")
@click.option("--no-deps", is_flag=True, help="Start nothing that the service depends on.")
@click.option("-p", "--publish", multiple=True, metavar="PORT", help="Publish a port.")
@click.option(
    "--pull",
    help="When to pull images (default: as each service says).",
    type=PULL,
)
@click.option("-q", "--quiet", is_flag=True, help="Print only what the command prints.")
@click.option("--quiet-build", is_flag=True, help="Do not show the progress of builds.")
@click.option("--quiet-pull", is_flag=True, help="Do not show the progress of pulls.")
@click.option(
    "--remove-orphans",
    is_flag=True,
    help="Remove containers of services that the file no longer has.",
)
@click.option("--rm", "remove", is_flag=True, help="Remove the container when it ends.")
@click.option("-P", "--service-ports", is_flag=True, help="Publish the service's own ports.")
@click.option("--use-aliases", is_flag=True, help="Answer to the service's names on its networks.")
@click.option("-u", "--user", default="", metavar="USER", help="Run as this user.")
@click.option(
    "-v",
    "--volume",
    "--volumes",
    "volumes",
    multiple=True,
    metavar="SOURCE:TARGET",
    help="Mount a folder or volume.",
)
@click.option("-w", "--workdir", default="", metavar="DIR", help="Run in this folder.")
@click.option("--dry-run", is_flag=True, help="With -d: show what would be done; change nothing.")
@click.pass_obj
def command(settings: Settings, /, service: str, words: tuple[str, ...], **flags: Any) -> int:
    """Run a command in a new container of a service; end with its exit code.

    What the service depends on is started first. The service's ports are not published.

    Example: composer run --rm web python manage.py migrate
    """
    wanted = _wants_terminal(flags)
    dry_run = flags["dry_run"] or settings.dry_run
    if dry_run and not flags["detach"]:
        message = "interactive run is not supported in dry-run mode"
        raise ComposerError(message, hint="with --detach it shows what would be brought first")
    if flags["service_ports"] and flags["publish"]:
        raise UsageError("--service-ports and --publish are incompatible")
    from composer.ui.echo import end_line
    from composer.ui.terminal import TerminalConsole, is_terminal, reads_terminal

    if wanted and flags["interactive"] and not reads_terminal():
        raise ComposerError("the input device is not a TTY", hint="leave --tty out")
    tty = is_terminal(reads=flags["interactive"]) if wanted is None else wanted
    asked = _asked(settings, words, flags, tty=tty)
    if dry_run:
        click.echo(_rehearsed(settings, service, asked, flags))
        return 0
    with application(settings) as app:
        container = _create(app, settings, service, asked, flags)
        if flags["detach"]:
            app.start_one_off(container, asked)
            click.echo(container)
            return 0
        with TerminalConsole(raw=asked.tty and asked.stdin) as console:
            code = app.talk_one_off(container, asked, console)
        if code:
            end_line(sys.stderr)
        return code


def _wants_terminal(flags: dict[str, Any]) -> bool | None:
    """Return whether a terminal was asked for; None where nothing was said."""
    if written("tty") and written("no_tty"):
        raise UsageError("--tty and --no-TTY can't be used together", hint="leave one of them out")
    if written("no_tty"):
        return not flags["no_tty"]
    return flags["tty"] if written("tty") else None


def _rehearsed(settings: Settings, service: str, asked: OneOff, flags: dict[str, Any]) -> str:
    """Tell what the service needs; return the name that its container would have."""
    with working(_shown(settings, flags), dry_run=True) as app:
        app.require_files()
        app.check_services([service])
        return app.rehearse_one_off(
            service, asked, preparing_policy(settings, flags), dependencies=not flags["no_deps"]
        )


def _create(
    app: Composer, settings: Settings, service: str, asked: OneOff, flags: dict[str, Any]
) -> str:
    """Bring what the service needs, and create the container; show progress unless quiet.

    The connection stays for what follows: another one that fails would leave the container behind.
    """
    with showing(app, _shown(settings, flags)), cancellable() as cancel:
        quietly(app, flags)
        app.require_files()
        app.check_services([service])
        tell_remote(app, settings, assume_yes=False)
        return app.create_one_off(
            service,
            asked,
            preparing_policy(settings, flags),
            dependencies=not flags["no_deps"],
            cancel=cancel,
        )


def _shown(settings: Settings, flags: dict[str, Any]) -> Settings:
    return settings.replace(progress="quiet") if flags["quiet"] else settings


def _asked(
    settings: Settings, words: tuple[str, ...], flags: dict[str, Any], *, tty: bool
) -> OneOff:
    entrypoint = flags["entrypoint"]
    return OneOff(
        command=words,
        entrypoint=None if entrypoint is None else _words(entrypoint),
        environment=_variables(settings, flags),
        labels=labels(flags["given_labels"]),
        user=flags["user"],
        workdir=flags["workdir"],
        cap_add=flags["cap_add"],
        cap_drop=flags["cap_drop"],
        volumes=tuple(map(_mount, flags["volumes"])),
        ports=tuple(port for text in flags["publish"] for port in _ports(text)),
        service_ports=flags["service_ports"],
        use_aliases=flags["use_aliases"],
        name=flags["name"],
        tty=tty,
        stdin=flags["interactive"],
        remove=flags["remove"],
    )


def _words(entrypoint: str) -> tuple[str, ...]:
    try:
        return split_words(entrypoint)
    except ValueError as wrong:
        message = f"--entrypoint: invalid command line string: {wrong}"
        raise UsageError(message, hint="put quotes in pairs") from None


def _variables(settings: Settings, flags: dict[str, Any]) -> dict[str, str]:
    """Return the variables of the files, the first one's first, and above them those given.

    Values refer to those given, to those of files before, and to what Compose files know. A name
    without a value says nothing in a file, and takes nothing away where it is given.
    """
    found: dict[str, str] = {}
    known = variables(settings)
    given = environment([one for one in flags["variables"] if one], known)

    def lookup(name: str) -> str | None:
        for values in (given, found):
            if values.get(name) is not None:
                return values[name]
        return known(name)

    for name in flags["files"]:
        path = os.path.join(settings.cwd, name)
        try:
            text = read_file(path).decode(errors="surrogateescape")
        except (OSError, ValueError) as wrong:
            why = (getattr(wrong, "strerror", "") or str(wrong)).lower()
            message = f"open {name}: {why}"
            raise UsageError(message, hint="--env-from-file FILE") from None
        found = {**_set(read_env(Source(path, text), lookup, bare=False).values), **found}
    return found | _set(given)


def _set(variables: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if value is not None}


def _mount(text: str) -> Mount:
    try:
        made: Mount = RecordOf(Mount).bind(short.mount(build(text)))
    except Misfit as wrong:
        message = f"--volume {wrong}"
        raise UsageError(message) from None
    return made


def _ports(text: str) -> list[Port]:
    try:
        return [RecordOf(Port).bind(one) for one in short.ports(build(text))]
    except Misfit as wrong:
        message = f"--publish {wrong}"
        raise UsageError(message) from None
