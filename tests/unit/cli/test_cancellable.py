"""What a command ends with after a signal."""

import signal

import pytest

from composer.cli.command import cancellable
from composer.errors import Interrupted


def _ends_with(number: int, *, here: bool = False) -> int:
    with pytest.raises(Interrupted) as ended:
        _hit(number, here=here)
    return ended.value.exit_code


def _hit(number: int, *, here: bool) -> None:
    with cancellable() as cancel, cancel.heeding():
        if here:
            signal.raise_signal(number)
        raise Interrupted(signal.SIGINT if here else number)


def test_the_signal_that_came_decides() -> None:
    """Whoever heeds the request does not know by which signal it was made."""
    assert _ends_with(signal.SIGTERM, here=True) == 128 + signal.SIGTERM


def test_a_signal_from_before_keeps_its_number() -> None:
    """It came while a module was imported, and breaks off only now."""
    assert _ends_with(signal.SIGHUP) == 128 + signal.SIGHUP
