"""exec, run, attach, export and commit."""

import io
import json
import signal
import subprocess
import tarfile
import termios
from pathlib import Path

import pytest

from tests.e2e.stage import CTRL_C, IMAGE, IS_PEER, PROGRAM, TIMEOUT_S, Stage, free_port

pytestmark = pytest.mark.engine

SLUG = "com.docker.compose.slug"
ONE_OFF = "com.docker.compose.oneoff"


@pytest.fixture
def web(stage: Stage) -> Stage:
    stage.compose("""
        services:
          db: *idle
          web:
            <<: *idle
            depends_on: [db]
            environment: {COLOUR: red}
            restart: always
    """)
    return stage


def piped(stage: Stage, *arguments: str, data: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *arguments], cwd=stage.folder, env=stage.env, input=data,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip


def test_exec_ends_with_the_commands_code_and_keeps_its_streams_apart(web: Stage) -> None:
    web.up("db")
    done = web.run("exec", "-T", "db", "sh", "-c", "echo out; echo err >&2; exit 7").ended(7)
    assert (done.stdout, done.stderr) == ("out\n", "err\n")
    assert web.run("exec", "-T", "db", "sh", "-c", "kill -9 $$").code == 137
    assert web.run("exec", "-T", "db", "no-such-command").code in {126, 127}


def test_exec_passes_its_input_on_whole(web: Stage) -> None:
    web.up("db")
    data = bytes(range(256)) * 20_000
    done = piped(web, "exec", "-T", "db", "cat", data=data)
    assert done.returncode == 0
    assert done.stdout == data


def test_exec_sets_user_folder_and_variables(web: Stage) -> None:
    web.up("db")
    script = "pwd; id -u; echo $A $B"
    done = web.run(
        "exec", "-T", "-u", "7", "-w", "/tmp", "-e", "A=1", "-e", "B", "db", "sh", "-c", script,
        env={"B": "2"},
    )  # fmt: skip
    assert done.ok().stdout.split() == ["/tmp", "7", "1", "2"]


def test_a_variable_without_a_value_may_come_from_the_environment_file(web: Stage) -> None:
    """As for the files: what is set here counts more."""
    web.write(".env", "A=file\nB=file\n")
    web.up("db")
    flags = ["-e", "A", "-e", "B", "-e", "C"]
    words = ["db", "sh", "-c", "echo $A $B ${C-unset}"]
    web.env["B"] = "shell"
    assert web.run("exec", "-T", *flags, *words).ok().stdout == "file shell unset\n"
    assert web.run("run", "--rm", "-T", *flags, *words).ok().stdout == "file shell unset\n"


def test_the_projects_name_is_enough_where_its_files_are_wrong(web: Stage) -> None:
    """Who wants to look into a container does not have to mend the files before."""
    web.up("db")
    web.write("wrong.yaml", "services: {db: {image: '${MUST:?}'}}\n")
    project = ["-p", web.name, "-f", "wrong.yaml"]
    done = web.run(*project, "exec", "-T", "db", "echo", "hi").ok()
    assert done.stdout == "hi\n"
    for command in (["images", "-q"], ["cp", "db:/etc/hostname", "-"]):
        web.run("-p", web.name, "-f", "missing.yaml", *command).ok()
    web.run("-p", web.name, "-f", "missing.yaml", "ps").ended(1)
    assert web.run("-p", web.name.upper(), "ps", "-q").ok().stdout.strip()
    web.run("-f", "wrong.yaml", "exec", "-T", "db", "true").ended(1)


def test_exec_in_the_background_returns_at_once(web: Stage) -> None:
    web.up("db")
    assert web.run("exec", "-d", "db", "sh", "-c", "mkfifo /f; cat /f").ok().stdout == ""


def test_exec_finds_the_replica_with_an_index(stage: Stage) -> None:
    stage.compose("services: {web: {<<: *idle, scale: 2}}")
    stage.up()
    hosts = [one["Config"]["Hostname"] for one in stage.containers("web")]
    said = [stage.run("exec", "-T", "--index", n, "web", "hostname").ok().stdout for n in "12"]
    assert [one.strip() for one in said] == hosts
    stage.run("exec", "-T", "--index", "3", "web", "true").ended(1).says("not running", "#3")
    stage.run("exec", "-T", "nobody", "true").ended(1).says('"nobody" is not running')
    if not IS_PEER:  # which leaves it at that
        stage.run("exec", "-T", "nobody", "true").ended(1).says("no service of the project has")
        stage.run("exec", "-T", "wbe", "true").ended(1).says("did you mean 'web'?")


