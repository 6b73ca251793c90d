"""`up` at a terminal: what containers say, and how Ctrl-C ends it."""

import time

import pytest

from tests.e2e.stage import CTRL_C, IMAGE, Stage

pytestmark = pytest.mark.engine

OBEDIENT = f"""
    services:
      web:
        image: {IMAGE}
        command: sh -c 'trap "echo going; exit 0" TERM; echo ready; sleep 600 & wait'
"""
STUBBORN = f"""
    services:
      web:
        image: {IMAGE}
        stop_grace_period: 1h
        command: sh -c 'trap "echo never" TERM; echo ready; while :; do sleep 0.1; done'
"""
SAME_S = 0.1
"""Longer than the time within which a repeated signal is the same; no person is that quick."""
ENDING = """
    services:
      web: {<<: *idle, command: sh -c 'sleep 1; echo done; exit 3'}
      db: {<<: *idle}
"""


def said(text: str) -> set[tuple[str, str]]:
    """Return the containers in *text* with what they said."""
    found = [line.split("|") for line in text.splitlines() if "|" in line]
    return {(name.strip(), words.strip()) for name, words in found}


def test_up_streams_the_output_of_all_containers(stage: Stage) -> None:
    """It returns when all have ended, with their last lines shown."""
    stage.compose("""
        services:
          one: {<<: *idle, command: sh -c 'echo from one; echo oops >&2'}
          second: {<<: *idle, command: sh -c 'sleep 1; echo from two'}
    """)
    result = stage.run("up").ok()
    assert {("one-1", "from one"), ("second-1", "from two")} <= said(result.stdout)
    assert ("one-1", "oops") in said(result.stderr)
    assert set(stage.states().values()) == {"exited"}


def test_up_streams_the_output_of_hooks(stage: Stage) -> None:
    """Beside that of the container, whatever stream they write to."""
    stage.compose("""
        services:
          web:
            <<: *idle
            post_start: [{command: sh -c 'echo up; echo more >&2'}]
            pre_stop: [{command: sh -c 'echo down'}]
          end: {<<: *idle, depends_on: [web], command: "true"}
    """)
    shown = stage.run("up", "--abort-on-container-exit").ok()
    assert {("web-1 ->", word) for word in ("up", "more", "down")} <= said(shown.stdout)


def test_up_streams_what_no_driver_keeps(stage: Stage) -> None:
    """From the first line on, of a recreated container too, and what has no line end."""
    stage.compose("""
        x-mute: &mute {<<: *idle, logging: {driver: none}}
        services:
          one: {<<: *mute, command: sh -c 'echo first; echo second; printf third'}
          tty: {<<: *mute, tty: true, command: sh -c 'echo first; echo second >&2'}
          unseen: {<<: *mute, command: echo unseen}
    """)
    for flags in ((), ("--force-recreate",)):
        shown = stage.run("up", "--no-attach", "unseen", *flags).ok().stdout
        for one, lines in {"one": ["first", "second", "third"], "tty": ["first", "second"]}.items():
            ours = [line for line in shown.splitlines() if line.startswith(f"{one}-1  | ")]
            assert [line.split("| ")[1].rstrip() for line in ours] == lines
        assert "unseen-1  |" not in shown


def test_up_says_what_it_attaches_to(stage: Stage) -> None:
    """Of what is not attached, neither output nor end is told; why all ends goes to stderr."""
    stage.compose("""
        services:
          one: {<<: *idle, command: sh -c 'echo one', scale: 2}
          two: {<<: *idle, command: sh -c 'sleep 1; exit 3', depends_on: [one]}
          named: {<<: *idle, container_name: "${COMPOSE_PROJECT_NAME}-own"}
    """)
    result = stage.run("up", "--abort-on-container-failure").ended(3)
    assert result.stdout.startswith(f"Attaching to {stage.name}-own, one-1, one-2, two-1\n")
    assert "two-1 exited with code 3" in result.stdout
    result.says("Aborting on container exit...")
    alone = stage.run("up", "--exit-code-from", "two", "two").ended(3).stdout
    assert alone.startswith("Attaching to two-1\n")
    assert "one-1" not in alone
    assert stage.run("up", "--scale", "two=0", "--no-deps", "two").ok().stdout == ""


