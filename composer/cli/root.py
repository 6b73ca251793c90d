"""The root of the command line: global options, the table of commands, errors to exit codes.

A command's module is imported when that command runs, so none pays for another.
May import: cli, ui, errors (home of click with the command modules).
"""

import errno
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from composer.cli.choices import Known, OneOf, Size
from composer.cli.go_flags import plain
from composer.cli.group import Commands
from composer.cli.settings import (
    ANSI,
    PROGRESS,
    TLS_FILES,
    Settings,
    check_names,
    check_style,
    deprecated,
    inherited,
    limit,
    not_boolean,
    style,
    warns,
    with_file,
    working_directory,
)
from composer.errors import ComposerError, Interrupted, UsageError

COMMANDS = {
    "alpha": ("composer.cli.alpha", "Experimental commands of Docker Compose"),
    "attach": ("composer.cli.attach", "Attach to a running container"),
    "bridge": ("composer.cli.bridge", "Convert a project, as to files for Kubernetes"),
    "build": ("composer.cli.build", "Build images"),
    "commit": ("composer.cli.commit", "Make an image of a container"),
    "completion": ("composer.cli.completion", "Make a shell complete command lines"),
    "config": ("composer.cli.config", "Show the resolved Compose file"),
    "cp": ("composer.cli.cp", "Copy files from and to containers"),
    "create": ("composer.cli.create", "Create containers without starting them"),
    "down": ("composer.cli.down", "Stop and remove containers and networks"),
    "events": ("composer.cli.events", "Show what happens to containers"),
    "exec": ("composer.cli.exec", "Run a command in a running container"),
    "export": ("composer.cli.export", "Write a container's files as a tar archive"),
    "graph": ("composer.cli.graph", "Show which service needs which"),
    "help": ("composer.cli.help", "Show the help of a command"),
    "images": ("composer.cli.images", "List the images of containers"),
    "kill": ("composer.cli.kill", "Kill containers, or send a signal"),
    "logs": ("composer.cli.logs", "Show the output of containers"),
    "ls": ("composer.cli.ls", "List projects"),
    "pause": ("composer.cli.pause", "Freeze containers"),
    "plan": ("composer.cli.plan", "Show what up would do, and why"),
    "plugin": ("composer.cli.install", "Make `docker composer` work"),
    "port": ("composer.cli.port", "Show where a port is published"),
    "ps": ("composer.cli.ps", "List containers"),
    "publish": ("composer.cli.publish", "Publish the project's files to a registry"),
    "pull": ("composer.cli.pull", "Pull images"),
    "push": ("composer.cli.push", "Push images"),
    "restart": ("composer.cli.restart", "Restart containers"),
    "rm": ("composer.cli.rm", "Remove containers that do not run"),
    "scale": ("composer.cli.scale", "Run as many containers as asked for"),
    "start": ("composer.cli.start", "Start containers that exist"),
    "stop": ("composer.cli.stop", "Stop containers"),
    "top": ("composer.cli.top", "List processes"),
    "unpause": ("composer.cli.unpause", "Let frozen containers go on"),
    "run": ("composer.cli.run", "Run a one-off command on a service"),
    "stats": ("composer.cli.stats", "Show what containers use"),
    "up": ("composer.cli.up", "Create and start containers"),
    "validate": ("composer.cli.validate", "Report every problem of Compose files"),
    "version": ("composer.cli.version", "Show the version"),
    "volumes": ("composer.cli.volumes", "List volumes"),
    "watch": ("composer.cli.watch", "Keep containers up to date with edited files"),
    "wait": ("composer.cli.wait", "Wait until containers end"),
}
EPILOG = (
    "Files are found as compose.yaml, compose.yml, docker-compose.yml or docker-compose.yaml, here"
    " or in a parent folder. Example: composer up -d --wait"
)


_SHORTAGES = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.EFBIG)
)
_ROOM = "this is about the disk, or a limit, of this machine; the engine is well"


class Root(Commands):
    """The group whose options stand before any command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the global options; what follows the command's name is read by its own."""
        return super().parse_args(ctx, plain(self, ctx, args))