def test_exec_falls_back_to_a_one_off_container(web: Stage) -> None:
    web.run("run", "-d", "--no-deps", "db", "sleep", "600").ok()
    assert web.run("exec", "-T", "db", "echo", "here").ok().stdout == "here\n"
    web.run("exec", "-T", "--index", "1", "db", "true").ended(1)


def test_exec_cannot_be_a_dry_run(web: Stage) -> None:
    web.up("db")
    web.run("--dry-run", "exec", "db", "true").ended(1).says("dry-run")


def test_a_dry_run_of_run_shows_what_would_be_brought(web: Stage) -> None:
    """Only in the background: what a command would print is not known."""
    web.run("--dry-run", "run", "web", "true").ended(1).says("dry-run")
    told = web.run("--dry-run", "run", "-d", "web", "true").ok().says("DRY-RUN", "_default")
    assert told.stdout.startswith(f"{web.name}-web-run-")
    assert web.names() == []


def test_exec_at_a_terminal_is_interactive_and_leaves_the_terminal_as_it_was(web: Stage) -> None:
    web.up("db")
    at = web.terminal("exec", "db", "sh")
    # old engines learn the size a bit later; where there is none yet, stty may end with 0
    at.type("until stty size | grep 24; do :; done; echo is-$((40+2))\n")
    at.until("24 80", "is-42")
    at.type("exit 5\n")
    assert at.exit_code() == 5


def test_the_terminal_is_as_before_whatever_ends_the_command(web: Stage) -> None:
    web.up("db")
    at = web.terminal("exec", "db", "sh", "-c", "echo ready; sleep 600")
    before = termios.tcgetattr(at._master)
    at.until("ready")
    assert termios.tcgetattr(at._master) != before or IS_PEER
    at.process.send_signal(signal.SIGTERM)
    assert at.exit_code() != 0
    assert termios.tcgetattr(at._master)[3] & termios.ICANON


@pytest.mark.skipif(IS_PEER, reason="it leaves the process running")
@pytest.mark.parametrize(("trap", "code"), [("exit 7", 7), ("", 128 + signal.SIGTERM)])
def test_run_passes_a_signal_on_and_waits_no_longer_than_the_grace_period(
    stage: Stage, trap: str, code: int
) -> None:
    stage.compose(f"""
        services:
          web:
            image: {IMAGE}
            stop_grace_period: 1s
            command: sh -c "trap '{trap}' TERM; echo ready; while :; do sleep 0.1; done"
    """)
    process = stage.begin("run", "--rm", "-T", "web")
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    stage.finish(process).ended(code)
    assert stage.names() == []


def test_run_brings_dependencies_and_makes_a_one_off_container(web: Stage) -> None:
    done = web.run("run", "-d", "-l", "a=b", "web", "sleep", "600").ok()
    made = web.engine.inspect_container(done.stdout.split()[-1])
    labels = made["Config"]["Labels"]
    assert made["Name"] == f"/{web.name}-web-run-{labels[SLUG][:12]}"
    assert labels[ONE_OFF] == "True"
    assert labels["a"] == "b"
    assert "com.docker.compose.container-number" not in labels
    assert made["HostConfig"]["RestartPolicy"]["Name"] in {"", "no"}
    assert web.states()["db-1"] == "running"
    (network,) = made["NetworkSettings"]["Networks"].values()
    assert "web" not in network["Aliases"]


def test_run_ends_with_the_commands_code_and_is_removed(web: Stage) -> None:
    script = "echo $COLOUR $A; echo err >&2; cat; exit 7"
    done = web.run(
        "run", "--rm", "-q", "-T", "--no-deps", "-e", "A=1", "web", "sh", "-c", script, stdin="in"
    ).ended(7)
    assert done.stdout == "red 1\nin"
    assert "err\n" in done.stderr
    assert web.names() == []


