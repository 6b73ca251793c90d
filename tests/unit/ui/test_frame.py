import pytest

from composer.run.events import Ended, Output, Progress, Started
from composer.ui.board import Board, Row, words
from composer.ui.frame import frame
from composer.ui.tables import cells

IMAGE = "Image shop-web"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def texts(board: Board, width: int = 80, height: int | None = 24, now: float = 0.0) -> list[str]:
    lines = frame(board.rows(), width=width, height=height, now=now, began=0.0)
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def test_rows_of_a_kind_stand_together_and_times_stop_at_the_end() -> None:
    clock = Clock()
    board = Board(clock)
    board.take(Started("a", "Network shop_default", "Creating"))
    board.take(Started("b", "Container shop-web-1", "Creating"))
    board.take(Started("c", "Network shop_back", "Creating"))
    clock.now = 1.5
    board.take(Ended("a", "Network shop_default", "Created"))
    assert texts(board, now=75.0) == [
        "[+] Running 1/3  1m15s",
        " ✔ Network shop_default  Created      1.5s",
        " ⠋ Network shop_back     Creating    1m15s",
        " ⠋ Container shop-web-1  Creating    1m15s",
    ]


def test_the_title_says_what_is_going_on() -> None:
    board = Board(Clock())
    board.take(Started("a", "Container shop-web-1", "Stopping"))
    lines = frame(board.rows(), width=80, height=24, now=0.0, began=0.0, title="Stopping")
    assert lines[0][0] == ("[+] Stopping 0/1", "bold")


def test_two_waits_on_one_resource_end_with_the_last() -> None:
    board = Board(Clock())
    board.take(Started("a", "Container db", "Waiting"))
    board.take(Started("b", "Container db", "Waiting"))
    row = board.take(Ended("a", "Container db", "Healthy"))
    assert row
    assert row.state == "working"
    board.take(Ended("b", "Container db", "Healthy"))
    assert (row.state, row.verb) == ("done", "Healthy")


def test_a_failure_stays_until_something_new_begins() -> None:
    board = Board(Clock())
    board.take(Started("a", "Container db", "Waiting"))
    board.take(Started("b", "Container db", "Waiting"))
    row = board.take(Ended("a", "Container db", "Healthy", "failed", "unhealthy"))
    assert row
    board.take(Ended("b", "Container db", "Healthy", "skipped"))
    assert (row.state, row.verb, row.detail) == ("failed", "Error", "unhealthy")
    board.take(Started("a", "Container db", "Starting"))
    assert (row.state, row.detail) == ("working", "")


def test_what_was_never_begun_took_the_time_it_tells() -> None:
    row = Board(Clock()).take(Ended("a", "Container db", "Running", seconds=2.5))
    assert row
    assert row.seconds(100.0) == pytest.approx(2.5)


def test_the_words_of_an_end() -> None:
    assert words(Ended("k", "r", "Created")) == ("Created",)
    assert words(Ended("k", "r", "Created", "failed", "why")) == ("Error", "why")
    assert words(Ended("k", "r", "Started", "skipped")) == ("Not started",)
    assert words(Ended("k", "r", "Removed", "warning", "still in use")) == ("still in use",)


def test_a_pull_shows_its_bytes_and_then_its_layers() -> None:
    board = Board(Clock())
    board.take(Started("p", "Image redis:7", "Pulling"))
    board.take(Progress("p", "Image redis:7", "7", "Pulling from library/redis"))
    board.take(Progress("p", "Image redis:7", "aa", "Downloading", 5_000_000, 10_000_000))
    board.take(Progress("p", "Image redis:7", "bb", "Downloading", 0, 10_000_000))
    assert texts(board)[1] == (
        " ⠋ Image redis:7  Pulling      0.0s  ━━━━━━────────────────── 5MB/20MB"
    )
    assert texts(board, width=50)[1].endswith("0.0s  25%")
    board.take(Progress("p", "Image redis:7", "aa", "Pull complete"))
    board.take(Progress("p", "Image redis:7", "bb", "Extracting", 1, 10_000_000))
    assert texts(board)[1].endswith("0.0s  extracting 1/2")