@click.group(
    cls=Root,
    table=COMMANDS,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
)
@click.option(
    "-f",
    "--file",
    "files",
    multiple=True,
    metavar="FILE",
    help="Compose file (repeatable, - for standard input).",
)
@click.option("-p", "--project-name", default="", metavar="NAME", help="Project name.")
@click.option(
    "--project-directory",
    default="",
    metavar="DIR",
    help="Project folder (default: the first file's).",
)
@click.option(
    "--env-file",
    "env_files",
    multiple=True,
    metavar="FILE",
    help="Environment file instead of .env (repeatable).",
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="NAME",
    help="Activate a profile (repeatable, * for all).",
)
@click.option(
    "--progress",
    type=Known(PROGRESS),
    default=None,
    help="How progress is shown.",
)
@click.option(
    "--ansi",
    type=Known(ANSI),
    default=None,
    help="When to use colours.",
)
@click.option(
    "--parallel", type=int, default=None, metavar="N", help="Engine calls at once, -1 for no limit."
)
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.option("--all-resources", is_flag=True, help="Keep resources that no service uses.")
@click.option(
    "--compatibility", is_flag=True, help="Join names with underscores: shop_web_1, not shop-web-1."
)
@click.option("--no-ansi", is_flag=True, hidden=True, help="As --ansi never, which replaces it.")
@click.option("--workdir", default="", hidden=True, help="As --project-directory.")
@click.option(
    "--verbose",
    "-D",
    "--debug",
    is_flag=True,
    hidden=True,
    help="Show the traceback of a defect of Composer.",
)
@click.option("--context", default="", hidden=True, help="The Docker context, as DOCKER_CONTEXT.")
@click.option("-H", "--host", default="", hidden=True, help="The engine's address, as DOCKER_HOST.")
@click.option("--tls", is_flag=True, hidden=True, help="Use TLS, as DOCKER_TLS.")
@click.option("--tlsverify", is_flag=True, hidden=True, help="As DOCKER_TLS_VERIFY.")
@click.option("--tlscacert", default="", hidden=True, help="The authority's certificate.")
@click.option("--tlscert", default="", hidden=True, help="The certificate of this client.")
@click.option("--tlskey", default="", hidden=True, help="Its key.")
@click.option(
    "--log-level",
    default="info",
    hidden=True,
    help="From error on, no warnings are told.",
)
@click.option("-v", "--version", is_flag=True, help="Show the version, where no command follows.")
@click.pass_context
def root(ctx: click.Context, /, **options: Any) -> None:
    """Run multi-container applications described in Compose files."""
    if ctx.invoked_subcommand == "version":  # which nothing keeps from telling
        return
    if ctx.invoked_subcommand is None and options["version"]:
        click.echo(f"composer {_installed()}")
        return
    if ctx.invoked_subcommand is None:
        style(options["progress"], {})
        click.echo(ctx.get_help())
        return
    settings = _settings(options)
    ctx.obj.append(settings)  # for the last words of ``run``
    ctx.obj = settings
    check_names(options)
    for line in (*deprecated(options), *not_boolean(settings.environ)):
        sys.stderr.write(f"{line}\n")
    check_style(settings.progress, settings.ansi)


def _installed() -> str:
    """Return the number of this version."""
    from importlib.metadata import version  # slow, and seldom needed

    return version("composer")


def _settings(options: dict[str, Any]) -> Settings:
    """Return the settings that options and environment describe."""
    cwd = working_directory(os.environ)
    folder = options["project_directory"] or options["workdir"]
    environ = _environ({**options, "project_directory": folder}, cwd)
    ansi = "never" if options["no_ansi"] else options["ansi"]
    return Settings(
        files=tuple(options["files"]),
        project_name=options["project_name"],
        project_directory=folder,
        env_files=tuple(options["env_files"]),
        profiles=tuple(options["profiles"]),
        progress=style(options["progress"], environ),
        ansi=ansi or environ.get("COMPOSE_ANSI") or "auto",
        parallel=limit(options["parallel"], environ),
        dry_run=options["dry_run"],
        all_resources=options["all_resources"],
        warns=warns(options["log_level"]),
        cwd=cwd,
        environ=environ,
    )


def settings_of(arguments: Sequence[str]) -> Settings:
    """Return the settings that global options describe, for the completion of the rest."""
    context = root.make_context("composer", list(arguments), resilient_parsing=True)
    return _settings(context.params)