def test_run_takes_variables_of_files_below_those_given(web: Stage) -> None:
    web.write("more.env", "OWN_A=file\nOWN_B=file\n")
    done = web.run(
        "run", "--rm", "-T", "--no-deps", "--env-from-file", "more.env", "-e", "OWN_B=flag", "web",
        "sh", "-c", "echo $OWN_A $OWN_B",
    )  # fmt: skip
    assert done.ok().stdout == "file flag\n"
    web.write("other.env", "OWN_A=other\nOWN_D=${OWN_A}\nOWN_E=${OWN_B}\n")
    files = ["--env-from-file", "more.env", "--env-from-file", "other.env"]
    done = web.run(
        "run", "--rm", "-T", "--no-deps", *files, "-e", "OWN_B=flag", "-e", "", "web",
        "sh", "-c", "echo $OWN_A $OWN_B $OWN_D $OWN_E",
    )  # fmt: skip
    assert done.ok().stdout == "file flag file flag\n"
    web.write("bare.env", "OWN_A\n")
    done = web.run(
        "run", "--rm", "-T", "--no-deps", "--env-from-file", "bare.env", *files, "-e", "OWN_B",
        "web", "sh", "-c", "echo $OWN_A $OWN_B",
    )  # fmt: skip
    assert done.ok().stdout == "file file\n"


def test_run_publishes_only_what_is_asked_for(stage: Stage) -> None:
    own, other = free_port(), free_port()
    stage.compose(f"""
        services:
          web: {{<<: *idle, ports: ["{own}:80"]}}
    """)
    serve = ("sh", "-c", "echo hi > /tmp/index.html; exec httpd -f -p 80 -h /tmp")
    stage.run("run", "-d", "--name", f"{stage.name}-a", "-p", f"{other}:80", "web", *serve).ok()
    ports = stage.container("web")["HostConfig"]["PortBindings"]
    assert ports == {"80/tcp": [{"HostIp": "", "HostPort": str(other)}]}
    stage.engine.remove_container(f"{stage.name}-a", force=True)
    stage.run("run", "-d", "-P", "web", "sleep", "600").ok()
    ports = stage.container("web")["HostConfig"]["PortBindings"]
    assert ports["80/tcp"][0]["HostPort"] == str(own)


def test_run_changes_entrypoint_user_folder_mounts_and_capabilities(web: Stage) -> None:
    web.write("here/file", "content\n")
    web.run(
        "run", "-d", "--no-deps", "--entrypoint", "sleep 600", "-u", "7", "-w", "/tmp", "-v",
        "./here:/there:ro", "--cap-add", "NET_ADMIN", "--cap-drop", "MKNOD", "--use-aliases", "web",
    ).ok()  # fmt: skip
    made = web.container("web")
    assert made["Config"]["Entrypoint"] == ["sleep", "600"]
    assert made["Config"]["User"] == "7"
    assert made["Config"]["WorkingDir"] == "/tmp"
    assert made["HostConfig"]["CapAdd"] == ["CAP_NET_ADMIN"]
    assert made["HostConfig"]["CapDrop"] == ["CAP_MKNOD"]
    assert made["Mounts"][0]["Source"] == str(web.folder / "here")
    (network,) = made["NetworkSettings"]["Networks"].values()
    assert "web" in network["Aliases"]


def test_run_refuses_an_entrypoint_with_an_open_quote(web: Stage) -> None:
    web.run("run", "--rm", "--no-deps", "--entrypoint", "sh -c 'x", "web").ended(1).says(
        "invalid command line string"
    )
    assert web.names() == []


def test_run_at_a_terminal(web: Stage) -> None:
    at = web.terminal("run", "--rm", "--no-deps", "web", "sh", "-c", "tty; read x; echo got-$x")
    at.until("/dev/pts/0")
    at.type("word\n")
    at.until("got-word")
    assert at.exit_code() == 0
    assert web.names() == []


def test_run_gives_a_terminal_without_having_one_where_nothing_is_typed(web: Stage) -> None:
    asked = ("run", "--rm", "--no-deps", "--no-TTY=false")
    refused = web.run(*asked, "web", "tty").ended(1)
    assert "the input device is not a TTY" in refused.stderr
    assert "/dev/pts/0" in web.run(*asked, "--interactive=false", "web", "tty").ok().stdout


def test_run_with_rm_is_removed_after_ctrl_c(web: Stage) -> None:
    at = web.terminal("run", "--rm", "-T", "--no-deps", "web", "sh", "-c", "echo up; sleep 600")
    at.until("up\n")
    at.type(CTRL_C)
    assert at.exit_code() == 130
    web.wait_until(lambda: web.names() == [])