def test_a_build_shows_its_step() -> None:
    board = Board(Clock())
    board.take(Started("b", "Image web", "Building"))
    board.take(Progress("b", "Image web", "[2/3] RUN make", "running"))
    assert texts(board)[1] == " ⠋ Image web  Building     0.0s  [2/3] RUN make running"


@pytest.mark.parametrize("width", range(1, 100))
def test_no_width_is_exceeded(width: int) -> None:
    board = Board(Clock())
    board.take(Started("a", "Container a-very-long-project-web-12", "Recreating"))
    board.take(Ended("b", "Network 日本語_default", "Created", "failed", "because of " * 9))
    for line in texts(board, width):
        assert cells(line) < max(width, 1)


@pytest.mark.parametrize("height", range(3, 30))
def test_no_height_is_exceeded(height: int) -> None:
    board = Board(Clock())
    for number in range(20):
        row = board.take(Started(str(number), f"Container c-{number}", "Creating"))
        assert row
        row.output.extend(["one", "two"])
    assert len(texts(board, height=height)) < height


def test_what_failed_and_works_is_shown_first() -> None:
    board = Board(Clock())
    for number in range(20):
        key, resource = str(number), f"Container c-{number}"
        board.take(Started(key, resource, "Creating"))
        if number not in {3, 9}:
            board.take(Ended(key, resource, "Created", "failed" if number == 15 else "done"))
    assert [line.split()[2] for line in texts(board, height=6)[1:-1]] == ["c-3", "c-9", "c-15"]
    assert texts(board, height=6)[-1] == "   … 17 more: 17 done"


def test_a_name_without_a_kind_is_its_own() -> None:
    assert Row("web", 0).short == "web"


def test_a_long_verb_leaves_room_for_the_names() -> None:
    board = Board(Clock())
    board.take(Started("a", "database", "Pulling"))
    board.take(Ended("a", "database", "Warning - the registry does not answer: no such host"))
    assert texts(board, width=40)[1] == " ✔ database  Warning - the registry do…"


def built() -> tuple[Clock, Board]:
    clock = Clock()
    board = Board(clock)
    board.take(Started("b", IMAGE, "Building"))
    for now, number, text in (
        (0.0, 1, "[internal] load build definition from Dockerfile"),
        (0.1, 1, "DONE 0.1s"),
        (0.2, 2, "[base 1/2] FROM busybox"),
        (0.2, 2, "CACHED"),
        (0.2, 3, "[base 2/2] RUN make"),
        (2.5, 3, "DONE 2.3s"),
        (2.5, 4, "[web 1/1] RUN ./test"),
        (2.6, 5, "[internal] load build context"),
    ):
        clock.now = now
        board.take(Progress("b", IMAGE, f"#{number}", text))
    board.take(Progress("b", IMAGE, "#5", "transferring context:", 5_000_000))
    board.take(Output("b", "#4 0.1 1 of 80\n#4 0.2 2 of 80\n#4 0.3 3 of 80\n"))
    return clock, board


def test_the_steps_of_a_build_are_shown_while_it_works_and_what_they_print_last() -> None:
    clock, board = built()
    assert texts(board, now=3.0) == [
        "[+] Running 0/1  3.0s",
        " ⠋ Image shop-web  Building     3.0s  2/3 steps",
        "     CACHED  [base 1/2] FROM busybox",
        "       2.3s  [base 2/2] RUN make",
        "       0.5s  [web 1/1] RUN ./test",
        "             2 of 80",
        "             3 of 80",
        "       0.4s  [internal] load build context  5MB",
    ]
    clock.now = 9.0
    board.take(Progress("b", IMAGE, "#4", "DONE 6.5s"))
    board.take(Ended("b", IMAGE, "Built"))
    assert texts(board)[1:] == [" ✔ Image shop-web  Built        9.0s  3 steps, 1 cached"]


def test_a_build_that_has_little_room_shows_its_last_steps() -> None:
    _, board = built()
    assert texts(board, height=5, now=3.0)[1:] == [
        " ⠋ Image shop-web  Building     3.0s  2/3 steps",
        "             3 of 80",
        "       0.4s  [internal] load build context  5MB",
    ]
    assert texts(board, height=3, now=3.0)[1:] == [
        " ⠋ Image shop-web  Building     3.0s  #5 transferring context:"
    ]
