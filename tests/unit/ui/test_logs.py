import io
import json
import os
import threading
from typing import Any

import pytest

from composer.errors import ComposerError
from composer.run.events import (
    ContainerEvent,
    Event,
    LogBlock,
    LogLine,
    LogsFound,
    Notice,
    WatchNote,
)
from composer.ui.logjson import JsonLines
from composer.ui.logs import FULL, OutputClosed, log_printer


class Out(io.TextIOWrapper):
    """Standard output: a terminal, or not."""

    def __init__(self, *, screen: bool = False) -> None:
        self.kept = io.BytesIO()
        super().__init__(self.kept)
        self._screen = screen

    def isatty(self) -> bool:
        return self._screen


def line(text: bytes, container: str = "web-1", **more: Any) -> LogLine:
    fields = {"container": container, "service": "web", "stream": "stdout", "text": text}
    return LogLine(**{**fields, **more})


def printed(
    *events: Event, screen: bool = False, join: tuple[str, ...] = (), **flags: Any
) -> bytes:
    out = Out(screen=screen)
    with log_printer(out, environ={"TERM": "xterm"}, **flags) as printer:
        printer.join(join)
        for event in events:
            printer(event)
    return out.kept.getvalue()


def test_prefixes_are_padded_to_the_widest_name() -> None:
    both = (line(b"a"), line(b"b", "database-1"), line(b"c"))
    assert printed(*both) == b"web-1  | a\ndatabase-1  | b\nweb-1       | c\n"
    assert printed(*both[:1], join=("web-1", "database-1")) == b"web-1       | a\n"


def test_only_at_a_terminal_the_silent_ones_count_for_the_width() -> None:
    """What scripts read does not depend on who else is there, as in Docker Compose."""
    found = LogsFound(("web-1", "database-1"))
    assert printed(found, line(b"a")) == b"web-1  | a\n"
    assert b"web-1       | " in printed(found, line(b"a"), screen=True)


def test_blocks_are_prefixed_line_by_line() -> None:
    block = LogBlock("web-1", "web", "stdout", [b"a", b"", b"c"], [b"t1", b"t2", b"t3"])
    assert printed(block) == b"web-1  | a\nweb-1  | \nweb-1  | c\n"
    assert printed(block, timestamps=True) == b"web-1  | t1 a\nweb-1  | t2 \nweb-1  | t3 c\n"
    assert printed(block, no_log_prefix=True) == b"a\n\nc\n"


def test_times_are_shown_where_they_are_wanted() -> None:
    timed = line(b"a", time="2026-11-20T23:22:20Z")
    assert printed(timed) == b"web-1  | a\n"
    assert printed(timed, timestamps=True) == b"web-1  | 2026-11-20T23:22:20Z a\n"


def test_what_watching_tells_stands_below_the_bars() -> None:
    note = WatchNote("Watch enabled\nmore")
    assert printed(note, join=("web-1",)).decode() == "       ⦿ Watch enabled\n       ⦿ more\n"
    assert printed(note, no_log_prefix=True) == b"Watch enabled\nmore\n"
    coloured = printed(note, join=("web-1",), screen=True).decode()
    assert coloured.startswith("\x1b[92m       ⦿ \x1b[0mWatch enabled\n")


def test_colours_come_in_the_known_order() -> None:
    names = [f"c-{number}" for number in range(12)]
    text = printed(*(line(b"x", name) for name in names), ansi="always", join=tuple(names))
    codes = [part.partition(b"m")[0].decode() for part in text.split(b"\x1b[")[1::2]]
    plain = ["36", "33", "32", "35", "34"]
    assert codes == [*plain, *(f"{code};1" for code in plain), "36", "33"]
    assert text.startswith(b"\x1b[36mc-0   | \x1b[0mx\n")


def test_hooks_have_the_colour_of_their_container() -> None:
    hook, other = line(b"a", "web-1 ->"), line(b"b", "db-1")
    text = printed(hook, other, join=("web-1",), ansi="always")
    assert text == b"\x1b[36mweb-1 ->  | \x1b[0ma\n\x1b[33mdb-1      | \x1b[0mb\n"


def test_colours_can_be_switched_off() -> None:
    assert b"\x1b" not in printed(line(b"a"), screen=True, no_color=True)
    assert b"\x1b" not in printed(line(b"a"), screen=True, ansi="never")
    assert b"\x1b" in printed(line(b"a"), screen=True)


def test_only_a_terminal_is_protected() -> None:
    bad = line(b"\x1b[2J\x1b[31mred\r")
    assert printed(bad) == b"web-1  | \x1b[2J\x1b[31mred\r\n"
    assert printed(bad, screen=True, no_color=True) == b"web-1  | \x1b[31mred\n"
    assert printed(bad, screen=True, ansi="never") == b"web-1  | \x1b[31mred\n"
    assert printed(bad, screen=True, no_color=True, sanitized=False).startswith(b"web-1  | \x1b[2J")


def test_colours_of_a_line_do_not_reach_the_next_prefix() -> None:
    assert printed(line(b"\x1b[41mred"), line(b"b"), screen=True).endswith(
        b"\n\x1b[0;36mweb-1  | \x1b[0mb\n"
    )


