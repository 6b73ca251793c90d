"""What is shown until a signal ends it."""

import signal

import pytest

from composer import Composer
from composer.cli.renewing import View, renew
from composer.errors import Interrupted
from tests.memory_engine import MemoryEngine


class _Dying:
    """Nothing may break off what it does at its end, so the signal is only taken note of."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


def test_a_signal_that_breaks_nothing_off_still_decides_how_it_ends() -> None:
    def look() -> View:
        _Dying()
        return View("", running=True)

    with (
        Composer(project_name="shop", engine=MemoryEngine()) as app,
        pytest.raises(Interrupted) as ended,
    ):
        renew(app, look, screen=False, pause_s=0)
    assert ended.value.exit_code == 128 + signal.SIGTERM
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0, "something would still be broken off"
