import io
import json
import sys
from subprocess import run

import pytest

from composer.run.events import Ended, Event, Notice, Output, Progress, Started
from composer.ui.progress import progress

EVENTS: list[Event] = [
    Notice("warning", 'The "TAG" variable is not set.'),
    Notice("info", "all is well"),
    Ended("web", "Container shop-web-1", "Running"),
    Started("pull redis", "Image redis:7", "Pulling"),
    Progress("pull redis", "Image redis:7", "aa", "Downloading", 1_500_000, 3_000_000),
    Progress("pull redis", "Image redis:7", "aa", "Downloading", 2_000_000, 3_000_000),
    Progress("pull redis", "Image redis:7", "aa", "Pull complete"),
    Ended("pull redis", "Image redis:7", "Pulled"),
    Output("pull redis", "two\nlines\n"),
    Started("start db", "Container shop-db-1", "Starting"),
    Ended("start db", "Container shop-db-1", "Started", "failed", "port\x1b taken\nby nginx"),
    Ended("start web", "Container shop-web-1", "Started", "skipped", "Container shop-db-1 failed"),
    Ended("remove", "Network shop_default", "Removed", "warning", "Resource is still in use"),
]


def printed(mode: str, *, dry_run: bool = False, ansi: str = "auto") -> str:
    stream = io.StringIO()
    with progress(
        mode, stream, ansi=ansi, dry_run=dry_run, environ={}, wall=lambda: 1_800_000_000.0
    ) as view:
        for event in EVENTS:
            view(event)
    return stream.getvalue()


def test_plain_lines() -> None:
    warning, info, *lines = printed("plain").splitlines()
    assert warning.startswith('time="2027-01-1')
    assert warning.endswith(' level=warning msg="The \\"TAG\\" variable is not set."')
    assert info.endswith(' level=info msg="all is well"')
    assert lines == [
        " Container shop-web-1  Running",
        " Image redis:7  Pulling",
        " aa Downloading",
        " aa Pull complete",
        " Image redis:7  Pulled",
        "two",
        "lines",
        " Container shop-db-1  Starting",
        " Container shop-db-1  Error port\\x1b taken by nginx",
        " Container shop-web-1  Not started Container shop-db-1 failed",
        " Network shop_default  Resource is still in use",
    ]


def test_what_a_provider_brings_is_told_as_wide_as_a_container() -> None:
    stream = io.StringIO()
    with progress("plain", stream, environ={}) as view:
        view(Started("provide db", "db", "Creating"))
        view(Progress("provide db", "db", text="asks for a room"))
        view(Ended("provide db", "db", "Created"))
        view(Progress("withdraw db", "db", text="says goodbye"))
        view(Started("pull redis", "cache", "Pulling"))
    assert stream.getvalue().splitlines() == [
        " db  Creating",
        " db  asks for a room",
        " db  Created",
        " db  says goodbye",
        " cache Pulling",
    ]


def test_a_pipe_gets_plain_lines() -> None:
    assert printed("auto") == printed("plain")


def test_the_steps_of_a_build_and_their_output_begin_at_the_margin() -> None:
    stream = io.StringIO()
    with progress("plain", stream, environ={}) as view:
        view(Progress("build web", "Image web", "#5", "[2/2] RUN make"))
        view(Output("build web", "#5 0.1 cc main.c\n"))
        view(Progress("build web", "Image web", "#5", "context", 1500, done=True))
        view(Progress("build web", "Image web", "#5", "layers", done=True))
    assert stream.getvalue().splitlines() == [
        "#5 [2/2] RUN make",
        "#5 0.1 cc main.c",
        "#5 context 1.5kB done",
        "#5 layers done",
    ]


def test_an_empty_line_parts_the_steps_of_a_build() -> None:
    stream = io.StringIO()
    with progress("plain", stream, environ={}) as view:
        view(Started("build web", "Image web", "Building"))
        view(Progress("build web", "Image web", "#1", "RUN make"))
        view(Output("build web", "#1 0.1 cc main.c\n"))
        view(Progress("build web", "Image web", "#2", "COPY a b"))
        view(Progress("build db", "Image db", "#2", "RUN x"))
    assert stream.getvalue().splitlines() == [
        "#1 RUN make", "#1 0.1 cc main.c", "", "#2 COPY a b", "", "#2 RUN x"
    ]  # fmt: skip


@pytest.mark.parametrize("mode", ["plain", "tty", "json"])
def test_where_no_warnings_are_wanted_errors_are_shown_all_the_same(mode: str) -> None:
    stream = io.StringIO()
    with progress(mode, stream, environ={}) as view:
        view.warns = False
        view(Notice("warning", "careful"))
        view(Notice("error", "broken"))
    assert "careful" not in stream.getvalue()
    assert "broken" in stream.getvalue()


