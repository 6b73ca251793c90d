import os

import pytest

from composer.errors import Interrupted
from composer.run.events import Ended, Event, Notice, Output, Progress, Started
from composer.ui.live import LiveView
from composer.ui.progress import progress
from tests.unit.ui.screen import Terminal

EVENTS: list[Event] = [
    Notice("warning", "careful\x1b[2J"),
    Started("network default", "Network shop_default", "Creating"),
    Ended("network default", "Network shop_default", "Created"),
    Started("pull redis", "Image redis:7", "Pulling"),
    Progress("pull redis", "Image redis:7", "layer", "Downloading", 5, 10),
    Ended("pull redis", "Image redis:7", "Pulled"),
    Started("create web-1", "Container shop-web-1", "Creating"),
    Ended("create web-1", "Container shop-web-1", "Created"),
    Started("start web-1", "Container shop-web-1", "Starting"),
    Ended("start web-1", "Container shop-web-1", "Started", "failed", "port is already allocated"),
]


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def show(terminal: Terminal, events: list[Event], *, dry_run: bool = False) -> None:
    environ = {"TERM": "xterm"}
    view = progress("auto", terminal.stream, environ=environ, clock=Clock(), dry_run=dry_run)
    assert isinstance(view, LiveView)
    with view:
        for event in events:
            view(event)
            if view._live:
                view._live.refresh()


def test_every_resource_stays_with_what_became_of_it() -> None:
    with Terminal(80) as terminal:
        show(terminal, EVENTS)
    assert terminal.lines == [
        "WARN[0000] careful\\x1b[2J",
        "[+] Running 2/3  0.0s  1 failed",
        " ✔ Network shop_default  Created      0.0s",
        " ✔ Image redis:7         Pulled       0.0s",
        " ✘ Container shop-web-1  Error        0.0s  port is already allocated",
    ]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_wraps(width: int) -> None:
    events = [event for event in EVENTS if not isinstance(event, Notice)]
    with Terminal(width) as terminal:
        show(terminal, events)
    assert len(terminal.lines) == 4
    assert all("✔" in line or "✘" in line for line in terminal.lines[1:])


@pytest.mark.parametrize("width", [20, 40, 80])
def test_a_key_that_is_echoed_wraps_no_line(width: int) -> None:
    """Ctrl-C, behind the last row while that is redrawn."""
    with Terminal(width) as terminal:
        view = progress("tty", terminal.stream, environ={"TERM": "xterm"}, clock=Clock())
        assert isinstance(view, LiveView)
        with view:
            view(Started("build web", "Image shop-web", "Building"))
            view(Progress("build web", "Image shop-web", "step", "RUN " + "make " * 20))
            *_, last = str(view._frame()).splitlines()
    assert len(last + "^C") < width


def test_many_resources_do_not_outgrow_the_screen() -> None:
    clock = Clock()
    with Terminal(80, height=10) as terminal:
        view = progress("tty", terminal.stream, environ={"TERM": "xterm"}, clock=clock)
        assert isinstance(view, LiveView)
        with view:
            for number in range(200):
                view(Started(str(number), f"Container c-{number}", "Creating"))
            assert view._live
            view._live.refresh()
            frame = str(view._frame())
            for number in range(200):
                view(Ended(str(number), f"Container c-{number}", "Created"))
    assert len(frame.splitlines()) <= 9
    assert frame.endswith("   … 193 more: 193 working")
    assert len(terminal.lines) == 201
    assert sum("Created" in line for line in terminal.lines) == 200


def test_the_output_of_what_failed_stays() -> None:
    with Terminal(80) as terminal:
        show(
            terminal,
            [
                Started("build web", "Image shop-web", "Building"),
                Output("build web", "compiling\n\x1b[31mno such file\x1b[0m\n"),
                Ended("build web", "Image shop-web", "Built", "failed", "exit code 2"),
            ],
        )
    assert terminal.lines[:2] == ["compiling", "no such file"]
    assert b"\x1b[31mno such file" in terminal.raw


def test_the_output_of_what_works_is_shown_below_it_for_the_time_being() -> None:
    with Terminal(80) as terminal:
        show(
            terminal,
            [
                Started("build web", "Image shop-web", "Building"),
                Output("build web", "".join(f"step {number}\n" for number in range(9))),
                Ended("build web", "Image shop-web", "Built"),
            ],
        )
    assert b"     step 8" in terminal.raw
    assert b"     step 0" not in terminal.raw
    assert terminal.lines[1:] == [" ✔ Image shop-web  Built        0.0s"]


def test_other_output_goes_above() -> None:
    with Terminal(80) as terminal:
        view = progress("tty", terminal.stream, environ={"TERM": "xterm"}, clock=Clock())
        with view:
            assert not view.above(b"nothing is drawn yet\n")
            view(Started("create", "Container c", "Creating"))
            assert view.above(b"web-1  | hello\nweb-1  | \x1b[32mworld\x1b[0m\n")
            view(Ended("create", "Container c", "Created"))
    assert terminal.lines == [
        "web-1  | hello",
        "web-1  | world",
        "[+] Running 1/1  0.0s",
        " ✔ Container c  Created      0.0s",
    ]


