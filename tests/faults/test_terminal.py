"""A terminal is as it was, whatever ends the command that had changed it."""

import signal
import termios
from collections.abc import Callable

import pytest

from tests.e2e.stage import IMAGE, Stage, Terminal

pytestmark = pytest.mark.engine

WEB = f"""
services:
  web:
    image: {IMAGE}
    init: true
    tty: true
    stdin_open: true
    network_mode: none
    stop_grace_period: 0s
    command: [sh, -c, "while read word; do echo ready; done"]
"""
LOOP = ("sh", "-c", "while read word; do echo ready; done")
COMMANDS = {
    "run": (("run", "--rm", "web", *LOOP), False),
    "exec": (("exec", "web", *LOOP), False),
    "attach": (("attach", "web"), False),
    "up": (("up",), True),
}
"""Each command, and whether it shows the menu."""


def _kill(stage: Stage, _: Terminal) -> None:
    for one in stage.containers():
        stage.engine.kill(one["Id"])


ENDS: dict[str, Callable[[Stage, Terminal], None]] = {
    "SIGINT": lambda _, at: at.signal(signal.SIGINT),
    "SIGTERM": lambda _, at: at.signal(signal.SIGTERM),
    "container killed": _kill,
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", COMMANDS)
def test_the_terminal_is_as_it_was(stage: Stage, name: str, end: str) -> None:
    """Echo, lines and signals work again in the shell that comes after."""
    stage.write("compose.yaml", WEB)
    command, menu = COMMANDS[name]
    if name != "up":
        stage.up()
    at = stage.terminal(*command, menu=menu)
    before = at.settings
    if menu:
        at.until("Detach")
    else:
        at.type("word\r")
        at.until("ready")
    assert not at.settings[3] & termios.ICANON
    ENDS[end](stage, at)
    if name in {"run", "exec", "attach"} and end == "SIGINT":
        at.signal(signal.SIGINT)  # the second ends at once where the first is passed on
    at.exit_code()
    assert at.settings == before, at.text
    assert "Traceback" not in at.text