@pytest.mark.parametrize(
    "flags",
    [
        ("--abort-on-container-exit",),
        ("--abort-on-container-failure",),
        ("--exit-code-from", "job"),
    ],
    ids=lambda flags: flags[0],
)
def test_what_ends_all_does_so_though_the_engine_starts_it_again(
    stage: Stage, flags: tuple[str, ...]
) -> None:
    stage.compose("""
        services:
          job: {<<: *idle, command: sh -c 'sleep 1; exit 4', restart: always}
          web: {<<: *idle}
    """)
    result = stage.run("up", *flags).ended(4).says("Aborting on container exit...")
    assert "job-1 exited with code 4 (restarting)" in result.stdout
    assert set(stage.states().values()) == {"exited"}


def test_the_first_interrupt_stops_gracefully(stage: Stage) -> None:
    """The container is told with its stop signal and may say its last words; the code is 130."""
    stage.write("compose.yaml", OBEDIENT)
    terminal = stage.terminal("up")
    terminal.until("ready")
    terminal.type(CTRL_C)
    assert terminal.exit_code() == 130
    state = stage.container("web")["State"]
    assert (state["Status"], state["ExitCode"]) == ("exited", 0)
    assert "Traceback" not in terminal.text


@pytest.mark.parametrize(
    "command",
    [
        ("logs", "-f"),
        pytest.param(("stats",), marks=pytest.mark.differs("draws the table once more")),
        pytest.param(("rm",), marks=pytest.mark.differs("asks the terminal where the cursor is")),
    ],
)
def test_no_prompt_joins_the_line_of_an_interrupt(stage: Stage, command: tuple[str, ...]) -> None:
    """The terminal shows ^C where the cursor is: behind a question, too."""
    stage.compose("""services: {web: {<<: *idle, command: "sh -c 'echo hi; exec sleep 600'"}}""")
    stage.up()
    if command == ("rm",):
        stage.run("stop").ok()
    terminal = stage.terminal(*command)
    terminal.until({"logs": "hi", "stats": "PIDS", "rm": "(y"}[command[0]])
    terminal.type(CTRL_C)
    assert terminal.exit_code() == 130
    assert terminal.text.endswith("^C\n")


def test_the_last_words_are_shown_though_not_everything_has_started(stage: Stage) -> None:
    stage.compose(f"""
        services:
          web:
            image: {IMAGE}
            command: sh -c 'trap "echo going; exit 0" TERM; echo ready; sleep 600 & wait'
            healthcheck: {{test: [CMD, "false"], interval: 1h}}
          late: {{<<: *idle, depends_on: {{web: {{condition: service_healthy}}}}}}
    """)
    terminal = stage.terminal("up")
    terminal.until("ready")
    terminal.type(CTRL_C)
    assert terminal.exit_code() == 130
    assert "going" in terminal.text


def test_an_interrupt_stops_only_the_services_that_were_named(stage: Stage) -> None:
    """`up web` follows web; the database that it needed goes on for others."""
    stage.compose(f"""
        services:
          web:
            image: {IMAGE}
            depends_on: [db]
            command: sh -c 'trap "exit 0" TERM; echo ready; sleep 600 & wait'
          db: {{<<: *idle}}
    """)
    terminal = stage.terminal("up", "web")
    terminal.until("ready")
    terminal.type(CTRL_C)
    assert terminal.exit_code() == 130
    assert stage.states() == {"db-1": "running", "web-1": "exited"}


def test_an_interrupt_ends_though_what_is_shown_runs_on(stage: Stage) -> None:
    """--attach: db is shown, but only web was asked for, and is stopped."""
    stage.compose("""
        services:
          web: {<<: *idle, depends_on: [db]}
          db: {<<: *idle, command: sh -c 'echo from db; sleep 600'}
    """)
    terminal = stage.terminal("up", "--attach", "db", "web")
    terminal.until("from db")
    stage.wait_until(lambda: stage.states().get("web-1") == "running")
    terminal.type(CTRL_C)
    assert terminal.exit_code() == 130
    assert stage.states() == {"db-1": "running", "web-1": "exited"}


@pytest.mark.differs("waits for the end of the grace period all the same")
def test_the_second_interrupt_kills(stage: Stage) -> None:
    """Who does not want to wait for the grace period does not have to."""
    stage.write("compose.yaml", STUBBORN)
    terminal = stage.terminal("up")
    terminal.until("ready")
    terminal.type(CTRL_C)
    stage.wait_until_event("kill")
    time.sleep(SAME_S)
    terminal.type(CTRL_C)
    assert terminal.exit_code() != 0
    stage.wait_until(lambda: stage.container("web")["State"]["Status"] == "exited")
    assert stage.container("web")["State"]["ExitCode"] == 137
    assert "Traceback" not in terminal.text