def test_other_output_comes_below_what_is_done() -> None:
    with Terminal(80) as terminal:
        view = progress("tty", terminal.stream, environ={"TERM": "xterm"}, clock=Clock())
        with view:
            view(Started("create", "Container c", "Creating"))
            view(Ended("create", "Container c", "Created"))
            assert not view.above(b"")
            terminal.stream.write("web-1  | hello\n")
            view(Started("stop", "Container c", "Stopping"))
            view(Ended("stop", "Container c", "Stopped"))
    assert terminal.lines == [
        "[+] Running 1/1  0.0s",
        " ✔ Container c  Created      0.0s",
        "web-1  | hello",
        "[+] Running 1/1  0.0s",
        " ✔ Container c  Stopped      0.0s",
    ]


def test_the_time_counts_from_what_was_begun_first() -> None:
    """Not from the last frame before, or from the question that came between."""
    clock = Clock()
    with Terminal(80) as terminal:
        view = progress("tty", terminal.stream, environ={"TERM": "xterm"}, clock=clock)
        for verb in ("Created", "Removed"):
            with view:
                clock.now += 20
                view(Started(verb, "Container c", verb))
                clock.now += 1.5
                view(Ended(verb, "Container c", verb))
    assert [line.split()[-1] for line in terminal.lines if "Running" in line] == ["1.5s", "1.5s"]


@pytest.mark.parametrize("drawn", [True, False])
def test_whether_an_echoed_key_still_stands_alone_is_told(*, drawn: bool) -> None:
    """The last frame ends the line; where there is none, somebody else has to."""
    interrupted = Interrupted(2)
    with Terminal(80) as terminal:
        view = progress("tty", terminal.stream, environ={"TERM": "xterm"}, clock=Clock())
        view.__enter__()
        for event in EVENTS[1:3] if drawn else ():
            view(event)
        view.__exit__(Interrupted, interrupted, None)
    assert interrupted.told is drawn


def test_what_comes_to_no_end_is_not_shown_as_going_on() -> None:
    """A second Ctrl-C does not wait for it."""
    with Terminal(80) as terminal:
        show(terminal, [*EVENTS[1:3], Started("pull redis", "Image redis:7", "Pulling")])
    assert terminal.lines == [
        "[+] Running 1/2  0.0s",
        " ✔ Network shop_default  Created        0.0s",
        " - Image redis:7         Interrupted",
    ]


def test_nothing_is_redrawn_when_all_has_long_been_done() -> None:
    clock = Clock()
    with Terminal(80) as terminal:
        view = progress("tty", terminal.stream, environ={"TERM": "xterm"}, clock=clock)
        assert isinstance(view, LiveView)
        with view:
            view(Started("create", "Container c", "Creating"))
            live = view._live
            assert live
            view(Ended("create", "Container c", "Created"))
            clock.now += 60
            view._redraw(live)
            assert view._live is None
    assert terminal.lines == ["[+] Running 1/1  0.0s", " ✔ Container c  Created      0.0s"]


def test_the_view_can_be_entered_again() -> None:
    with Terminal(80) as terminal:
        view = progress("tty", terminal.stream, environ={"TERM": "xterm"}, clock=Clock())
        for verb in ("Created", "Removed"):
            with view:
                view(Started(verb, "Container c", verb))
                view(Ended(verb, "Container c", verb))
            view(Started("late", "Container late", "Creating"))
    assert [line.split()[-2] for line in terminal.lines if "✔" in line] == ["Created", "Removed"]


def test_colours_are_left_out_where_they_are_not_wanted() -> None:
    for environ in ({"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "xterm"}):
        with Terminal(80) as terminal, progress("tty", terminal.stream, environ=environ) as view:
            for event in EVENTS:
                view(event)
        assert (b"\x1b[32m" in terminal.raw) is ("NO_COLOR" not in environ)


def test_the_cursor_comes_back() -> None:
    with Terminal(80) as terminal:
        show(terminal, EVENTS)
    assert terminal.raw.rindex(b"\x1b[?25h") > terminal.raw.rindex(b"\x1b[?25l")


def test_a_dry_run_says_so_in_every_line() -> None:
    with Terminal(80) as terminal:
        show(terminal, EVENTS[1:3], dry_run=True)
    assert terminal.lines[1] == " ✔ DRY-RUN MODE - Network shop_default  Created      0.0s"


def test_a_dumb_terminal_and_never_get_plain_lines() -> None:
    for environ, ansi in (({"TERM": "dumb"}, "auto"), ({"TERM": "xterm"}, "never")):
        with (
            Terminal(80) as terminal,
            progress("auto", terminal.stream, environ=environ, ansi=ansi) as view,
        ):
            for event in EVENTS[1:]:
                view(event)
        assert b"\x1b" not in terminal.raw
        assert terminal.lines[0] == " Network shop_default  Creating"


def test_a_pipe_gets_no_control_codes() -> None:
    reader, writer = os.pipe()
    with (
        open(writer, "w", encoding="utf-8") as stream,
        progress("auto", stream, environ={"TERM": "xterm"}) as view,
    ):
        for event in EVENTS:
            view(event)
    with open(reader, "rb") as left:
        assert b"\x1b" not in left.read()
