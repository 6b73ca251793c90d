"""What the shell offers while a command line is typed: ``composer __complete WORD…``.

The answer has the form that Docker's CLI asks of its plugins: a candidate a line, behind a tab what
it means, and last a directive: ``:4`` is these and no others, ``:0`` file names, too, ``:8`` files
that end as the candidates say, ``:16`` folders. Nothing is ever said of a mistake: the
shell would print it into the line.

May import: cli, api, identity, spec.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from composer.cli.group import Commands
from composer.cli.root import root, settings_of

if TYPE_CHECKING:
    from composer.spec.project import Project

NO_FILES, FILES, ENDINGS, FOLDERS = 4, 0, 8, 16
SHELLS = ("bash", "zsh", "fish")
_SIGNALS = ("HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "CONT", "STOP", "WINCH")


class Offer(NamedTuple):
    """Candidates with their meanings, and the directive."""

    words: Mapping[str, str]
    directive: int = NO_FILES


class Typed(NamedTuple):
    """What was read of the words before the one that is being typed."""

    options: list[str]
    command: str
    open: click.Option | None
    arguments: list[str]
    own: bool
    """The rest is a command inside a container."""


def answer(words: Sequence[str], *, joined: bool = False) -> str:
    """Return what is printed for *words*, the last of which is being typed.

    *joined* is for bash, which cuts words at ``=`` and ``:`` and wants only what comes behind.
    """
    words = list(_joined(words) if joined else words) or [""]
    typed = words[-1]
    try:
        found = offer(words)
    except Exception:  # noqa: BLE001 - a shell's completion is silent
        found = Offer({})
    cut = max(typed.rfind("="), typed.rfind(":")) + 1 if joined else 0
    if found.directive == ENDINGS:
        typed, cut = "", 0
    lines = [
        f"{word[cut:]}\t{text}" if text else word[cut:]
        for word, text in found.words.items()
        if word.startswith(typed) and word[cut:]
    ]
    return "\n".join([*lines, f":{found.directive}"]) + "\n"


def _joined(words: Iterable[str]) -> Iterator[str]:
    whole = ""
    for word in words:
        if whole and (word[:1] in {"=", ":"} or whole[-1] in {"=", ":"}):
            whole += word
            continue
        if whole:
            yield whole
        whole = word
        if not word:
            break
    yield whole


def offer(words: Sequence[str]) -> Offer:
    """Return what may stand for the last of *words*."""
    *before, current = words
    typed = _read(before)
    command = _command(typed.command)
    name, equals, _ = current.partition("=")
    option = _options(command).get(name) if equals and name.startswith("--") else None
    if typed.open:
        return _values(typed, typed.open)
    if option:
        found = _values(typed, option)
        if found.directive == ENDINGS:
            return found
        return Offer({f"{name}={word}": "" for word in found.words}, found.directive)
    if typed.own:
        return Offer({}, FILES)
    return _word(typed, command, current)


def _word(typed: Typed, command: click.Command, current: str) -> Offer:
    if current.startswith("-"):
        return Offer(_flags(command))
    if isinstance(command, Commands):
        return _commands(command)
    return _positional(typed, command, current)


def _read(before: Sequence[str]) -> Typed:
    command, options, arguments = "", [], list[str]()
    found: click.Command = root
    waiting: click.Option | None = None
    known, mixed, ended = _options(root), True, False
    for word in before:
        if waiting:
            waiting = None
        elif word.startswith("-") and word != "-" and not ended and (mixed or not arguments):
            waiting = _waiting(word, known)
            ended = word == "--"
        elif isinstance(found, Commands):
            command = f"{command} {word}".lstrip()
            found = _command(command)
            known = _options(found)
            mixed = found.context_settings.get("allow_interspersed_args", True)
            continue
        else:
            arguments.append(word)
            continue
        if not command:
            options.append(word)
    if waiting and not command:
        options.pop()
    return Typed(options, command, waiting, arguments, own=not mixed and bool(arguments))


def _waiting(word: str, known: Mapping[str, click.Option]) -> click.Option | None:
    """Return the option of *word* if its value is the next word."""
    name = word if word.startswith("--") else f"-{word[-1]}"
    found = known.get(name)
    if found is None or found.is_flag or "=" in word or isinstance(found.flag_value, str):
        return None
    return found


def _command(name: str) -> click.Command:
    """Return a command by its name, which for one of a group is several words."""
    found: click.Command | None = root
    for word in name.split():
        group = found if isinstance(found, Commands) else None
        found = group.get_command(click.Context(group), word) if group else None
    return found or click.Command("")


def _options(command: click.Command) -> dict[str, click.Option]:
    settings = {**root.context_settings, **command.context_settings}
    return {
        name: one
        for one in command.get_params(click.Context(command, **settings))
        if isinstance(one, click.Option)
        for name in (*one.opts, *one.secondary_opts)
    }


def _flags(command: click.Command) -> dict[str, str]:
    return {
        name: (one.help or "").partition("\n")[0]
        for name, one in sorted(_options(command).items())
        if not one.hidden and name.startswith("--")
    }


def _values(typed: Typed, option: click.Option) -> Offer:
    """Return what an option may be given."""
    if isinstance(option.type, click.Choice):
        return _of(option.type.choices)
    found = _VALUES.get(option.opts[-1]) or _VALUES.get(option.name or "")
    return found(typed) if found else Offer({})


def _positional(typed: Typed, command: click.Command, current: str) -> Offer:
    argument = next((one for one in command.params if isinstance(one, click.Argument)), None)
    if argument is None or (argument.nargs == 1 and typed.arguments and argument.name != "source"):
        return Offer({})
    if isinstance(argument.type, click.Choice):
        return _of(argument.type.choices)
    if argument.name == "source" and _outside(typed, current):
        return Offer({}, FILES)
    found = _ARGUMENTS.get(argument.name or "")
    return found(typed) if found else Offer({}, FILES)


def _outside(typed: Typed, current: str) -> bool:
    """Tell whether what is typed of a ``cp`` is a path of this machine."""
    return any(":" in one for one in typed.arguments) or current.startswith((".", "/"))


def _of(words: Iterable[object], directive: int = NO_FILES, *, end: str = "") -> Offer:
    return Offer({f"{word}{end}": "" for word in words}, directive)


# What the project and the engine know


def _services(typed: Typed) -> list[str]:
    """Return the services that are not named yet."""
    project = _project(typed)
    return sorted(project.all_services.keys() - set(typed.arguments))


def _profiles(typed: Typed) -> list[str]:
    project = _project(typed)
    services = project.all_services.values()
    return sorted({one for service in services for one in service.profiles})


def _project(typed: Typed) -> "Project":
    from composer.cli.loading import loaded

    return loaded(settings_of(typed.options), resolve_environment=False, consistency=False).project


def _projects(typed: Typed) -> list[str]:
    from composer.api.listing import stacks
    from composer.cli.command import application

    with application(settings_of(typed.options)) as app:
        return [one.name for one in stacks(app.engine, everything=True)]


def _containers(typed: Typed) -> list[str]:
    """Return the names of all containers, whoever made them."""
    from composer.cli.command import application
    from composer.identity import own_name

    with application(settings_of(typed.options)) as app:
        return sorted(own_name(one["Names"]) for one in app.engine.list_containers({}))


def _transformers(typed: Typed) -> list[str]:
    from composer.cli.command import application

    with application(settings_of(typed.options)) as app:
        found = [name for one in app.transformers() for name in one["RepoTags"] or ()]
        return sorted(name for name in found if "<none>" not in name)


def _commands(group: Commands) -> Offer:
    return Offer({name: text for name, (_, text) in sorted(group.shown.items())})


Finder = Callable[[Typed], Offer]
_VALUES: Mapping[str, Finder] = {
    **dict.fromkeys(
        ("--attach", "--no-attach", "--exit-code-from", "--hash"),
        lambda typed: _of(_services(typed)),
    ),
    **dict.fromkeys(
        ("env_files", "output", "templates", "volumes"),
        lambda _: Offer({}, FILES),
    ),
    **dict.fromkeys(("project_directory", "workdir"), lambda _: Offer({}, FOLDERS)),
    "files": lambda _: _of(("yaml", "yml"), ENDINGS),
    "--scale": lambda typed: _of(_services(typed), end="="),
    "--profile": lambda typed: _of(_profiles(typed)),
    "--project-name": lambda typed: _of(_projects(typed)),
    "--format": lambda _: _of(("table", "json")),
    **dict.fromkeys(("image", "transformers"), lambda typed: _of(_transformers(typed))),
    "--signal": lambda _: _of(f"SIG{name}" for name in _SIGNALS),
}
"""What options may be given, by their name on the command line or in the program."""
_ARGUMENTS: Mapping[str, Finder] = {
    "service": lambda typed: _of(_services(typed)),
    "services": lambda typed: _of(_services(typed)),
    "source": lambda typed: _of(_services(typed), FILES, end=":"),  # of cp
    "wanted": lambda typed: _of(_services(typed), end="="),  # of scale
    "name": lambda _: _commands(root),  # of help
    "containers": lambda typed: _of(_containers(typed)),
}
"""What arguments may be, by their name in the program."""
