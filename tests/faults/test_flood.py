"""A flood of lines, and a reader that is slow: nothing is lost, and memory stays bounded."""

import re
from pathlib import Path

import pytest

from tests.e2e.stage import IMAGE, Stage
from tests.faults.scenarios import LIMIT_S

pytestmark = pytest.mark.engine

LINES = 200_000
MOST_KB = 150_000


@pytest.mark.parametrize("command", [("logs",), ("logs", "-f"), ("up",)])
def test_a_flood_before_a_slow_reader(stage: Stage, command: tuple[str, ...]) -> None:
    """What nobody has read yet waits at the engine, not in memory."""
    stage.write(
        "compose.yaml",
        f"services: {{web: {{image: {IMAGE}, network_mode: none, command: seq {LINES}}}}}",
    )
    if command[0] == "logs":
        stage.up()
        stage.wait_until(lambda: stage.states() == {"web-1": "exited"})
    process = stage.begin(*command, env={"COMPOSE_MENU": "false"})
    assert process.stdout
    read = process.stdout.read(1 << 16)
    stage.wait_until(lambda: stage.states() == {"web-1": "exited"}, LIMIT_S)
    most = re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
    assert int(most[0]) < MOST_KB
    read += process.stdout.read()
    numbers = re.findall(r"^web-1 +\| (\d+)$", read, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, LINES + 1)]
    assert process.wait(LIMIT_S) == 0
