"""What `images`, `ls`, `port`, `top`, `events` and `volumes` show."""

import json
import re

import pytest

from tests.e2e.stage import CTRL_C, IMAGE, Stage, free_port

pytestmark = pytest.mark.engine

TWO = "services: {web: {<<: *idle, scale: 2}, db: {<<: *idle}}"
NAME, TAG = IMAGE.split(":")


def test_images_in_columns(stage: Stage) -> None:
    """One line a container, also of those that do not run."""
    stage.compose(TWO)
    stage.up()
    stage.run("stop", "db").ok()
    head, *lines = stage.run("images").ok().stdout.splitlines()
    titles = ["CONTAINER", "REPOSITORY", "TAG", "PLATFORM", "IMAGE ID", "SIZE", "CREATED"]
    assert re.split(r" {2,}", head) == titles
    rows = [re.split(r" {2,}", line) for line in lines]
    assert sorted(row[0] for row in rows) == [
        f"{stage.name}-{n}" for n in ("db-1", "web-1", "web-2")
    ]
    assert {(row[1], row[2]) for row in rows} == {(NAME, TAG)}
    ident = stage.container("db")["Image"].removeprefix("sha256:")
    assert {row[4] for row in rows} == {ident[:12]}


def test_images_of_some_services_as_json(stage: Stage) -> None:
    """One array; scripts read these keys."""
    stage.compose(TWO)
    stage.up()
    (found,) = json.loads(stage.run("images", "--format", "json", "db").ok().stdout)
    db = stage.container("db")
    image = stage.engine.inspect_image(db["Image"])  # type: ignore[no-untyped-call]
    assert found["ID"] == db["Image"]
    assert found["ContainerName"] == f"{stage.name}-db-1"
    assert (found["Repository"], found["Tag"]) == (NAME, TAG)
    assert found["Platform"] == f"{image['Os']}/{image['Architecture']}"
    assert found["Size"] == image["Size"]


def test_images_as_ids(stage: Stage) -> None:
    """-q: each image once."""
    stage.compose(TWO)
    stage.up()
    ident = stage.container("db")["Image"].removeprefix("sha256:")
    assert stage.run("images", "-q").ok().stdout == f"{ident}\n"
    stage.run("images", "--format", "xml").ended(1)


def test_ls_lists_projects(stage: Stage) -> None:
    """From any folder, without a file; what does not run needs -a."""
    stage.compose(TWO)
    stage.up()
    mine = ("--filter", f"name={stage.name}")
    head, line = stage.run("ls", *mine, folder=stage.folder.parent).ok().stdout.splitlines()
    assert re.split(r" {2,}", head) == ["NAME", "STATUS", "CONFIG FILES"]
    file = str(stage.folder / "compose.yaml")
    assert re.split(r" {2,}", line) == [stage.name, "running(3)", file]
    stage.run("stop", "db").ok()
    shown = json.loads(stage.run("ls", "-a", "--format", "json", *mine).ok().stdout)
    status = "exited(1), running(2)"
    assert shown == [{"Name": stage.name, "Status": status, "ConfigFiles": file}]
    stage.run("stop").ok()
    assert stage.run("ls", "-q", *mine).ok().stdout == ""
    assert stage.run("ls", "-qa", *mine).ok().stdout == f"{stage.name}\n"


def test_ls_refuses_other_filters(stage: Stage) -> None:
    """A filter that is not known would show too much."""
    stage.run("ls", "--filter", "driver=x").ended(1).says("invalid filter")
    assert json.loads(stage.run("ls", "--filter", "name=no-such", "--format", "json").stdout) == []


def test_port_of_a_replica(stage: Stage) -> None:
    """Address and number, for each protocol."""
    port = free_port()
    stage.compose(f"""
        services:
          web: {{<<: *idle, scale: 2, ports: ["127.0.0.1::80"]}}
          dns: {{<<: *idle, ports: ["127.0.0.1:{port}:53/udp"]}}
    """)
    stage.up()
    for number, one in enumerate(stage.containers("web"), 1):
        bound = one["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"]
        shown = stage.run("port", "--index", str(number), "web", "80").ok().stdout
        assert shown == f"127.0.0.1:{bound}\n"
    assert stage.run("port", "--protocol", "udp", "dns", "53").ok().stdout == f"127.0.0.1:{port}\n"
    stage.run("port", "dns", "53").ended(1).says("no port 53/tcp")
    stage.run("port", "--index", "3", "web", "80").ended(1).says("not running")