def test_in_json_a_build_has_the_name_of_its_image() -> None:
    stream = io.StringIO()
    with progress("json", stream, environ={}) as view:
        view(Started("build web", "Image shop-web", "Building"))
        view(Progress("build web", "Image shop-web", "#1", "RUN make"))
        view(Ended("build web", "Image shop-web", "Built"))
    found = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [one.get("parent_id", one["id"]) for one in found] == ["shop-web"] * 3


def test_in_json_a_container_that_is_copied_from_stands_apart_from_the_copying() -> None:
    told = "shop-web-1 copy a to shop-web-1:/b"
    stream = io.StringIO()
    with progress("json", stream, environ={}) as view:
        view(Started(f"copy {told}", told, "Copying"))
        view(Ended(f"copy {told}", told, "Copied"))
    one = {"id": "shop-web-1", "text": "copy a to shop-web-1:/b"}
    found = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert found == [{**one, "status": "Copying"}, {**one, "status": "Copied"}]


def test_in_json_what_is_skipped_is_told_as_transfers_are() -> None:
    stream = io.StringIO()
    with progress("json", stream, environ={}) as view:
        view(Ended("skip web", "web", "Skipped - Image can be built"))
    assert json.loads(stream.getvalue()) == {"id": "web", "text": "Skipped - Image can be built"}


def test_of_a_build_the_end_is_told_by_the_name_of_its_image() -> None:
    stream = io.StringIO()
    with progress("plain", stream, environ={}) as view:
        view(Started("build web", "Image shop-web", "Building"))
        view(Ended("build web", "Image shop-web", "Built"))
        view(Ended("build db", "Image shop-db", "Error", "failed", "no make"))
    assert stream.getvalue().splitlines() == [
        " shop-web  Built", " Image shop-db  Error no make"
    ]  # fmt: skip


def test_always_is_live_without_a_terminal() -> None:
    assert "\x1b[" in printed("auto", ansi="always")


def test_dry_runs_say_so() -> None:
    assert " DRY-RUN MODE -  Container shop-web-1  Running\n" in printed("plain", dry_run=True)


def test_json_lines() -> None:
    found = [json.loads(line) for line in printed("json").splitlines()]
    downloading = {"id": "aa", "parent_id": "Image redis:7", "text": "Downloading"}
    now = "2027-01-15T08:00:00Z"
    assert found == [
        {"level": "warning", "msg": 'The "TAG" variable is not set.', "time": now},
        {"level": "info", "msg": "all is well", "time": now},
        {"id": "Container shop-web-1", "status": "Running"},
        {"id": "Image redis:7", "text": "Pulling"},
        {**downloading, "status": "1.5MB/3MB", "current": 1500000, "total": 3000000, "percent": 50},
        {**downloading, "status": "2MB/3MB", "current": 2000000, "total": 3000000, "percent": 66},
        {"id": "aa", "parent_id": "Image redis:7", "text": "Pull complete"},
        {"id": "Image redis:7", "text": "Pulled"},
        {"id": "Image redis:7", "text": "two\nlines"},
        {"id": "Container shop-db-1", "status": "Starting"},
        {"id": "Container shop-db-1", "text": "Error", "status": "port\x1b taken\nby nginx"},
        {"id": "Container shop-web-1", "text": "Not started",
         "status": "Container shop-db-1 failed"},
        {"id": "Network shop_default", "status": "Resource is still in use"},
    ]  # fmt: skip


def test_json_of_a_dry_run_begins_with_it() -> None:
    line = '{"dry-run":true,"id":"Container shop-web-1","status":"Running"}\n'
    assert line in printed("json", dry_run=True)


def test_quiet_shows_warnings_only() -> None:
    (line,) = printed("quiet").splitlines()
    assert " level=warning " in line


def test_outside_of_its_block_a_view_shows_notices_only() -> None:
    stream = io.StringIO()
    view = progress("plain", stream, environ={})
    view(EVENTS[2])
    assert stream.getvalue() == ""
    view(EVENTS[0])
    assert stream.getvalue()


def test_rich_is_loaded_for_a_terminal_only() -> None:
    program = (
        "import io, sys\n"
        "import composer.ui.ask, composer.ui.logs, composer.ui.problems, composer.ui.ps\n"
        "from composer.ui.progress import progress\n"
        "for mode in ('auto', 'plain', 'json', 'quiet'):\n"
        "    progress(mode, io.StringIO(), environ={})\n"
        "sys.exit(any(name.split('.')[0] == 'rich' for name in sys.modules))\n"
    )
    assert run([sys.executable, "-c", program], check=False).returncode == 0
