"""The corpus: files that Composer and Docker Compose are both asked to resolve.

Three ways to write a case down, all plain text:

    NAME/              a folder: compose.yaml and whatever else; `args` and `env` where needed
    NAME.cases         many small cases in one file:
                           === name of the case
                           the text of compose.yaml
                           --> other.yaml
                           the text of another file; `args` and `env` are special here too
    NAME.forms         one form of one attribute a line, tried alone, over other forms of it in a
                       second file, and over them by `extends`; what must be refused has a `!`:
                           [services] image: x, <>
                           command: echo hi
                           command: [echo, hi]
                           ! command: [true]

`args` holds global flags of the command line, `env` the lines KEY=VALUE of its environment.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

_CASE = re.compile(r"^=== (.+)$", re.MULTILINE)
_FILE = re.compile(r"^--> (\S+)$", re.MULTILINE)
_NEAR = 2
_HEAD = re.compile(r"\[(\w+)\] ?(.*)")
_USE = {
    "networks": "networks: [{0}]", "volumes": 'volumes: ["{0}:/{0}"]', "secrets": "secrets: [{0}]",
    "configs": "configs: [{0}]", "models": "models: [{0}]",
}  # fmt: skip


class Case(NamedTuple):
    """What a tool is asked: files, flags, environment.

    *parts* are smaller cases that say the same together; they are looked at where the tools do not
    agree to accept the whole.
    """

    name: str
    files: Mapping[str, bytes]
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = {}
    parts: tuple["Case", ...] = ()

    @property
    def size(self) -> int:
        """How many cases this stands for."""
        return len(self.parts) or 1

    def digest(self) -> str:
        """Return a key that changes with anything that the answer depends on."""
        seen = hashlib.sha256()
        for name in sorted(self.files):
            seen.update(b"\0".join([name.encode(), self.files[name], b""]))
        seen.update(repr((self.args, sorted(self.env.items()))).encode())
        return seen.hexdigest()[:32]


def read_corpus(folders: Iterable[Path]) -> Iterator[Case]:
    """Yield the cases below *folders*, in the order of their names."""
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.suffix == ".cases":
                yield from read_cases(path.stem, path.read_text())
            elif path.suffix == ".forms":
                yield from read_forms(path.stem, path.read_text())
            elif path.is_dir() and any(path.glob("*compose*.y*ml")):
                files = {
                    str(file.relative_to(path)): file.read_bytes()
                    for file in sorted(path.rglob("*"))
                    if file.is_file()
                }
                yield _case(path.name, files)


def read_cases(stem: str, text: str) -> Iterator[Case]:
    """Yield the cases of a ``.cases`` file."""
    _, *pieces = _CASE.split(text)
    for name, body in zip(pieces[::2], pieces[1::2], strict=True):
        main, *others = _FILE.split(body.lstrip("\n"))
        files = dict(zip(others[::2], others[1::2], strict=True))
        files = {file: content.removeprefix("\n") for file, content in files.items()}
        if main.strip():
            files["compose.yaml"] = main
        yield _case(f"{stem}/{name}", {file: one.encode() for file, one in files.items()})


def _case(name: str, files: dict[str, bytes]) -> Case:
    args = files.pop("args", b"").decode().split()
    env = dict(line.split("=", 1) for line in files.pop("env", b"").decode().splitlines() if line)
    return Case(name, files, tuple(args), env)


def read_forms(stem: str, text: str) -> Iterator[Case]:
    """Yield the cases of a ``.forms`` file: each form alone, then each pair of forms merged."""
    section, template = "", "<>"
    forms: dict[tuple[str, str, str], list[str]] = {}
    for line in text.splitlines():
        if head := _HEAD.fullmatch(line):
            section, template = head[1], head[2] or "<>"
        elif line.startswith("! "):
            entry = template.replace("<>", line.removeprefix("! "))
            yield _bundle(f"{stem}/{section} ! {entry}", section, [(entry,)])
        elif line and not line.startswith("#"):
            forms.setdefault((section, template, line.partition(":")[0]), []).append(line)
    for (place, around, attribute), lines in forms.items():
        entries = [around.replace("<>", line) for line in lines]
        name = f"{stem}/{place} {around.replace('<>', attribute)}"
        yield _bundle(f"{name} alone", place, [(entry,) for entry in entries])
        yield _bundle(f"{name} merged", place, _pairs(entries))
        if place == "services":
            yield _bundle(f"{name} extended", place, _pairs(entries), extends=True)


def _pairs(entries: list[str]) -> list[tuple[str, ...]]:
    """Return pairs in both orders: each form with itself and with its neighbours."""
    size = len(entries)
    near = {(at, (at + step) % size) for at in range(size) for step in range(-_NEAR, _NEAR + 1)}
    return [(entries[one], entries[other]) for one, other in sorted(near)]


def _bundle(name: str, section: str, rows: list[tuple[str, ...]], *, extends: bool = False) -> Case:
    def case(label: str, chosen: list[tuple[str, ...]]) -> Case:
        if extends:
            return Case(label, _extending(section, chosen))
        files = {"compose.yaml": _file(section, [row[0] for row in chosen], use=True)}
        if len(chosen[0]) == 1:
            return Case(label, files)
        files["over.yaml"] = _file(section, [row[1] for row in chosen])
        return Case(label, files, ("-f", "compose.yaml", "-f", "over.yaml"))

    parts = tuple(case(f"{name} {index + 1}", [row]) for index, row in enumerate(rows))
    return case(name, rows)._replace(parts=parts)


def _file(section: str, entries: list[str], *, use: bool = False) -> bytes:
    lines = [f"{section}:"]
    lines += [f"  e{index}: {{{entry}}}" for index, entry in enumerate(entries)]
    if use and section in _USE:
        uses = [_USE[section].format(f"e{index}") for index in range(len(entries))]
        lines += ["services:"]
        lines += [f"  u{index}: {{image: x, {one}}}" for index, one in enumerate(uses)]
    return ("\n".join(lines) + "\n").encode()


def _extending(section: str, rows: list[tuple[str, ...]]) -> dict[str, bytes]:
    lines = [f"{section}:"]
    for index, (base, over) in enumerate(rows):
        lines += [f"  b{index}: {{{base}}}", f"  e{index}: {{extends: b{index}, {over}}}"]
    return {"compose.yaml": ("\n".join(lines) + "\n").encode()}
