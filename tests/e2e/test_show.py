"""What `ps` and `logs` show, and how progress looks where no terminal is."""

import json
import re
import signal

import pytest

from tests.e2e.stage import IMAGE, Stage, free_port

pytestmark = pytest.mark.engine

TALKERS = """
    services:
      one: {<<: *idle, command: sh -c 'for i in 1 2 3; do echo one $$i; done'}
      two: {<<: *idle, command: sh -c 'for i in 1 2 3; do echo two $$i; done'}
"""


def talk(stage: Stage) -> None:
    """Bring the talkers up, and wait until all has been said."""
    stage.compose(TALKERS)
    stage.up()
    stage.wait_until(lambda: set(stage.states().values()) == {"exited"})


def test_ps_shows_running_containers_in_columns(stage: Stage) -> None:
    """One line a container; those that ended need -a."""
    port = free_port()
    stage.compose(f"""
        services:
          web: {{<<: *idle, ports: ["127.0.0.1:{port}:80"]}}
          job: {{<<: *idle, command: "true"}}
    """)
    stage.up()
    stage.wait_until(lambda: stage.states()["job-1"] == "exited")
    head, *lines = stage.run("ps").ok().stdout.splitlines()
    assert head.split() == ["NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS"]
    (line,) = lines
    assert line.startswith(f"{stage.name}-web-1 ")
    assert IMAGE in line
    assert " Up " in line
    assert f"127.0.0.1:{port}->80/tcp" in line
    both = stage.run("ps", "-a").ok().stdout
    assert "Exited (0)" in both


def test_ps_prints_one_json_object_a_line(stage: Stage) -> None:
    """Scripts read these keys."""
    stage.compose("services: {web: {<<: *idle, ports: ['127.0.0.1::80']}}")
    stage.up()
    (line,) = stage.run("ps", "--format", "json").ok().stdout.splitlines()
    found = json.loads(line)
    web = stage.container("web")
    assert found["ID"] == web["Id"][:12]
    assert found["Name"] == f"{stage.name}-web-1"
    assert (found["Service"], found["Project"]) == ("web", stage.name)
    assert (found["State"], found["ExitCode"], found["Health"]) == ("running", 0, "")
    assert found["Image"] == IMAGE
    (published,) = found["Publishers"]
    assert published["TargetPort"] == 80
    bound = web["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"]
    assert published["PublishedPort"] == int(bound)


def test_ps_prints_ids_or_services(stage: Stage) -> None:
    """-q for the next command in a pipe."""
    stage.compose("services: {web: {<<: *idle, scale: 2}, db: {<<: *idle}}")
    stage.up()
    ids = stage.run("ps", "-q").ok().stdout.split()
    assert sorted(ids) == sorted(one["Id"] for one in stage.containers())
    only = stage.run("ps", "-q", "db").ok().stdout.split()
    assert only == [stage.container("db")["Id"]]
    services = stage.run("ps", "--services").ok().stdout.split()
    assert set(services) == {"web", "db"}


def test_ps_of_an_unknown_service_fails(stage: Stage) -> None:
    """A typing error must not look like an empty stack."""
    stage.compose("services: {web: {<<: *idle}}")
    stage.run("ps", "wbe").ended(1).says("wbe")


def test_logs_show_each_line_with_its_container(stage: Stage) -> None:
    """All lines of all services, in order within each."""
    talk(stage)
    shown = stage.run("logs").ok().stdout.splitlines()
    for name in ("one", "two"):
        mine = [line for line in shown if line.startswith(f"{name}-1")]
        assert [line.split("| ")[1] for line in mine] == [f"{name} {i}" for i in (1, 2, 3)]
    assert len(shown) == 6


def test_logs_of_some_services_with_a_tail(stage: Stage) -> None:
    """-n counts for each container."""
    talk(stage)
    shown = stage.run("logs", "--no-log-prefix", "-n", "1").ok().stdout.splitlines()
    assert sorted(shown) == ["one 3", "two 3"]
    shown = stage.run("logs", "--no-log-prefix", "--tail=2", "one").ok().stdout.splitlines()
    assert shown == ["one 2", "one 3"]


def test_logs_with_the_time_of_each_line(stage: Stage) -> None:
    """The engine's time stamp, between prefix and text."""
    talk(stage)
    shown = stage.run("logs", "-t", "one").ok().stdout.splitlines()
    stamp = r"one-1\s+\| \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z one \d"
    assert len(shown) == 3
    assert all(re.fullmatch(stamp, line) for line in shown)


def test_following_logs_ends_by_a_signal(stage: Stage) -> None:
    """With the code of the signal, whatever was shown before."""
    stage.compose("services: {one: {<<: *idle, command: sh -c 'echo first; sleep 600'}}")
    stage.up()
    following = stage.begin("logs", "-f")
    assert following.stdout
    assert "first" in following.stdout.readline()
    following.send_signal(signal.SIGINT)
    stage.finish(following).ended(130)


def test_logs_follow_until_the_containers_have_ended(stage: Stage) -> None:
    """-f shows what is written later, and returns when nobody is left to write."""
    stage.compose("""
        services: {one: {<<: *idle, command: sh -c 'echo first; sleep 1; echo last'}}
    """)
    stage.up()
    shown = stage.run("logs", "-f", "--no-log-prefix").ok().stdout.splitlines()
    assert [line for line in shown if line in {"first", "last"}] == ["first", "last"]