@pytest.mark.parametrize("command", [("run", "--rm"), ("run", "--rm", "-T"), ("attach",)])
def test_no_prompt_joins_the_line_that_ctrl_c_ended(stage: Stage, command: tuple[str, ...]) -> None:
    """It is the process that shows the key, or the terminal; neither ends the line."""
    stage.compose("services: {web: {<<: *idle, command: sh -c 'echo up; exec sleep 600'}}")
    if command == ("attach",):
        stage.up()
    at = stage.terminal(*command, "web")
    if command == ("attach",):
        at.read_on(1)
    else:
        at.until("up\n")
    at.type(CTRL_C)
    assert at.exit_code() == 130
    assert at.text.endswith("^C\n")


def test_run_takes_files_that_what_it_needs_has_made(stage: Stage) -> None:
    """A token, a certificate: they are looked for when the dependencies have ended."""
    stage.compose("""
        services:
          make: {<<: *idle, command: sh -c 'echo hi > /out/key', volumes: ["./out:/out"]}
          use:
            <<: *idle
            command: cat /run/secrets/key
            secrets: [key]
            depends_on: {make: {condition: service_completed_successfully}}
        secrets: {key: {file: ./out/key}}
    """)
    assert stage.run("run", "--rm", "use").ok().stdout == "hi\n"
    (stage.folder / "out/key").unlink()
    stage.run("run", "--rm", "--no-deps", "use").ended(1).says("out/key")


def test_run_of_an_unknown_service_names_it(web: Stage) -> None:
    web.run("run", "--rm", "nobody").ended(1).says("no such service: nobody")


def test_attach_shows_output_and_ends_with_the_code(stage: Stage) -> None:
    stage.compose("""
        services:
          web: {<<: *idle, stdin_open: true, command: "sh -c 'read x; echo got-$$x; exit 3'"}
    """)
    stage.up()
    done = stage.run("attach", "web", stdin="word\n")
    assert "got-word" in done.stdout
    assert done.code == 3 or IS_PEER


def test_attach_at_a_terminal_lets_go_with_keys(stage: Stage) -> None:
    stage.compose("services: {web: {<<: *idle, tty: true, stdin_open: true, command: sh}}")
    stage.up()
    at = stage.terminal("attach", "--detach-keys", "ctrl-x,q", "web")
    at.type("echo is-$((40+2))\n")
    at.until("is-42")
    at.type("\x18q")
    at.exit_code()
    assert stage.states() == {"web-1": "running"}


def test_attach_at_a_terminal_shows_the_prompt_that_waits(stage: Stage) -> None:
    """Each time, without a key: a shell writes it again when the terminal changes its size."""
    stage.compose("services: {web: {<<: *idle, tty: true, stdin_open: true, command: sh}}")
    stage.up()
    for _ in range(2):
        at = stage.terminal("attach", "web")
        at.until("# ")
        at.type("\x10\x11")
        at.exit_code()


def test_the_keys_that_let_go_are_those_that_the_user_configured(stage: Stage) -> None:
    stage.compose("services: {web: {<<: *idle, tty: true, stdin_open: true, command: sh}}")
    stage.up()
    stage.write("docker-config/config.json", '{"detachKeys": "ctrl-e,e"}')
    plugins = Path("~/.docker/cli-plugins").expanduser()
    if plugins.is_dir():  # the peer is one
        (stage.folder / "docker-config/cli-plugins").symlink_to(plugins)
    stage.env["DOCKER_CONFIG"] = str(stage.folder / "docker-config")
    for command in (["attach", "web"], ["exec", "web", "sh"]):
        at = stage.terminal(*command)
        at.type("echo is-$((40+2))\n")
        at.until("is-42")
        at.type("\x05e")
        assert at.exit_code() == 1
        at.until("read escape sequence")
        assert "attach stdin" not in at.text, "the engine's word for it"
    assert stage.states() == {"web-1": "running"}


@pytest.mark.differs("does not end")
@pytest.mark.parametrize("flags", [(), ("--no-stdin",)])
def test_attach_at_a_terminal_that_takes_no_input_is_left_with_ctrl_c(
    stage: Stage, flags: tuple[str, ...]
) -> None:
    """The container goes on: what has a terminal of its own gets keys, not signals."""
    stage.compose("services: {web: {<<: *idle, tty: true, command: sh -c 'echo up; sleep 600'}}")
    stage.up()
    at = stage.terminal("attach", *flags, "web")
    at.read_on(1)
    at.type(CTRL_C)
    assert at.exit_code() != 0
    assert stage.states() == {"web-1": "running"}


