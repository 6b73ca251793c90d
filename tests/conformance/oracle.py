"""What Docker Compose answers, remembered between runs.

An answer depends on the case alone: each case is written into a folder of its own whose path is
made from the case's digest, and the environment holds nothing but what the case says. The memory
is a file in the user's cache folder, one for each version of Docker Compose.
"""

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from tests.conformance.cases import Case

FORMS: Mapping[str, tuple[str, ...]] = {
    "json": ("--format", "json"),
    "yaml": (),
    "hash": ("--hash", "*"),
}
HOME = "/home/user"
_WORKERS = 2
_TIMEOUT_S = 20


class Answer(NamedTuple):
    """The standard output of a tool that accepted the case, or why it refused."""

    text: str | None
    why: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the case is valid for the tool."""
        return self.text is not None

    def model(self) -> Any:
        """Return the JSON that was printed."""
        return json.loads(self.text or "null")


def version() -> str:
    """Return the version of Docker Compose, empty where it is not installed."""
    if not shutil.which("docker"):
        return ""
    command = ["docker", "compose", "version", "--short"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def cache_folder() -> Path:
    """Return the folder of cases and answers."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "composer" / "conformance"


def unpack(case: Case) -> Path:
    """Write the files of *case* to its folder, which is the same each time."""
    folder = cache_folder() / case.digest() / "project"
    if not folder.exists():
        for name, content in case.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        folder.mkdir(parents=True, exist_ok=True)
    return folder


class Oracle:
    """Docker Compose with a memory."""

    def __init__(self, form: str = "json") -> None:
        self.form = form

    def answers(self, cases: Iterable[Case]) -> Iterator[tuple[Case, Answer]]:
        """Yield each case with its answer; those that are not known are asked two at a time."""
        cache_folder().mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(cache_folder() / f"answers-{version()}.db")) as memory:
            memory.execute("create table if not exists answers (key text primary key, text, why)")
            yield from self._answers(memory, list(cases))

    def _answers(
        self, memory: sqlite3.Connection, cases: Sequence[Case]
    ) -> Iterator[tuple[Case, Answer]]:
        known = {case.digest(): self._remembered(memory, case) for case in cases}
        asked = [case for case in cases if known[case.digest()] is None]
        with ThreadPoolExecutor(_WORKERS) as pool:
            for case, new in zip(asked, pool.map(self._ask, asked), strict=True):
                known[case.digest()] = new
                row = (self._key(case), new.text, new.why)
                memory.execute("insert or replace into answers values (?, ?, ?)", row)
                memory.commit()
        for case in cases:
            answer = known[case.digest()]
            if answer is not None:
                yield case, answer

    def _key(self, case: Case) -> str:
        return f"{self.form} {case.digest()}"

    def _remembered(self, memory: sqlite3.Connection, case: Case) -> Answer | None:
        query = "select text, why from answers where key = ?"
        row = memory.execute(query, (self._key(case),)).fetchone()
        return Answer(*row) if row else None

    def _ask(self, case: Case) -> Answer:
        command = ["docker", "compose", *case.args]
        if "config" not in case.args:
            command.append("config")
        command += FORMS[self.form]
        try:
            done = subprocess.run(
                command, cwd=unpack(case), env=_environment(case), capture_output=True,
                check=False, timeout=_TIMEOUT_S, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Answer(None, "no answer in time")
        if done.returncode:
            return Answer(None, done.stderr.decode(errors="replace").strip())
        return Answer(done.stdout.decode(errors="replace"))


def _environment(case: Case) -> dict[str, str]:
    own = Path.home() / ".docker"
    return {
        "PATH": os.environ["PATH"],
        "DOCKER_CONFIG": os.environ.get("DOCKER_CONFIG", str(own)),
        "HOME": HOME,
        **case.env,
    }
