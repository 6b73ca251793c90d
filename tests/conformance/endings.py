"""Which ends of a step differ from Docker Compose's on purpose, container by container.

Each rule looks at what there was before the step, and at both ends of it; docs/differences.md has
the reasons, under the headings that the rules are listed with.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

State = Mapping[str, Any]
"""What there is, by kind and name: the answer to ``GET /state``."""
_SHARED = ("network_mode", "ipc", "pid")
_CONTENT = "content"


class Turn(NamedTuple):
    """One step: its command after those before, its project, what there was, both ends, the peer's
    calls.
    """

    commands: Sequence[str]
    project: Mapping[str, Any]
    before: State
    theirs: State
    ours: State
    sent: Iterable[str]


def _container(state: State, key: str) -> Mapping[str, Any]:
    return state.get(key) or {}


def _guest(turn: Turn, key: str, line: str) -> bool:
    """A guest of a namespace was started once more, and nothing else."""
    theirs, ours = _container(turn.theirs, key), _container(turn.ours, key)
    return "guest starts: " in line and theirs.get("is") == ours.get("is")


def _anonymous(turn: Turn, key: str, line: str) -> bool:
    """A container that was made anew has the volume that the one before it had."""
    command = turn.commands[-1].split()[0]
    place = line.rpartition(" mounts ")[2].partition(":")[0]
    before = _container(turn.before, key).get("mounts", {})
    ours = _container(turn.ours, key).get("mounts", {})
    kept = place in before and before[place] == ours.get(place)
    return " mounts " in line and command in {"run", "scale"} and kept


def _after_volume(turn: Turn, key: str, line: str) -> bool:
    """A container was restarted with one that was made anew because its volume was replaced."""
    if " starts: " not in line:
        return False
    theirs, ours = _container(turn.theirs, key), _container(turn.ours, key)
    if theirs.get("is") != ours.get("is") or ours["starts"] != theirs.get("starts", 0) + 1:
        return False
    gone = {call.split()[1].removeprefix("/volumes/") for call in turn.sent if _DROPS in call}
    return any(
        gone & {*map(_volume, one.get("mounts", {}).values())}
        and one["is"] != _container(turn.theirs, name).get("is")
        for needed in _restarting_with(turn.project, ours["service"])
        for name, one in turn.before.items()
        if one.get("service") == needed
    )


_DROPS = "DELETE /volumes/"


def _volume(name: str) -> str:
    return name.removeprefix("volume ")


def _elsewhere(turn: Turn, key: str, _: str) -> bool:
    """A container that did not run, and was not on the networks of the file, was made anew."""
    before, theirs, ours = (_container(one, key) for one in (turn.before, turn.theirs, turn.ours))
    return (
        before.get("state") in {"exited", "created"}
        and theirs.get("is") == before["is"] != ours.get("is")
        and _ids(theirs) != _ids(ours)
    )


def _ids(container: Mapping[str, Any]) -> dict[str, str]:
    joined = container.get("networks", {})
    return {name: one[0] if isinstance(one, list) else one for name, one in joined.items()}


def _contents(turn: Turn, key: str, _: str) -> bool:
    """A container was made anew because what a config or secret of it contains has changed."""
    before, ours = _container(turn.before, key), _container(turn.ours, key)
    known = before.get(_CONTENT)
    return bool(known) and ours.get(_CONTENT) not in (known, None) and ours["is"] != before["is"]


def _env_file(turn: Turn, key: str, _: str) -> bool:
    """Docker Compose made a container with an environment file anew, which is as wanted.

    It does so while it scales; and afterwards, because it gives the new ones a wrong hash then.
    """
    name = (_container(turn.theirs, key) or _container(turn.ours, key)).get("service")
    before, theirs, ours = (_made(one, name) for one in (turn.before, turn.theirs, turn.ours))
    return (
        any(one.startswith("scale ") for one in turn.commands)
        and "env_file" in turn.project["services"].get(name, {})
        and bool((before & ours) - theirs)
    )


def _earlier_name(turn: Turn, key: str, _: str) -> bool:
    """A network went that has had another name in the file."""
    networks, prefix = turn.project["networks"], turn.project["name"]
    renamed = {f"network {prefix}_{one}" for one, how in networks.items() if "name" in (how or {})}
    return "down" in turn.commands[-1].split() and key in renamed and key not in turn.ours


def _made(state: State, service: str | None) -> set[str]:
    return {one["is"] for one in state.values() if service and one.get("service") == service}


Rule = Callable[[Turn, str, str], bool]
ENDS: tuple[tuple[Rule, str], ...] = (
    (_guest, "Guests of a namespace"),
    (_anonymous, "Anonymous volumes of a recreation"),
    (_after_volume, "Restarts after a volume was replaced"),
    (_elsewhere, "Stopped containers on other networks"),
    (_contents, "Contents of configs and secrets"),
    (_earlier_name, "Networks under an earlier name"),
    (_env_file, "Scaling with environment files"),
)
"""Rules for a container and one line of what differs of it, with their headings."""

FAILS = (
    ("*", "*is not connected to*", "Networks that are replaced under others"),
    ("*", "*volume is in use*", "Volumes that others still use"),
    ("*", "*marked for removal and cannot be started*", "Dead containers"),
    ("*", "*has active endpoints*", "Networks that are replaced under others"),
)
"""Where Docker Compose alone fails: patterns of the command and of what it says, the heading."""


CALLS = (("scale *", "* com.docker.compose.config-hash: *", "Scaling with environment files"),)
"""What is sent otherwise: patterns of the command and of the line, the heading."""


def call_heading(command: str, line: str) -> str:
    """Return the heading that explains what is sent otherwise, empty if none does."""
    return fails_heading(command, line, CALLS)


def explained(turn: Turn, lines: Mapping[str, list[str]]) -> tuple[list[str], set[str]]:
    """Return the lines that no rule explains, and the headings that explain the others.

    *lines* tell what differs by what it is of. Where a service has containers that are made anew
    for a known reason, what follows for those that live with it, or restart with it, is known.
    """
    rest: dict[str, list[str]] = {}
    titles: set[str] = set()
    anew: dict[str, str] = {}
    for key, told in lines.items():
        for line in told:
            title = next((title for rule, title in ENDS if rule(turn, key, line)), "")
            if title:
                titles.add(title)
                if " is: " in line:
                    anew[_container(turn.ours, key).get("service", "")] = title
            else:
                rest.setdefault(key, []).append(line)
    followers = _followers(turn.project, anew)
    for key in [key for key in rest if _container(turn.ours, key).get("service") in followers]:
        del rest[key]
    return [line for told in rest.values() for line in told], titles


def _followers(project: Mapping[str, Any], anew: Iterable[str]) -> set[str]:
    """Return the services that live with *anew*, or restart with these, and so on."""
    found, pending = set[str](), set(anew)
    while pending:
        more = {
            name
            for name, service in project["services"].items()
            if pending & {*_restarting_with(project, name), *_owners(service)}
        }
        found, pending = found | more, more - found
    return found


def _restarting_with(project: Mapping[str, Any], name: str | None) -> Iterator[str]:
    needed = project["services"].get(name, {}).get("depends_on", {})
    yield from (key for key, how in needed.items() if how.get("restart"))


def _owners(service: Mapping[str, Any]) -> Iterator[str]:
    for attribute in _SHARED:
        yield str(service.get(attribute, "")).removeprefix("service:")
    for attribute in ("volumes_from", "links"):
        yield from (entry.partition(":")[0] for entry in service.get(attribute, ()))


REFUSES = (
    ("*", "*but publishes the host port*", "Several containers on one host port"),
    ("*", "*cannot start a paused container*", "Paused containers"),
)
"""Where Composer alone fails: patterns of the command and of what it says, the heading."""


def fails_heading(command: str, said: str, cases: Iterable[tuple[str, str, str]] = FAILS) -> str:
    """Return the heading that explains why one tool alone fails, empty if none does."""
    found = (
        title
        for commands, words, title in cases
        if fnmatchcase(command, commands) and fnmatchcase(said, words)
    )
    return next(found, "")
