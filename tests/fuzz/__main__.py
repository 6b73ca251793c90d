"""A fuzz target for the loader: whatever the bytes, a project or a LoadError, and soon.

    python -m tests.fuzz [SECONDS]

Begins with the corpus of the conformance tests. With atheris, new inputs are kept that reach new
code; without it, files are spliced and changed at random. What is found wrong is written to
tests/fuzz/found/, to be made a case of `tests/cases/load`. Ends with 1 where something was found.
"""

import hashlib
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from composer.errors import LoadError
from tests.conformance.cases import read_corpus
from tests.loading import load_files

FOUND = Path(__file__).parent / "found"
CORPUS = Path(__file__).parents[1] / "conformance" / "corpus"
SECONDS = 600
LIMIT_S = 10
"""Seconds of the processor that one input may take."""
SPLIT = b"\n#---override---\n"
"""Where one input is two files."""
WORDS = (
    b"&a ", b"*a", b"<<: *a", b"!reset null", b"!override ", b"${A:-", b"}", b"$$", b"%YAML 1.1\n",
    b"---\n", b"\x00", b"\xff\xfe", b"\r", b"\t", b"? ", b"- ", b"extends: {service: a}", b"{}",
    b"include: [compose.yaml]", b"0x1F", b"1e999", b"-1", b"!!python/object:os.system ",
)  # fmt: skip


class Slow(Exception):
    """Loading one input took longer than LIMIT_S."""


def load_any(data: bytes) -> None:
    """Load *data* as a file, or as two; let through what a user must never see."""
    names = ("compose.yaml", "compose.override.yaml")
    parts = data.split(SPLIT, 1)
    texts = {
        name: part.decode("utf-8", "replace") for name, part in zip(names, parts, strict=False)
    }
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT_S)
    try:
        load_files({**texts, ".env": "A=b\n"})
    except LoadError as wrong:
        str(wrong)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def main(arguments: Sequence[str]) -> int:
    """Fuzz for some seconds; return the exit code."""
    seconds = int(arguments[0]) if arguments else SECONDS
    signal.signal(signal.SIGVTALRM, _too_slow)
    seeds = [case.files["compose.yaml"] for case in read_corpus([CORPUS]) if _is_one(case.files)]
    before = len(list(FOUND.glob("*.yaml")))
    try:
        atheris = import_module("atheris")
    except ImportError:
        print("atheris is not installed: changing files at random")
        _at_random(seeds, seconds)
    else:
        _guided(atheris, seeds, seconds)
    found = len(list(FOUND.glob("*.yaml"))) - before
    print(f"{found} found in {seconds} s")
    return 1 if found else 0


def _is_one(files: object) -> bool:
    return isinstance(files, dict) and "compose.yaml" in files


def _too_slow(*_: object) -> None:
    raise Slow(f"longer than {LIMIT_S} s")


def _tried(data: bytes) -> None:
    """Try one input; keep it where it fails in a way that is new."""
    try:
        load_any(data)
    except Exception as failure:  # noqa: BLE001 - every kind is a find
        last = traceback.extract_tb(failure.__traceback__)[-1]
        place = f"{type(failure).__name__} {last.filename}:{last.lineno}"
        path = FOUND / f"{hashlib.sha256(place.encode()).hexdigest()[:12]}.yaml"
        if not path.exists():
            FOUND.mkdir(exist_ok=True)
            path.write_bytes(data)
            print(f"{path.name}: {place}: {failure!s:.200}", flush=True)


def _at_random(seeds: Sequence[bytes], seconds: int) -> None:
    chance = random.Random(time.time_ns())  # noqa: S311 - not to be secret
    end, tried = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        _tried(_changed(seeds, chance))
        tried += 1
    print(f"{tried} inputs")


def _changed(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Return a file with a few places changed, sometimes with a second one after it."""
    data = bytearray(chance.choice(seeds))
    if chance.random() < 0.3:
        data += SPLIT + chance.choice(seeds)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                del data[at : at + chance.randint(1, 12)]
            case 1:
                data[at:at] = chance.choice(WORDS)
            case 2:
                piece = chance.choice(seeds)
                start = chance.randrange(len(piece) + 1)
                data[at:at] = piece[start : start + chance.randint(1, 80)]
            case _:
                data[at : at + 1] = bytes([chance.randrange(256)])
    return bytes(data)


def _guided(atheris: Any, seeds: Sequence[bytes], seconds: int) -> None:
    """Let libFuzzer choose; it ends the process, so it runs in one of its own."""
    FOUND.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds):
            (Path(folder) / str(number)).write_bytes(seed)
        child = os.fork()
        if child == 0:
            options = [
                f"-max_total_time={seconds}",
                f"-artifact_prefix={FOUND}/",
                "-rss_limit_mb=0",
                "-timeout=600",  # of the clock, which others may have taken
                folder,
            ]
            atheris.instrument_all()
            atheris.Setup(["fuzz", *options], _tried)
            atheris.Fuzz()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            raise SystemExit("the fuzzing broke off")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