def test_port_with_several_addresses(stage: Stage) -> None:
    """The one that the engine lists first, which is IPv4."""
    stage.compose("""
        services:
          web: {<<: *idle, ports: ["80"]}
    """)
    stage.up()
    first = stage.containers("web")[0]["NetworkSettings"]["Ports"]["80/tcp"][0]
    assert stage.run("port", "web", "80").ok().stdout == f"0.0.0.0:{first['HostPort']}\n"


def test_port_of_what_does_not_run(stage: Stage) -> None:
    """There is none."""
    stage.compose(TWO)
    stage.run("port", "web", "80").ended(1).says("not running")


def test_top_lists_processes(stage: Stage) -> None:
    """One table of all services, the command last."""
    stage.compose(TWO)
    stage.up()
    head, *lines = stage.run("top").ok().stdout.splitlines()
    assert head.split()[:3] == ["SERVICE", "#", "UID"]
    assert head.split()[-1] == "CMD"
    sleeping = [line for line in lines if line.endswith("  sleep 600")]
    assert [line.split()[:2] for line in sleeping] == [["db", "1"], ["web", "1"], ["web", "2"]]
    assert len({line.index("sleep 600") for line in sleeping}) == 1
    only = stage.run("top", "db").ok().stdout.splitlines()
    assert {line.split()[0] for line in only[1:]} == {"db"}
    stage.run("stop").ok()
    assert stage.run("top").ok().stdout == ""


def test_events_of_the_past_as_json(stage: Stage) -> None:
    """--since and --until; scripts read these keys."""
    stage.compose(TWO)
    stage.up()
    shown = stage.run("events", "--json", "--since", "10m", "--until", "0s", "db")
    found = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [one["action"] for one in found] == ["create", "start"]
    assert set(found[0]) == {"action", "attributes", "id", "service", "time", "type"}
    assert (found[0]["type"], found[0]["service"]) == ("container", "db")
    assert found[0]["id"] == stage.container("db")["Id"]
    assert found[0]["attributes"] == {"image": IMAGE, "name": f"{stage.name}-db-1"}
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+", found[0]["time"])


@pytest.mark.differs("the peer fails at --until")
def test_events_end_in_peace(stage: Stage) -> None:
    """Until a time that has passed: exit code 0, one line an event and an empty one."""
    stage.compose("services: {db: {<<: *idle}}")
    stage.up()
    shown = stage.run("events", "--since", "10m", "--until", "0s").ok().stdout.splitlines()
    ident = stage.container("db")["Id"]
    stamp = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}"
    words = rf"{stamp} container create {ident} \(image={IMAGE}, name={stage.name}-db-1\)"
    assert re.fullmatch(words, shown[0])
    assert [bool(line) for line in shown] == [True, False] * 2
    stage.run("events", "--since", "soon").ended(1).says("soon")


def test_events_as_they_happen(stage: Stage) -> None:
    """New ones follow; Ctrl-C ends it."""
    stage.compose("services: {db: {<<: *idle}}")
    stage.up()
    terminal = stage.terminal("events", "--since", "10m")
    terminal.until("container start")
    stage.run("restart", "db").ok()
    terminal.until("container die", "container restart")
    terminal.type(CTRL_C)
    assert terminal.exit_code() == 130
    assert terminal.text.endswith("^C\n")


def test_volumes_of_the_project(stage: Stage) -> None:
    """Named volumes; with services, those that they mount."""
    stage.compose("""
        services:
          web: {<<: *idle, volumes: ["one:/one", "/anonymous"]}
          db: {<<: *idle, volumes: ["two:/two"]}
        volumes: {one: , two: }
    """)
    stage.up()
    head, *lines = stage.run("volumes").ok().stdout.splitlines()
    assert re.split(r" {2,}", head) == ["DRIVER", "VOLUME NAME"]
    rows = [line.split() for line in lines]
    assert rows == [["local", f"{stage.name}_one"], ["local", f"{stage.name}_two"]]
    assert stage.run("volumes", "-q", "db").ok().stdout == f"{stage.name}_two\n"
    shown = stage.run("volumes", "--format", "{{.Name}} in {{.Scope}}", "db").ok().stdout
    assert shown == f"{stage.name}_two in local\n"
    (line,) = stage.run("volumes", "--format", "json", "web").ok().stdout.splitlines()
    found = json.loads(line)
    assert (found["Name"], found["Driver"], found["Size"]) == (f"{stage.name}_one", "local", "N/A")
    assert f"com.docker.compose.project={stage.name}" in found["Labels"]
    stage.run("volumes", "wbe").ended(1).says("wbe")


@pytest.mark.parametrize("command", ["images", "top"])
def test_unknown_services_have_nothing_to_show(stage: Stage, command: str) -> None:
    """Scripts ask for services that the file no longer has."""
    stage.compose(TWO)
    stage.up()
    assert stage.name not in stage.run(command, "wbe").ok().stdout
