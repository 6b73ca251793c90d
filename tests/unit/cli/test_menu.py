"""The shortcuts of an attached ``up``."""

import io
from typing import TYPE_CHECKING, cast

from composer.cli.menu import Menu
from composer.run.events import Event
from composer.ui.footer import Footer

if TYPE_CHECKING:
    from composer.cli.watching import Watch


class Idle:
    """A Watch that is off."""

    is_on = configured = False


def test_enter_makes_room_and_says_nothing() -> None:
    """As at a prompt: people part what they have read from what comes."""
    out, told = io.BytesIO(), list[Event]()
    line = Footer(out, coloured=False, width=lambda: 80)
    menu = Menu(line, cast("Watch", Idle()), told.append, detach=lambda: None)
    menu._show()
    menu._press("\n")
    assert told == []
    assert out.getvalue().count(b"\n") == 1
    menu._press("w")
    assert len(told) == 1