def test_run_in_the_background_has_a_terminal_where_this_command_has_one(web: Stage) -> None:
    web.up("db")
    at = web.terminal("run", "-d", "--no-deps", "--name", f"{web.name}-job", "db", "sleep", "600")
    assert at.exit_code() == 0
    job = next(one for one in web.containers("db") if one["Name"] == f"/{web.name}-job")
    assert job["Config"]["Tty"] is True


def test_wait_and_port_know_one_off_containers(web: Stage) -> None:
    web.run("run", "-d", "-T", "--no-deps", "-p", "127.0.0.1::53/udp", "db", "sleep", "10").ok()
    assert web.run("port", "--protocol", "UDP", "db", "53").ok().stdout.startswith("127.0.0.1:")
    web.run("wait", "db").ok()


def test_export_writes_the_file_system(web: Stage) -> None:
    web.up("db")
    web.run("exec", "-T", "db", "touch", "/mark").ok()
    web.run("export", "-o", "db.tar", "db").ok()
    assert (web.folder / "db.tar").stat().st_mode & 0o777 == 0o600
    with tarfile.open(web.folder / "db.tar") as files:
        assert "mark" in files.getnames()
    done = piped(web, "export", "--index", "1", "db", data=b"")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as files:
        assert "mark" in files.getnames()
    web.run("export", "-o", "nowhere/db.tar", "db").ended(1).says("does not exist")


def test_commit_makes_an_image(web: Stage) -> None:
    web.up("db")
    web.run(
        "commit", "-a", "me", "-m", "why", "-c", "ENV A=1", "-c", "ENV B=2", "--pause=false", "db",
        f"{web.name}-made:one",
    ).ok()  # fmt: skip
    image = web.engine.inspect_image(f"{web.name}-made:one")  # type: ignore[no-untyped-call]
    assert (image["Author"], image["Comment"]) == ("me", "why")
    assert {"A=1", "B=2"} <= set(image["Config"]["Env"])
    web.run("--dry-run", "commit", "db", f"{web.name}-made:two").ok()
    assert web.images() == [f"{web.name}-made:one"]


@pytest.mark.parametrize("index", [(), ("--index", "1")])
def test_nothing_is_made_of_a_container_that_does_not_run(
    web: Stage, index: tuple[str, ...]
) -> None:
    web.up("db")
    web.run("stop", "db").ok()
    web.run("export", *index, "-o", "db.tar", "db").ended(1).says('service "db" is not running')
    web.run("commit", *index, "db", f"{web.name}-made:one").ended(1).says("is not running")
    assert not (web.folder / "db.tar").exists()
    assert web.images() == []


def test_stats_shows_what_containers_use(web: Stage) -> None:
    web.up("db")
    lines = web.run("stats", "--no-stream").ok().stdout.splitlines()
    assert lines[0].split()[:3] == ["CONTAINER", "ID", "NAME"]
    assert f"{web.name}-db-1" in lines[1]
    (found,) = web.run("stats", "--no-stream", "--format", "json", "db").ok().stdout.splitlines()
    assert json.loads(found)["Name"] == f"{web.name}-db-1"
    web.engine.kill(web.container("db")["Id"])
    assert web.run("stats", "--no-stream", "--format", "{{.Name}}").ok().stdout == ""
    shown = web.run("stats", "--no-stream", "-a", "--no-trunc", "--format", "{{.ID}}").ok().stdout
    assert shown == f"{web.container('db')['Id']}\n"


def test_stats_goes_on_until_ctrl_c(web: Stage) -> None:
    web.up("db")
    at = web.terminal("stats", "db")
    at.until(f"{web.name}-db-1")
    at.type(CTRL_C)
    assert at.exit_code() in {0, 130}


@pytest.mark.differs("has no --live")
def test_processes_are_listed_anew_until_ctrl_c(web: Stage) -> None:
    web.up("db")
    at = web.terminal("top", "--live")
    at.until("sleep 600")
    web.run("exec", "-d", "db", "sleep", "1234").ok()
    at.until("sleep 1234")
    at.type(CTRL_C)
    assert at.exit_code() == 130


@pytest.mark.differs("draws the table anew all the time")
def test_stats_of_what_does_not_run_waits_until_something_does(web: Stage) -> None:
    """The engine is asked once for each thing that happens."""
    process = web.begin("stats")
    assert process.stdout
    tables = int(process.stdout.readline().startswith("CONTAINER ID"))
    web.up("db")
    for line in process.stdout:
        if f"{web.name}-db-1" in line:
            break
        tables += 1
    assert 1 < tables <= 4
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    assert process.wait(TIMEOUT_S) == 130