def _environ(options: dict[str, Any], cwd: str) -> dict[str, str]:
    """Return the environment, with what options say that it could have said."""
    said = {
        "DOCKER_HOST": options["host"],
        "DOCKER_CONTEXT": options["context"],
        "DOCKER_TLS": "1" if options["tls"] else "",
        "DOCKER_TLS_VERIFY": "1" if options["tlsverify"] else "",
        **{variable: options[option] for option, variable in TLS_FILES.items()},
    }
    if options["compatibility"]:
        said["COMPOSE_COMPATIBILITY"] = "true"
    if options["verbose"]:
        os.environ["COMPOSER_DEBUG"] = "1"
    if options["host"] and options["context"]:
        message = "conflicting options: cannot specify both --host and --context"
        raise UsageError(message, hint="a context has an engine of its own")
    environ = {**inherited(os.environ), **{name: value for name, value in said.items() if value}}
    if options["context"] not in {"", "default"}:
        environ.pop("DOCKER_HOST", None)  # which counts before the variable DOCKER_CONTEXT only
    return with_file(environ, cwd, options)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code. Every error ends here, in words."""
    given: list[Settings] = []
    try:
        return _flushed(_main(arguments, given))
    except click.exceptions.Exit as done:
        return done.exit_code
    except (click.ClickException, UsageError) as wrong:
        return _misused(wrong, arguments, given)
    except (ComposerError, KeyboardInterrupt, click.Abort, BrokenPipeError, SystemExit) as ended:
        return _ended(ended, given[0] if given else Settings(environ=os.environ))
    except OSError as failure:
        return _short_of(failure, given) or _defect(failure)
    except Exception as defect:  # noqa: BLE001 - the last place that can turn one into words
        return _defect(defect)


def _in_words(wrong: click.ClickException) -> UsageError:
    """Return what click finds wrong as our own error, in Compose's words where it has some."""
    context = wrong.ctx if isinstance(wrong, click.UsageError) else None
    hint = f"{context.command_path} --help tells what there is" if context else ""
    of = wrong.param if isinstance(wrong, click.BadParameter) else None
    own = isinstance(of, click.Option) and isinstance(of.type, (OneOf, Size))
    return UsageError(wrong.message if own else wrong.format_message(), hint=hint)


def _misused(
    wrong: click.ClickException | UsageError, arguments: Sequence[str], given: list[Settings]
) -> int:
    """Tell what is wrong with the command line; return 1 as Compose does, 2 for ``validate``.

    A checker must not take a mistake in its own call for a mistake in the files.
    """
    error = wrong if isinstance(wrong, UsageError) else _in_words(wrong)
    _ended(error, given[0] if given else Settings(environ=os.environ))
    return 2 if next((one for one in arguments if one in COMMANDS), "") == "validate" else 1


def _main(arguments: Sequence[str], given: list[Settings]) -> int:
    if arguments and arguments[0] in _COMPLETE:
        return _complete(arguments)
    result = root.main(list(arguments), prog_name="composer", standalone_mode=False, obj=given)
    return result if isinstance(result, int) else 0


_COMPLETE = ("__complete", "__completeNoDesc", "__completeBash")


def _complete(arguments: Sequence[str]) -> int:
    """Answer a shell that completes a command line."""
    from composer.cli.complete import answer

    sys.stdout.write(answer(arguments[1:], joined=arguments[0] == "__completeBash"))
    return 0


def _ended(ended: BaseException, settings: Settings) -> int:
    """Tell an error that has words of its own; return its exit code."""
    if isinstance(ended, (BrokenPipeError, SystemExit)):  # the latter is click's answer to it
        return _closed_pipe()
    if not isinstance(ended, ComposerError):
        return 130
    if isinstance(ended, Interrupted) and not (ended.message or ended.told):
        from composer.ui.echo import end_line

        end_line(sys.stderr, sys.stdout)
    if ended.message:
        from composer.ui.problems import show_error

        show_error(ended, ansi=settings.ansi, progress=settings.progress, environ=settings.environ)
    return ended.exit_code


def _short_of(failure: OSError, given: list[Settings]) -> int:
    """Tell what this machine lacks, and return 1; 0 where *failure* says something else."""
    if failure.errno not in _SHORTAGES:
        return 0
    where = f"{failure.filename}: " if failure.filename else ""
    told = ComposerError(f"{where}{os.strerror(failure.errno).lower()}", hint=_ROOM)
    return _ended(told, given[0] if given else Settings(environ=os.environ))


def _defect(defect: Exception) -> int:
    """Say that this is our mistake; a traceback helps only those who ask for one."""
    if os.environ.get("COMPOSER_DEBUG"):
        raise defect
    message = f"error: internal error: {type(defect).__name__}: {defect}"
    hint = "this is a defect of Composer; run again with COMPOSER_DEBUG=1 and report what it shows"
    sys.stderr.write(f"{message}\n  hint: {hint}\n")
    return 1


def _flushed(code: int) -> int:
    sys.stdout.flush()
    return code


def _closed_pipe() -> int:
    """Whoever read the output has gone: end quietly, and keep the interpreter from complaining."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