def test_following_logs_shows_one_off_containers_that_start(stage: Stage) -> None:
    """Under their own names; `logs` alone shows those of the services."""
    stage.compose("services: {one: {<<: *idle, command: sh -c 'echo first; sleep 600'}}")
    stage.up()
    stage.run("run", "-d", "one", "sh", "-c", "echo earlier; sleep 600").ok()
    following = stage.begin("logs", "-f")
    assert following.stdout
    assert following.stdout.readline().endswith("| first\n")
    name = f"{stage.name}-task"
    stage.run("run", "-d", "--name", name, "one", "sh", "-c", "echo later; sleep 600").ok()
    assert re.fullmatch(rf"{name} +\| later\n", following.stdout.readline())
    following.send_signal(signal.SIGINT)
    stage.finish(following).ended(130)
    assert "later" not in stage.run("logs").ok().stdout


def test_logs_of_an_unknown_service_fail(stage: Stage) -> None:
    """A typing error must not look like silence."""
    stage.compose(TALKERS)
    stage.run("logs", "three").ended(1).says("three")


@pytest.mark.parametrize("merge", [(), ("--merge",)])
def test_a_reader_that_goes_away_ends_logs_quietly(stage: Stage, merge: tuple[str, ...]) -> None:
    """`logs | head -1` shows one line and no complaint."""
    stage.compose("services: {web: {<<: *idle, command: seq 200000}}")
    stage.up()
    stage.run("wait", "web")
    process = stage.begin("logs", *merge)
    assert process.stdout
    assert process.stdout.readline()
    process.stdout.close()
    assert process.wait(30) == 0
    assert process.stderr
    assert process.stderr.read() == ""


@pytest.mark.parametrize("style", ["auto", "plain", "quiet", "json"])
def test_progress_on_a_pipe_has_no_control_codes(stage: Stage, style: str) -> None:
    """One line an event, plain text or JSON; nothing at all where quiet is wanted."""
    stage.compose("services: {web: {<<: *idle}}")
    told = stage.run("--progress", style, "up", "-d").ok().stderr
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", told)
    if style == "quiet":
        assert told == ""
    elif style == "json":
        found = [json.loads(line) for line in told.splitlines()]
        assert f"Container {stage.name}-web-1" in {one["id"] for one in found}
    else:
        assert re.search(rf"Container {stage.name}-web-1 +Started", told)


def test_a_dry_run_tells_and_changes_nothing(stage: Stage) -> None:
    """What would be done is told in the words of a real run."""
    stage.compose("""
        services:
          web: {<<: *idle, volumes: ['data:/d'], post_start: [{command: echo begun}]}
        volumes: {data: }
    """)
    hook = f'Executing command ["echo" "begun"] in {stage.name}-web-1'
    told = stage.run("--dry-run", "up", "-d").ok().says(f"{stage.name}-web-1", "Created", "Started")
    assert told.stdout == f" DRY-RUN MODE - {hook} (detached mode)\n"
    assert (stage.names(), stage.networks(), stage.volumes()) == ([], {}, {})
    stage.up()
    before = stage.starts()
    assert '["echo" "begun"]' in stage.run("--dry-run", "restart").ok().stdout
    stage.run("--dry-run", "down", "-v").ok().says(f"{stage.name}-web-1", "Removed")
    assert stage.starts() == before
    assert list(stage.volumes()) == [f"{stage.name}_data"]


SPEAKERS = """
services:
  one: {<<: *idle, command: [sh, -c, "echo first; sleep 0.3; echo third >&2"]}
  two: {<<: *idle, command: [sh, -c, "sleep 0.15; echo second"]}
"""


def test_logs_of_all_containers_by_time(stage: Stage) -> None:
    """--merge, as one would read a single program's log."""
    stage.compose(SPEAKERS)
    stage.up()
    stage.run("wait", "one", "two")
    times = [
        json.loads(line)["time"]
        for line in stage.run("logs", "--merge", "--format", "json").ok().stdout.splitlines()
    ]
    assert len(times) == 3
    assert times == sorted(times)
    stage.run("logs", "--merge", "--follow").ended(1).says("--merge", "--follow")


def test_logs_that_a_pattern_or_a_stream_chooses(stage: Stage) -> None:
    """--grep and --stream, following or not."""
    stage.compose(SPEAKERS)
    stage.up()
    stage.run("wait", "one", "two")
    for follow in ((), ("-f",)):
        shown = stage.run("logs", *follow, "--no-log-prefix", "--grep", "^.*ir").ok().stdout
        assert shown == "first\nthird\n"
        only = stage.run("logs", *follow, "--no-log-prefix", "--stream", "stderr").ok().stdout
        assert only == "third\n"


def test_logs_that_a_driver_does_not_give_away(stage: Stage) -> None:
    """A warning; the others are shown, and it is no error."""
    stage.compose("""
        services:
          mute: {<<: *idle, logging: {driver: none}}
          one: {<<: *idle, command: echo hello}
    """)
    stage.up()
    stage.run("wait", "one")
    result = stage.run("logs").ok()
    assert result.stdout == "one-1  | hello\n"
    assert "mute-1" in result.stderr


def test_a_replica_that_is_not_there_has_no_logs(stage: Stage) -> None:
    """An empty answer would look as if it were silent."""
    stage.compose(SPEAKERS)
    stage.up()
    stage.run("logs", "--index", "2", "one").ended(1).says("one", "#2")