def test_a_termination_signal_stops_gracefully_too(stage: Stage) -> None:
    """A supervisor sends SIGTERM."""
    stage.write("compose.yaml", OBEDIENT)
    process = stage.begin("up")
    stage.wait_until_event("start")
    assert process.stdout
    for line in process.stdout:
        if "ready" in line:
            break
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode in {130, 143}
    state = stage.container("web")["State"]
    assert (state["Status"], state["ExitCode"]) == ("exited", 0)


def test_the_end_of_one_container_may_end_all(stage: Stage) -> None:
    """--abort-on-container-exit stops the others, and ends with the code of the first."""
    stage.compose(ENDING)
    stage.run("up", "--abort-on-container-exit").ended(3)
    assert stage.states() == {"db-1": "exited", "web-1": "exited"}


@pytest.mark.parametrize(
    "flags", [["--abort-on-container-failure"], ["--exit-code-from", "web"]], ids=" ".join
)
def test_an_end_that_keeps_others_from_starting_may_end_all(stage: Stage, flags: list[str]) -> None:
    """The failure of a dependency is such an end; without the flags what runs goes on."""
    stage.compose("""
        services:
          job: {<<: *idle, command: sh -c 'exit 4'}
          web: {<<: *idle, depends_on: {job: {condition: service_completed_successfully}}}
          db: {<<: *idle}
    """)
    done = stage.run("up", *flags).ended(1)
    assert stage.states() == {"db-1": "exited", "job-1": "exited", "web-1": "created"}
    assert "Aborting on container exit" in done.stderr
    assert "db-1 exited with code" in done.stdout
    stage.run("up").ended(1)
    assert stage.states() == {"db-1": "running", "job-1": "exited", "web-1": "created"}


def test_up_says_what_it_attaches_to_where_it_waits_and_starts_nothing(stage: Stage) -> None:
    stage.compose("""
        services:
          db: {<<: *idle, healthcheck: {test: "false", interval: 100ms, retries: 1}}
          web: {<<: *idle, depends_on: {db: {condition: service_healthy}}}
    """)
    stage.up("db")
    stage.wait_until(lambda: stage.container("db")["State"]["Health"]["Status"] == "unhealthy")
    assert "Attaching to db-1, web-1" in stage.run("up").ended(1).stdout


def test_the_end_of_one_container_ends_all_though_what_is_shown_runs_on(stage: Stage) -> None:
    """--attach: db is shown, but only web was asked for, and its end is that of the command."""
    stage.compose("""
        services:
          web: {<<: *idle, depends_on: [db], command: sh -c 'sleep 1; exit 3'}
          db: {<<: *idle}
    """)
    stage.run("up", "--attach", "db", "--abort-on-container-exit", "web").ended(3)
    assert stage.states() == {"db-1": "running", "web-1": "exited"}


@pytest.mark.differs("shows what was named, though --attach names others")
def test_the_end_of_what_was_named_is_the_end_whatever_is_shown(stage: Stage) -> None:
    """--attach chooses what is shown; without names its end is the end."""
    stage.compose("""
        services:
          web: {<<: *idle, depends_on: [job], command: sh -c 'sleep 2; echo unseen'}
          job: {<<: *idle, command: echo from job}
          db: {<<: *idle}
    """)
    result = stage.run("up", "--attach", "job", "web").ended(0)
    assert said(result.stdout) == {("job-1", "from job")}
    assert stage.states() == {"job-1": "exited", "web-1": "exited"}
    stage.run("up", "--attach", "job").ended(0)
    assert stage.states()["db-1"] == "running"


def test_only_what_is_awaited_may_end_all(stage: Stage) -> None:
    """The failure of what is not attached is none of the command's; its code may stand in."""
    stage.compose("""
        services:
          web: {<<: *idle, command: sh -c 'sleep 2; exit 3'}
          job: {<<: *idle, command: sh -c 'exit 2'}
    """)
    stage.run("up", "--no-attach", "job", "--abort-on-container-failure").ended(3)
    stage.run("up", "--attach", "web", "--exit-code-from", "job").ended(3)


def test_what_the_command_itself_stops_or_replaces_is_not_followed(stage: Stage) -> None:
    """Neither its last words nor its end: what came before is no part of what is attached to."""
    stage.compose("""
        services:
          db: {<<: *idle, command: sh -c 'sleep 4', environment: {V: "${V:-1}"}}
          web:
            <<: *idle
            depends_on: {db: {condition: service_started, restart: true}}
            command: sh -c 'trap "echo bye; exit 5" TERM; echo hi; sleep 600 & wait'
    """)
    stage.run("up", "-d").ok()
    stage.env["V"] = "2"
    result = stage.run("up", "--abort-on-container-exit", "--exit-code-from", "web").ended(5)
    assert result.stdout.splitlines()[0] == "Attaching to db-1, web-1"
    assert said(result.stdout) == {("web-1", "hi"), ("web-1", "bye")}
    assert result.stdout.count("bye") == 1


