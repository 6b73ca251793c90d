"""Load: many containers, many services, many commands. Prints figures; ends with 1 where one fails.

python -m tests.load            all (some ten minutes on two cores)
python -m tests.load cycles     only those named: stack, services, cycles, crowd
"""

import gc
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path

from composer.api import Composer, DownPolicy
from tests.e2e.stage import IMAGE, PROGRAM, Stage, connect

MANY = 200
SERVICES = 1000
CYCLES = 50
CROWD = 10
MEMORY_MB = 150
"""What the program may need at most."""
GROWTH_MB = 10
"""What many cycles in one process may leave behind; allocators keep some."""
IDLE = f"image: {IMAGE}, init: true, stop_grace_period: 0s"
TALKER = f"services: {{web: {{{IDLE}, command: [sh, -c, 'seq 1 100; exec sleep 600']}}}}\n"
SMALL = f"services: {{a: {{{IDLE}, command: sleep 600}}, b: {{{IDLE}, command: sleep 600}}}}\n"


class Broken(Exception):
    """A promise that does not hold."""


def ensure(holds: object, why: str) -> None:
    if not holds:
        raise Broken(why)


@contextmanager
def stage_of(text: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - a generator
    """Give a stage with that file; remove all of it afterwards."""
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        engine = connect()
        stage = Stage(Path(folder), engine)
        stage.write("compose.yaml", text)
        try:
            yield stage
        finally:
            stage.clear()
            engine.close()


def run(stage: Stage, *arguments: str) -> tuple[float, float, str]:
    """Run the program; return seconds, the most memory that it had (MB), and its output."""
    with (stage.folder / "out").open("w+") as out:
        began = time.monotonic()
        process = subprocess.Popen(
            [*PROGRAM, *arguments], cwd=stage.folder, env=stage.env,
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    ensure(process.returncode == 0, f"{arguments} ended with {process.returncode}:\n{text[-2000:]}")
    return seconds, usage.ru_maxrss / 1024, text


def tell(what: str, seconds: float, memory: float = 0) -> None:
    print(f"| {what} | {seconds:.1f} s | {f'{memory:.0f} MB' if memory else ''} |", flush=True)
    ensure(memory < MEMORY_MB, f"{what}: {memory:.0f} MB are more than {MEMORY_MB}")


def stack() -> None:
    """Many containers in one project: up, scaled, logged, down."""
    with stage_of(TALKER) as stage:
        tell(f"up of {MANY} containers", *run(stage, "up", "-d", "--scale", f"web={MANY}")[:2])
        ensure(len(stage.names()) == MANY, "not all are there")
        tell("the same again", *run(stage, "up", "-d", "--scale", f"web={MANY}")[:2])
        seconds, memory, text = run(stage, "logs", "--no-log-prefix")
        tell(f"their logs, {MANY * 100} lines", seconds, memory)
        ensure(len(text.splitlines()) == MANY * 100, f"{len(text.splitlines())} lines")
        tell(f"scale to {MANY // 2}", *run(stage, "scale", f"web={MANY // 2}")[:2])
        ensure(len(stage.names()) == MANY // 2, "not scaled")
        tell(f"scale to {MANY}", *run(stage, "scale", f"web={MANY}")[:2])
        tell("down", *run(stage, "down")[:2])
        ensure(not stage.names(), "containers are left")
        ensure(not stage.networks(), "a network is left")


def services() -> None:
    """Many services, planned."""
    lines = [f"  s{number}: {{{IDLE}, command: sleep 600}}" for number in range(SERVICES)]
    with stage_of("\n".join(["services:", *lines, ""])) as stage:
        seconds, memory, text = run(stage, "plan")
        tell(f"plan of {SERVICES} services", seconds, memory)
        ensure(f"s{SERVICES - 1}" in text, "not all are planned")


def cycles() -> None:
    """Many cycles of up and down in one process: nothing is left behind."""
    with stage_of(SMALL) as stage:
        began = time.monotonic()
        before: tuple[int, int, float] | None = None
        for number in range(CYCLES):
            with Composer(cwd=str(stage.folder), environ=dict(os.environ)) as app:
                app.up()
                app.down(DownPolicy(volumes=True))
            gc.collect()
            if number == CYCLES // 10:
                before = _held()
        after = _held()
        ensure(before, "too few cycles")
        print(
            f"  descriptors, threads, MB: {before} after {CYCLES // 10} cycles, {after} at the end"
        )
        tell(f"{CYCLES} cycles of up and down", time.monotonic() - began)
        ensure(before and after[0] <= before[0], "descriptors leak")
        ensure(before and after[1] <= before[1], "threads leak")
        ensure(before and after[2] - before[2] < GROWTH_MB, "memory leaks")
        ensure(not stage.names(), "containers are left")
        ensure(not stage.networks(), "networks are left")


def _held() -> tuple[int, int, float]:
    """Return open descriptors, threads (once those that are ending have ended), memory in MB."""
    deadline = time.monotonic() + 5
    while threading.active_count() > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    memory = round(pages * os.sysconf("SC_PAGESIZE") / 2**20, 1)
    return len(os.listdir("/proc/self/fd")), threading.active_count(), memory


def crowd() -> None:
    """Many commands on one project at once: all end well, and each container is there once."""
    with stage_of(SMALL) as stage:
        began = time.monotonic()
        processes = [stage.begin("up", "-d") for _ in range(CROWD)]
        for one in processes:
            said = one.communicate()
            ensure(one.returncode == 0, f"one ended with {one.returncode}:\n{said}")
        tell(f"{CROWD} times up of one project at once", time.monotonic() - began)
        ensure(stage.states() == {"a-1": "running", "b-1": "running"}, str(stage.states()))


ALL: dict[str, Callable[[], None]] = {
    "stack": stack,
    "services": services,
    "cycles": cycles,
    "crowd": crowd,
}


def main(names: Sequence[str]) -> int:
    """Put the loads on; return the exit code."""
    code = 0
    print("| load | time | memory |\n|---|---|---|")
    for name in names or list(ALL):
        try:
            ALL[name]()
        except Broken as broken:
            print(f"FAILED {name}: {broken}", flush=True)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
