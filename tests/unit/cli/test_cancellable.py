"""What a command ends with after a signal."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from composer.cli.command import cancellable
from composer.errors import Interrupted

SOON_S = 60


def _ends_with(number: int, *, here: bool = False) -> int:
    with pytest.raises(Interrupted) as ended:
        _hit(number, here=here)
    return ended.value.exit_code


def _hit(number: int, *, here: bool) -> None:
    with cancellable() as cancel, cancel.heeding():
        if here:
            signal.raise_signal(number)
        raise Interrupted(signal.SIGINT if here else number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_the_signal_that_came_decides(number: signal.Signals) -> None:
    """Whoever heeds the request does not know by which signal it was made."""
    assert _ends_with(number, here=True) == 128 + number


def test_a_signal_from_before_keeps_its_number() -> None:
    """It came while a module was imported, and breaks off only now."""
    assert _ends_with(signal.SIGHUP) == 128 + signal.SIGHUP


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_no_signal_ends_the_program_by_itself(tmp_path: Path, number: signal.Signals) -> None:
    """It cleans up and then tells by its exit code; this one waits for an engine's answer."""
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(tmp_path / "engine"))
        engine.listen()
        engine.settimeout(SOON_S)
        address = {"DOCKER_HOST": f"unix://{tmp_path}/engine"}
        program = subprocess.Popen(
            [sys.executable, "-m", "composer", "ls"], env={**os.environ, **address},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        with engine.accept()[0]:
            program.send_signal(number)
            said, _ = program.communicate(timeout=SOON_S)
    assert (program.returncode, said) == (128 + number, b"")