def test_pieces_of_a_line_are_put_together() -> None:
    pieces = (line(b"one ", partial=True), line(b"other", "db-1"), line(b"two"))
    assert printed(*pieces, no_log_prefix=True) == b"other\none two\n"


def test_the_end_of_a_container() -> None:
    end = ContainerEvent("job-1", "job", "die", 3)
    assert printed(end) == b"job-1 exited with code 3\n"
    assert printed(end, ansi="always") == b"\x1b[36mjob-1 exited with code 3\x1b[0m\n"
    assert printed(end, screen=True, no_color=True) == b"\r\x1b[Kjob-1 exited with code 3\n"
    assert printed(end, screen=True, ansi="never") == b"job-1 exited with code 3\n"
    assert printed(ContainerEvent("job-1", "job", "start")) == b""


def test_what_follows_the_end_of_a_container() -> None:
    again = ContainerEvent("job-1", "job", "die", 3, then="restarting")
    assert printed(again) == b"job-1 exited with code 3 (restarting)\n"
    other = ContainerEvent("job-1", "job", "die", 3, then="recreated")
    assert printed(other) == b"job-1 exited with code 3\njob-1 has been recreated\n"


def test_the_two_streams_of_a_container_can_be_kept_apart() -> None:
    out, err = Out(), Out()
    with log_printer(out, err, environ={}) as printer:
        for event in (line(b"a"), line(b"b", stream="stderr"), line(b"c")):
            printer(event)
    assert out.kept.getvalue() == b"web-1  | a\nweb-1  | c\n"
    assert err.kept.getvalue() == b"web-1  | b\n"


def test_lines_from_many_threads_are_all_there_and_in_order() -> None:
    out = Out()
    with log_printer(out, environ={}, no_log_prefix=True) as printer:

        def work(name: str) -> None:
            for number in range(500):
                printer(line(b"%b %d" % (name.encode(), number), name))

        threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    lines = out.kept.getvalue().decode().splitlines()
    for name in "abcd":
        assert [one for one in lines if one[0] == name] == [f"{name} {n}" for n in range(500)]


def test_a_closed_pipe_is_told_to_everybody() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    gone = threading.Event()
    with open(writer, "w", encoding="utf-8") as out:
        printer = log_printer(out, environ={}, gone=gone.set)
        printer(line(b"x"))
        assert gone.wait(10)
        with pytest.raises(OutputClosed):
            printer(line(b"y"))
        with pytest.raises(OutputClosed):
            printer.close()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, writer)
        os.close(null)


def test_a_closed_pipe_outweighs_the_interruption_that_it_causes() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    gone = threading.Event()
    with open(writer, "w", encoding="utf-8") as out:
        printer = log_printer(out, environ={}, gone=gone.set)
        printer(line(b"x"))
        assert gone.wait(10)
        with pytest.raises(OutputClosed), printer:
            raise ComposerError("interrupted")
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, writer)
        os.close(null)


def test_a_full_disk_is_an_error_in_words() -> None:
    class Full(Out):
        def __init__(self) -> None:
            super().__init__()
            self.kept.write = self.refuse  # type: ignore[method-assign,assignment]

        def refuse(self, _: bytes) -> int:
            raise OSError(28, "No space left on device")

    printer = log_printer(Full(), environ={})
    printer(line(b"x"))
    with pytest.raises(ComposerError, match="No space left on device"):
        printer.close()


def test_a_slow_reader_holds_back_who_writes() -> None:
    reader, writer = os.pipe()
    block = LogBlock("web-1", "web", "stdout", [b"x" * 1023] * 1024)
    count = 4 * FULL // (1 << 20)
    with open(writer, "w", encoding="utf-8") as out:
        printer = log_printer(out, environ={}, no_log_prefix=True)
        most = 0

        def work() -> None:
            nonlocal most
            for _ in range(count):
                printer(block)
                most = max(most, printer._size)
            printer.close()
            out.close()

        thread = threading.Thread(target=work)
        thread.start()
        size = 0
        with open(reader, "rb") as left:
            while data := left.read(1 << 16):
                size += len(data)
        thread.join()
    assert size == count << 20
    assert most <= FULL + (2 << 20)


def test_what_is_drawn_on_the_terminal_meanwhile_stays_below() -> None:
    above: list[bytes] = []

    def keep(data: bytes) -> bool:
        above.append(data)
        return True

    assert printed(line(b"a"), screen=True, no_color=True, above=keep) == b""
    assert b"".join(above) == b"web-1  | a\n"
    assert printed(line(b"a"), above=keep) == b"web-1  | a\n"


def test_json_has_an_object_for_each_line() -> None:
    """Keys in a fixed order; a terminal's line end is no part of the message."""
    block = LogBlock("web-1", "web", "stderr", [b'say "hi"\r', b"\xff<"], [b"T1", b"T2"])
    first, second = JsonLines().text(block).decode().splitlines()
    assert first == (
        '{"time":"T1","service":"web","container":"web-1","stream":"stderr",'
        '"message":"say \\"hi\\""}'
    )
    assert json.loads(second)["message"] == "\ufffd<"
    assert JsonLines().text(Notice("warning", "away")) == b""


def test_warnings_do_not_mix_with_the_lines(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """They go to standard error."""
    with log_printer() as printer:
        printer(Notice("warning", "none-1: no log"))
    assert capfdbinary.readouterr() == (b"", b"warning: none-1: no log\n")
