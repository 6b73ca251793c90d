"""The comparison with Docker Compose: what it reads, what it leaves out, what it reports."""

import re
from collections.abc import Iterator

import pytest

from tests.conformance.commands import recorded
from tests.parity import normal
from tests.parity.__main__ import side_by_side
from tests.parity.judge import differences, mended
from tests.parity.play import Outcome
from tests.parity.scenario import BadScenario, Scenario, Step, read, read_all

SMALL = """\
=== two steps
# Why they are played.
--- compose.yaml
services: {}
--- sub/x
1
! prepare
$ compose up
> go on
~ exit, stderr: a reason
$ compose down
"""
STEP = Step("x")
WORDS = re.compile(r"[;|&\n()`]+")


def test_a_scenario_is_files_and_steps() -> None:
    (found,) = read("area", SMALL)
    assert found.title == "area/two steps"
    assert found.files == {"compose.yaml": "services: {}\n", "sub/x": "1\n"}
    assert found.steps == (
        Step("prepare", compared=False),
        Step("compose up\ngo on", known={"exit": "a reason", "stderr": "a reason"}),
        Step("compose down"),
    )


@pytest.mark.parametrize(
    "text",
    ["=== none\n", "=== x\nstray\n$ y\n", "=== x\n$ y\n~ colour: no\n", "=== x\n$ y\n~ exit\n"],
)
def test_a_line_that_belongs_nowhere_is_an_error(text: str) -> None:
    with pytest.raises(BadScenario):
        list(read("area", text))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Up 3 seconds (healthy)", "Up <time> (healthy)"),
        ("Exited (3) About a minute ago", "Exited (3) <time>"),
        ("2026-01-02T03:04:05.6Z web", "<time> web"),
        ("p-web-run-0123456789ab  Created", "p-web-run-<id> Created"),
        ("0.0.0.0:49153->80/tcp", "0.0.0.0:<port>->80/tcp"),
        ("/tmp/here/x", "<folder>/x"),
    ],
)
def test_what_differs_from_run_to_run_gives_way_to_words(raw: str, expected: str) -> None:
    assert normal.text(raw, {"/tmp/here": "<folder>"}) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("error: No such file", "no such file"),
        ('time="<time>" level=warning msg="It is old\\n"', "it is old"),
        ("error while interpolating services.a.image: bad", "bad"),
        ("Error response from daemon: no", "error response from daemon: no"),
        ("failed: rpc error: code = Unknown desc = no", "failed: no"),
        ("failed to solve: failed to solve with frontend dockerfile.v0: no", "failed to solve: no"),
        ("open /var/tmp/buildkit-mount81/Dockerfile: none", "open dockerfile: none"),
    ],
)
def test_a_sentence_is_without_its_frame(line: str, expected: str) -> None:
    assert normal.sentence(line) == expected


def _differences(theirs: Outcome, ours: Outcome, step: Step = STEP) -> list[tuple[str, str]]:
    scenario = Scenario("area", "one", {}, (step,))
    found = differences(scenario, [theirs], [ours])
    return [(one.aspect, " ".join(one.lines)) for one in found]


SAME = Outcome(0, "a\nb\n", " Container web Started\n", ("container web /State = 'running'",))


@pytest.mark.parametrize(
    "ours",
    [
        SAME,
        SAME._replace(stdout="b\na\n"),
        SAME._replace(stderr="container web started\nContainer db Started\n"),
        SAME._replace(stdout="a\nb\n#7 [2/3] RUN true\n"),
    ],
)
def test_order_and_more_words_are_no_difference(ours: Outcome) -> None:
    assert _differences(SAME, ours) == []


@pytest.mark.parametrize(
    ("ours", "aspect", "told"),
    [
        (SAME._replace(code=1), "exit", "-0 +1"),
        (SAME._replace(stdout="a\n"), "stdout", "-b"),
        (SAME._replace(stderr=""), "stderr", "-Container web Started"),
        (SAME._replace(state=()), "state", "-container web (all of it)"),
    ],
)
def test_each_aspect_is_compared(ours: Outcome, aspect: str, told: str) -> None:
    assert _differences(SAME, ours) == [(aspect, told)]


def test_a_lasting_difference_of_the_state_is_told_once() -> None:
    scenario = Scenario("area", "two", {}, (Step("x"), Step("y")))
    ours = SAME._replace(state=())
    assert [one.step.command for one in differences(scenario, [SAME] * 2, [ours] * 2)] == ["x"]


def test_a_reason_that_is_no_longer_needed_is_told() -> None:
    scenario = Scenario("area", "one", {}, (Step("x", known={"exit": "why"}),))
    different = list(differences(scenario, [SAME], [SAME._replace(code=1)]))
    assert [one.why for one in different] == ["why"]
    assert not list(mended(scenario, different))
    assert [aspect for _, aspect in mended(scenario, [])] == ["exit"]


def test_every_command_and_option_of_the_peer_is_played() -> None:
    """In one step at least, by any of its names."""
    played = list(_played())
    for command, options in recorded().items():
        given = {option for name, found in played if name == command for option in found}
        missing = [one.long for one in options if given.isdisjoint(one.names)]
        assert set(missing) <= {"--dry-run"}, (command, missing)


def _played() -> Iterator[tuple[str, set[str]]]:
    """Yield commands with the options given to them; global ones with an empty name."""
    commands = recorded()
    for scenario in read_all():
        for step in scenario.steps:
            for part in WORDS.split(step.command):
                _, program, rest = part.partition("compose ")
                if program or part.startswith("begin "):
                    yield from _options((rest or part[6:]).split(), set(commands))


def _options(words: list[str], commands: set[str]) -> Iterator[tuple[str, set[str]]]:
    for size in (3, 2):  # of a group
        if " ".join(words[:size]) in commands:
            yield " ".join(words[:size]), _names(words[size:])
            return
    at = next((index for index, word in enumerate(words) if word in commands), None)
    if at is None:
        yield "", _names(words)
    else:
        yield "", _names(words[:at])
        yield words[at], _names(words[at + 1 :])


def _names(words: list[str]) -> set[str]:
    long = {word.partition("=")[0] for word in words if word.startswith("--")}
    short = {f"-{char}" for word in words if word[0] == "-" != word[1:2] for char in word[1:]}
    return long | short


@pytest.mark.engine
@pytest.mark.oracle
def test_a_scenario_is_played_by_both_programs() -> None:
    """One of all those that `make parity` plays."""
    (scenario,) = (one for one in read_all() if one.title == "options/compatibility")
    report = side_by_side(scenario, fresh=True)
    assert report.steps == len(scenario.steps)
    assert report.verdict in {"equal", "known"}, report.text()