def test_the_exit_code_may_come_from_one_service(stage: Stage) -> None:
    """--exit-code-from makes `up` the test command of a pipeline."""
    stage.compose(ENDING)
    stage.run("up", "--exit-code-from", "web").ended(3)
    assert stage.states() == {"db-1": "exited", "web-1": "exited"}


def test_only_the_wanted_services_are_shown(stage: Stage) -> None:
    """--no-attach silences a service, which runs all the same."""
    stage.compose("""
        services:
          one: {<<: *idle, command: echo from one}
          loud: {<<: *idle, command: echo from loud}
    """)
    shown = stage.run("up", "--no-attach", "loud").ok().stdout
    assert "from one" in shown
    assert "from loud" not in shown
    assert stage.states()["loud-1"] == "exited"


def test_it_ends_when_the_services_that_were_named_have_ended(stage: Stage) -> None:
    """Though the output of what they needed is shown, which goes on."""
    stage.compose("""
        services:
          web: {<<: *idle, command: sh -c 'sleep 1; echo from web', depends_on: [db]}
          db: {<<: *idle, command: sh -c 'echo from db; sleep 600'}
    """)
    shown = stage.run("up", "--attach-dependencies", "web").ok().stdout
    assert {("web-1", "from web"), ("db-1", "from db")} <= said(shown)
    assert stage.states() == {"db-1": "running", "web-1": "exited"}


def test_only_attached_services_matter(stage: Stage) -> None:
    """--attach: the others are started, but neither shown nor waited for."""
    stage.compose("""
        services:
          job: {<<: *idle, scale: 2, command: echo from job}
          other: {<<: *idle, command: sh -c 'echo from other; exit 1'}
          loud: {<<: *idle, command: sh -c 'echo from loud; sleep 600'}
    """)
    shown = stage.run("up", "--attach", "job").ok().stdout
    assert "Attaching to job-1, job-2\n" in shown
    assert said(shown) == {("job-1", "from job"), ("job-2", "from job")}
    assert "other-1" not in shown
    assert stage.states()["loud-1"] == "running"


def test_a_service_to_attach_to_must_be_started(stage: Stage) -> None:
    """Not to attach to an unknown one is no mistake."""
    stage.compose("services: {web: {<<: *idle, command: echo hi}}")
    assert stage.run("up", "--attach", "none").says("cannot attach", "none").code in {1, 2}
    assert "hi" in stage.run("up", "--no-attach", "none").ok().stdout


def test_containers_that_come_back_stay_attached(stage: Stage) -> None:
    """Restarted by hand, or made anew by another command: that is not the end of `up`."""
    stage.compose(OBEDIENT)
    terminal = stage.terminal("up")
    terminal.until("ready")
    stage.run("restart").ok()
    terminal.until("exited with code 0")
    stage.wait_until(lambda: stage.states() == {"web-1": "running"})
    stage.up("--force-recreate")
    terminal.until("web-1 has been recreated")
    stage.run("stop").ok()
    assert terminal.exit_code() == 0


@pytest.mark.parametrize(
    ("code_from", "services", "code", "aborted"),
    [
        ("good", "good bad slow", 5, True),
        ("bad", "bad good", 5, True),
        ("slow", "bad slow", 7, True),
        ("good", "good late", 0, False),
        ("late", "good late", 0, False),
    ],
)
def test_where_failures_end_all_the_last_word_is_the_one_of_the_service_or_of_the_failure(
    stage: Stage, code_from: str, services: str, code: int, *, aborted: bool
) -> None:
    """The end of the service whose code counts is not the end of all."""
    stage.compose("""
        services:
          good: {<<: *idle, command: sh -c 'exit 0'}
          late: {<<: *idle, command: sh -c 'sleep 1'}
          bad: {<<: *idle, command: sh -c 'sleep 2; exit 5'}
          slow:
            <<: *idle
            stop_grace_period: 10s
            command: sh -c 'trap "exit 7" TERM; while :; do sleep 0.1; done'
    """)
    flags = ("--exit-code-from", code_from, "--abort-on-container-failure")
    done = stage.run("up", *flags, *services.split()).ended(code)
    assert ("Aborting on container exit" in done.stderr) is aborted
    assert set(stage.states().values()) == {"exited"}
