"""The commands and options of Composer beside those of Docker Compose.

    python -m tests.conformance.commands > docs/commands.md      (make commands)

``peer-commands.txt`` holds the peer's; the test that uses it shows that it is the peer's own help.
"""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import click

from composer.cli.group import Commands
from composer.cli.root import COMMANDS, root

RECORDED = Path(__file__).with_name("peer-commands.txt")
PRINTED = Path(__file__).parents[2] / "docs" / "commands.md"
TOP = """# Commands and options

Each command and option of Docker Compose 2.40 beside Composer's. This page is printed from the code
(`make commands`). Options may be written as with Docker's tools: `--tail=5`, `-n5`, `-n=5`, `-aq`,
`--wait=false`. An option in *italics* is hidden from the help: deprecated, or an alias.
`--dry-run` is accepted by every command.

"""


class Peer(NamedTuple):
    """An option of Docker Compose."""

    names: tuple[str, ...]
    value: bool
    hidden: bool

    @property
    def long(self) -> str:
        """The name with two dashes."""
        return self.names[-1]


def recorded() -> dict[str, list[Peer]]:
    """Return the options of each of the peer's commands; the global ones have an empty name."""
    found: dict[str, list[Peer]] = {}
    command = ""
    for line in RECORDED.read_text().splitlines():
        if line.startswith("  "):
            words = line.split()
            names = tuple(word for word in words if word.startswith("-"))
            found[command].append(Peer(names, "value" in words, "hidden" in words))
        elif line and not line.startswith("#"):
            command = "" if line == "(global)" else line
            found[command] = []
    return found


def ours() -> dict[str, click.Command]:
    """Return the commands of Composer; the root has an empty name."""
    return {"": root, **dict(_within(COMMANDS))}


def _within(table: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, click.Command]]:
    """Yield the commands of a table; of a group, its own (``alpha viz``)."""
    for name, (module, _) in sorted(table.items()):
        command = import_module(module).command
        if isinstance(command, Commands):
            yield from ((f"{name} {inner}", one) for inner, one in _within(command.shown))
        else:
            yield name, command


def options(command: click.Command) -> dict[str, click.Option]:
    """Return the options of a command by every name that they have."""
    return {
        name: one
        for one in command.params
        if isinstance(one, click.Option)
        for name in (*one.opts, *one.secondary_opts)
    }


def missing() -> Iterator[str]:
    """Yield ``COMMAND`` and ``COMMAND --OPTION`` of the peer that Composer has not."""
    commands = ours()
    for name, peers in recorded().items():
        if name not in commands:
            yield name
            continue
        known = options(commands[name])
        yield from (
            f"{name} {one.long}".strip()
            for one in peers
            if not all(way in known for way in one.names)
        )


def page() -> str:
    """Return the whole page."""
    peers = recorded()
    made = ours()
    names = sorted(made.keys() - {""})
    parts = [TOP, "## Before the command\n\n", *_table("", made[""], peers[""])]
    for name in names:
        parts += [
            f"## {name}\n\n",
            *_intro(name, made[name], peers.get(name)),
            *_table(name, made[name], peers.get(name)),
        ]
    return "".join(parts).rstrip() + "\n"


def _intro(name: str, command: click.Command, peer: list[Peer] | None) -> Iterator[str]:
    text = (command.help or "").strip().split("\n\n")
    context = click.Context(command, **root.context_settings)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"`composer {name} {usage}`\n\n{text[0].replace(chr(10), ' ')}"
    yield "\n\n" if peer is not None else " Docker Compose has no such command.\n\n"


def _table(name: str, command: click.Command, peers: list[Peer] | None) -> Iterator[str]:
    """Yield the rows: the peer's options in its order, then those that only Composer has."""
    known = options(command)
    rows: list[tuple[str, str, str]] = []
    seen: set[click.Option] = {known["--dry-run"]} if name and "--dry-run" in known else set()
    for one in peers or []:
        option = known.get(one.long)
        if option is None:
            rows.append((_names(one.names, hidden=one.hidden), "—", "Not there."))
        elif one.long != "--dry-run" or not name:
            again = option in seen
            seen.add(option)
            help_ = f"As `{_main(option)}`." if again else _help(option)
            rows.append((_names(one.names, hidden=one.hidden), _shown(option), help_))
    others = dict.fromkeys(option for option in known.values() if option not in seen)
    rows += [("—", _shown(option), _help(option)) for option in others]
    if rows:
        yield "| Docker Compose | Composer | What it does |\n|---|---|---|\n"
        yield from (f"| {peer} | {our} | {text} |\n" for peer, our, text in rows)
        yield "\n"


def _names(names: tuple[str, ...], *, hidden: bool) -> str:
    text = " ".join(f"`{name}`" for name in names)
    return f"*{text}*" if hidden else text


def _shown(option: click.Option) -> str:
    ways = chain(option.opts, option.secondary_opts)
    return _names(tuple(sorted(ways, key=len)), hidden=option.hidden)


def _main(option: click.Option) -> str:
    return max(option.opts, key=len)


def _help(option: click.Option) -> str:
    text = (option.help or "").replace("|", "\\|")
    if isinstance(option.type, click.Choice):
        text += f" One of {', '.join(f'`{one}`' for one in option.type.choices)}."
    return text.strip()


def read_help(text: str) -> list[Peer]:
    """Return the options that a help text of Docker Compose lists."""
    line = re.compile(r"^ {2,6}(?:(-\w), )?(--[\w-]+)(?: (\w+))?(?= {2,}|$)", re.MULTILINE)
    return [
        Peer(tuple(filter(None, (short, long))), bool(kind), hidden=False)
        for short, long, kind in line.findall(text)
    ]


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
