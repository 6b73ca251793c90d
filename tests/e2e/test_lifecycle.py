"""Commands on containers that exist: start, stop, restart, kill, rm, pause, scale, wait."""

import pytest

from tests.e2e.stage import CTRL_C, IMAGE, Stage

pytestmark = pytest.mark.engine

CHAIN = """
    services:
      db: {<<: *idle}
      web: {<<: *idle, depends_on: {db: {condition: service_started, restart: true}}}
      other: {<<: *idle, depends_on: [db]}
"""
TWO = "services: {web: {<<: *idle}, db: {<<: *idle}}"
ONE = "services: {web: {<<: *idle}}"


def started(stage: Stage) -> dict[str, str]:
    """Return since when each container runs, by name less the project's."""
    found = stage.starts()
    return {name.removeprefix(f"/{stage.name}-"): since for name, (_, since) in found.items()}


def test_stop_keeps_the_containers_and_start_runs_them_again(stage: Stage) -> None:
    """The same containers, with what is in them."""
    stage.compose(TWO)
    stage.up()
    before = {one["Id"] for one in stage.containers()}
    stage.run("stop").ok().says("web-1", "Stopped")
    assert set(stage.states().values()) == {"exited"}
    stage.run("stop").ok()
    stage.run("start").ok().says("web-1", "Started")
    assert set(stage.states().values()) == {"running"}
    assert {one["Id"] for one in stage.containers()} == before


def test_stop_one_service_within_a_timeout(stage: Stage) -> None:
    """-t overrules a long period of grace; the other service runs on."""
    stage.compose("""
        services:
          deaf: {<<: *idle, init: false, stop_grace_period: 10m}
          web: {<<: *idle}
    """)
    stage.up()
    stage.run("stop", "-t", "0", "deaf").ok()
    assert stage.states() == {"deaf-1": "exited", "web-1": "running"}


def test_stop_ends_dependents_first(stage: Stage) -> None:
    """A database goes after those that talk to it."""
    stage.compose(CHAIN)
    stage.up()
    stage.run("stop").ok()
    assert stage.happened("stop")[-1] == "db"


def test_start_starts_what_a_service_needs(stage: Stage) -> None:
    """Dependencies first; services that are not needed stay as they are."""
    stage.compose(CHAIN)
    stage.up()
    stage.run("stop").ok()
    stage.run("start", "web").ok()
    assert stage.states() == {"db-1": "running", "other-1": "exited", "web-1": "running"}
    assert stage.happened("start")[-2:] == ["db", "web"]


def test_start_waits_for_the_health_of_a_dependency(stage: Stage) -> None:
    """Conditions count as with up."""
    stage.compose("""
        services:
          db: {<<: *idle, healthcheck: {test: "true", interval: 500ms}}
          web: {<<: *idle, depends_on: {db: {condition: service_healthy}}}
    """)
    stage.up()
    stage.run("stop").ok()
    stage.run("start").ok()
    assert stage.container("db")["State"]["Health"]["Status"] == "healthy"
    assert stage.states() == {"db-1": "running", "web-1": "running"}


@pytest.mark.differs("newer than the peer")
def test_start_can_wait_until_services_are_healthy(stage: Stage) -> None:
    """--wait returns when they are; --wait-timeout gives up."""
    stage.compose("""
        services:
          good: {<<: *idle, healthcheck: {test: "true", interval: 500ms}}
          bad: {<<: *idle, healthcheck: {test: "false", interval: 1m}}
    """)
    stage.up()
    stage.run("stop").ok()
    stage.run("start", "--wait", "good").ok()
    assert stage.container("good")["State"]["Health"]["Status"] == "healthy"
    stage.run("start", "--wait", "--wait-timeout", "1", "bad").ended(1).says("bad")


def test_start_without_containers_fails(stage: Stage) -> None:
    """start creates nothing."""
    stage.compose(ONE)
    stage.run("start").ended(1).says("no container")
    assert stage.names() == []


def test_restart_takes_dependents_along_that_ask_for_it(stage: Stage) -> None:
    """depends_on.restart: true; the others are left alone, and all containers stay."""
    stage.compose(CHAIN)
    stage.up()
    before, ids = started(stage), {one["Id"] for one in stage.containers()}
    stage.run("restart", "db").ok().says("db-1", "Restarting", "Started")
    after = started(stage)
    assert after["other-1"] == before["other-1"]
    assert after["db-1"] != before["db-1"]
    assert after["web-1"] > after["db-1"]
    assert {one["Id"] for one in stage.containers()} == ids


def test_restart_without_dependents(stage: Stage) -> None:
    """--no-deps restarts what is named, and nothing else."""
    stage.compose(CHAIN)
    stage.up()
    before = started(stage)
    stage.run("restart", "--no-deps", "-t", "0", "db").ok()
    after = started(stage)
    assert after["db-1"] != before["db-1"]
    assert (after["web-1"], after["other-1"]) == (before["web-1"], before["other-1"])


def test_restart_runs_what_was_stopped(stage: Stage) -> None:
    """A stopped container is started."""
    stage.compose(ONE)
    stage.up()
    stage.run("stop").ok()
    stage.run("restart").ok()
    assert stage.states() == {"web-1": "running"}


def test_restart_runs_the_hooks(stage: Stage) -> None:
    """pre_stop before, post_start after."""
    stage.compose("""
        services:
          web:
            <<: *idle
            stop_grace_period: 10s
            post_start: [{command: sh -c 'echo up >> /log'}]
            pre_stop: [{command: sh -c 'echo down >> /log'}]
    """)
    stage.up()
    stage.run("restart").ok()
    assert stage.inside("web", "cat", "/log") == "up\ndown\nup\n"


def test_a_hook_that_fails_does_not_hold_up_a_recreation(stage: Stage) -> None:
    stage.compose("""
        services:
          web:
            <<: *idle
            environment: {GENERATION: $GENERATION}
            pre_stop: [{command: "false"}]
    """)
    stage.run("up", "-d", env={"GENERATION": "1"}).ok()
    changed = stage.run("up", "-d", env={"GENERATION": "2"}).ok()
    assert "web hook exited with status 1" in changed.stderr
    assert stage.states() == {"web-1": "running"}
    assert "GENERATION=2" in stage.container("web")["Config"]["Env"]
    assert "stopped all the same" in changed.stderr
    stage.run("stop").ended(1).says("web hook exited with status 1", "composer kill web")
    stage.run("kill", "web").ok()
    stage.run("down").ok()


def test_kill_ends_containers_at_once(stage: Stage) -> None:
    """Exit code 137: nobody was asked."""
    stage.compose(TWO)
    stage.up()
    stage.run("kill", "web").ok().says("web-1", "Killed")
    assert stage.states() == {"db-1": "running", "web-1": "exited"}
    assert stage.container("web")["State"]["ExitCode"] == 137


def test_kill_sends_another_signal(stage: Stage) -> None:
    """-s: a process that handles it goes on."""
    stage.compose("""
        services:
          web: {<<: *idle, init: false, command: sh -c "trap 'touch /got' HUP; while :; do sleep 0.1; done"}
    """)  # noqa: E501
    stage.up()
    stage.run("kill", "-s", "SIGHUP").ok()
    stage.wait_until_event("kill")
    assert stage.states() == {"web-1": "running"}
    stage.run("kill", "-s", "NONSENSE").ended(1).says("signal")


def test_kill_of_what_does_not_run(stage: Stage) -> None:
    """Nothing to kill is no error, but is said."""
    stage.compose(ONE)
    stage.run("kill").ok().says("no container to kill")


def test_kill_with_orphans(stage: Stage) -> None:
    """--remove-orphans kills containers that the file no longer knows; without, they run on."""
    stage.compose(TWO)
    stage.up()
    stage.compose(ONE)
    stage.run("kill").ok()
    assert stage.states() == {"db-1": "running", "web-1": "exited"}
    stage.run("kill", "--remove-orphans").ok()
    assert stage.states().get("db-1") != "running"


def test_rm_removes_what_does_not_run(stage: Stage) -> None:
    """Running containers stay; -f does not ask."""
    stage.compose(TWO)
    stage.up()
    stage.run("stop", "web").ok()
    shown = stage.run("rm", "-f").ok()
    assert f"Going to remove {stage.name}-web-1" in shown.stdout
    assert stage.names() == ["db-1"]
    stage.run("rm", "-f").ok().says("No stopped containers")


def test_rm_stops_first(stage: Stage) -> None:
    """-s: running ones too."""
    stage.compose(TWO)
    stage.up()
    stage.run("rm", "--stop", "--force", "web").ok().says("Stopped", "Removed")
    assert stage.names() == ["db-1"]


def test_rm_removes_anonymous_volumes_on_request(stage: Stage) -> None:
    """-v; a named one stays in any case."""
    stage.compose("""
        services:
          web: {<<: *idle, volumes: [/anonymous, "data:/data"]}
        volumes: {data: }
    """)
    stage.up()
    (anonymous,) = (
        one["Name"]
        for one in stage.container("web")["Mounts"]
        if one["Destination"] == "/anonymous"
    )
    stage.run("rm", "-sfv").ok()
    left = [one["Name"] for one in stage.engine.volumes()["Volumes"]]
    assert anonymous not in left
    assert f"{stage.name}_data" in left


def test_rm_off_a_terminal_needs_a_yes(stage: Stage) -> None:
    """Standard input answers; its end is a no."""
    stage.compose(ONE)
    stage.up()
    stage.run("kill").ok()
    assert "Going to remove" in stage.run("rm").ok().stdout
    assert stage.names() == ["web-1"]
    stage.run("rm", stdin="y\n").ok()
    assert stage.names() == []


def test_rm_stops_before_it_asks(stage: Stage) -> None:
    """With -s a no keeps the containers, stopped."""
    stage.compose(ONE)
    stage.up()
    asked = stage.run("rm", "-s", stdin="n\n").ok().says("Stopped")
    assert "Going to remove" in asked.stdout
    assert stage.states() == {"web-1": "exited"}


@pytest.mark.differs("the peer's question waits for what a terminal must answer")
def test_rm_asks_at_a_terminal(stage: Stage) -> None:
    """Without a yes nothing is removed."""
    stage.compose(ONE)
    stage.up()
    stage.run("kill").ok()
    terminal = stage.terminal("rm")
    terminal.until("Going to remove", "web-1")
    terminal.type("n\r")
    assert terminal.exit_code() == 0
    assert stage.names() == ["web-1"]
    terminal = stage.terminal("rm")
    terminal.until("Going to remove", "web-1")
    terminal.type("y\r")
    assert terminal.exit_code() == 0
    assert stage.names() == []


def test_pause_and_unpause(stage: Stage) -> None:
    """Processes freeze and go on; the container is not restarted."""
    stage.compose(TWO)
    stage.up()
    before = stage.starts()
    stage.run("pause", "web").ok().says("web-1", "Paused")
    assert stage.states() == {"db-1": "running", "web-1": "paused"}
    refused = stage.run("exec", "-T", "web", "true").ended(1)
    refused.says(f"Container {stage.name}-web-1: ", "is paused", "unpause")
    for command in ("up", "-d"), ("start",), ("create",):
        stage.run(*command).ended(1).says("cannot start a paused container, try unpause instead")
    assert stage.states() == {"db-1": "running", "web-1": "paused"}
    stage.run("unpause", "web").ok().says("web-1", "Unpaused")
    assert stage.states() == {"db-1": "running", "web-1": "running"}
    assert stage.starts() == before


@pytest.mark.differs("the peer fails where some are paused already")
def test_scale_up_and_down(stage: Stage) -> None:
    """Several services at once; the highest numbers go."""
    stage.compose(TWO)
    stage.up()
    stage.run("scale", "web=3", "db=2").ok()
    assert stage.names() == ["db-1", "db-2", "web-1", "web-2", "web-3"]
    stage.run("scale", "web=1").ok()
    assert stage.names() == ["db-1", "db-2", "web-1"]
    stage.run("scale", "web=0").ok()
    assert stage.names("web") == []


def test_scale_without_dependencies(stage: Stage) -> None:
    """--no-deps leaves a stopped dependency stopped."""
    stage.compose(CHAIN)
    stage.up()
    stage.run("stop", "db").ok()
    stage.run("scale", "--no-deps", "other=2").ok()
    assert stage.states() == {
        "db-1": "exited", "other-1": "running", "other-2": "running", "web-1": "running",
    }  # fmt: skip


@pytest.mark.parametrize("wrong", ["web", "web=x", "=3", "wbe=2"])
def test_scale_refuses_what_it_cannot_read(stage: Stage, wrong: str) -> None:
    """Before anything is changed."""
    stage.compose(ONE)
    stage.run("scale", wrong).ended(1).says(wrong.split("=", maxsplit=1)[0] or "=3")
    assert stage.names() == []


def test_wait_ends_with_the_exit_code(stage: Stage) -> None:
    """It waits as long as the container runs, and tells how it ended."""
    stage.compose("services: {web: {<<: *idle}, job: {<<: *idle, command: sleep 600}}")
    stage.up()
    waiting = stage.begin("wait", "job")
    stage.run("kill", "-s", "SIGKILL", "job").ok()
    shown = stage.finish(waiting).ended(137)
    ident = stage.container("job")["Id"]
    assert shown.stdout == f'container "{ident}" exited with status code 137\n'


@pytest.mark.differs("the peer knows running containers only")
def test_wait_knows_the_code_of_what_has_ended(stage: Stage) -> None:
    """A quick job may end before anybody waits."""
    stage.compose("services: {job: {<<: *idle, command: sh -c 'exit 3'}}")
    stage.up()
    stage.wait_until(lambda: stage.states()["job-1"] == "exited")
    stage.run("wait", "job").ended(3)


def test_wait_can_take_the_project_down(stage: Stage) -> None:
    """--down-project, when the first container ends."""
    stage.compose(
        "services: {web: {<<: *idle}, job: {<<: *idle, command: sh -c 'sleep 1; exit 4'}}"
    )
    stage.up()
    stage.run("wait", "--down-project", "job").ended(4)
    assert (stage.names(), stage.networks()) == ([], {})


def test_wait_takes_down_all_that_bears_the_projects_name(stage: Stage) -> None:
    """What the file no longer has, or a profile hides, and one-off containers."""
    stage.compose("services: {old: {<<: *idle}}")
    stage.up()
    stage.compose("""
        services:
          job: {<<: *idle, command: sh -c 'sleep 2; exit 4'}
          hidden: {<<: *idle, profiles: [more]}
    """)
    stage.run("up", "-d", "hidden").ok()
    stage.run("run", "-d", "hidden", "sleep", "600").ok()
    stage.run("up", "-d", "job").ok()
    stage.run("wait", "--down-project", "job").ended(4)
    assert (stage.names(), stage.networks()) == ([], {})


def test_wait_without_containers_fails(stage: Stage) -> None:
    """Nothing to wait for is a mistake."""
    stage.compose(ONE)
    stage.run("wait", "web").ended(1).says("no containers")


@pytest.mark.differs("the peer knows running containers only")
def test_wait_ends_at_a_signal(stage: Stage) -> None:
    """Ctrl-C gives up waiting, and leaves the containers."""
    stage.compose("services: {web: {<<: *idle}, job: {<<: *idle, command: 'true'}}")
    stage.up()
    stage.wait_until(lambda: stage.states()["job-1"] == "exited")
    terminal = stage.terminal("wait", "web", "job")
    terminal.until("exited with status code 0")
    terminal.type(CTRL_C)
    assert terminal.exit_code() == 130
    assert stage.states()["web-1"] == "running"


@pytest.mark.parametrize("command", ["start", "stop", "restart", "kill", "pause", "unpause", "rm"])
def test_unknown_services_are_refused(stage: Stage, command: str) -> None:
    """A typing error must not look like success."""
    stage.compose(ONE)
    stage.run(command, "wbe").ended(1).says("wbe")


@pytest.mark.parametrize(
    "command", [["stop"], ["restart"], ["kill"], ["pause"], ["rm", "-sf"], ["scale", "web=2"]]
)
def test_dry_runs_change_nothing(stage: Stage, command: list[str]) -> None:
    """They only tell."""
    stage.compose(ONE)
    stage.up()
    before = stage.starts()
    stage.run("--dry-run", *command).ok().says("DRY-RUN", f"{stage.name}-web-")
    assert stage.starts() == before
    assert stage.states() == {"web-1": "running"}


@pytest.mark.parametrize("command", ["stop", "start", "restart", "kill"])
def test_labels_are_enough(stage: Stage, command: str) -> None:
    """With -p and without files."""
    stage.compose(CHAIN)
    stage.up()
    (stage.folder / "compose.yaml").rename(stage.folder / "elsewhere.yml")
    stage.run("-p", stage.name, command).ok()
    wanted = "exited" if command in {"stop", "kill"} else "running"
    assert set(stage.states().values()) == {wanted}


def test_build_builds_and_names_an_image(stage: Stage) -> None:
    """Arguments reach the Dockerfile; -q shows no steps; the image has the service's name."""
    stage.write("Dockerfile", f"FROM {IMAGE}\nARG WHO=nobody\nRUN echo $WHO > /who\n")
    stage.compose("""
        services:
          web: {build: ., init: true, command: sleep 600, stop_grace_period: 0s}
          db: {<<: *idle}
    """)
    shown = stage.run("build", "--build-arg", "WHO=me", "--no-cache").ok()
    assert "RUN echo" in shown.stdout + shown.stderr
    assert stage.images() == [f"{stage.name}-web:latest"]
    stage.up()
    assert stage.inside("web", "cat", "/who") == "me\n"
    quiet = stage.run("build", "-q", "web").ok()
    assert quiet.stdout == ""
    assert "RUN" not in quiet.stderr


def test_build_with_dependencies(stage: Stage) -> None:
    """Only what is named, unless dependencies are asked for."""
    stage.write("Dockerfile", f"FROM {IMAGE}\n")
    stage.compose("services: {web: {build: ., depends_on: [db]}, db: {build: .}}")
    stage.run("build", "web").ok()
    assert stage.images() == [f"{stage.name}-web:latest"]
    stage.run("build", "--with-dependencies", "web").ok()
    assert stage.images() == [f"{stage.name}-db:latest", f"{stage.name}-web:latest"]


@pytest.mark.differs("other words")
@pytest.mark.parametrize("flag", ["--sbom=true", "--provenance=true"])
def test_build_refuses_what_it_cannot_do(stage: Stage, flag: str) -> None:
    """No flag is dropped in silence."""
    stage.write("Dockerfile", f"FROM {IMAGE}\n")
    stage.compose("services: {web: {build: .}}")
    built = stage.run("build", flag)
    if stage.keeps_indexes:  # it may lack the scanner, an image, for --sbom
        assert "image store cannot hold" not in built.stderr
    else:
        built.ended(1).says("image store cannot hold", flag[2:].partition("=")[0])
        assert stage.images() == []


UNREACHABLE = "localhost:1"
"""A registry at which nobody listens."""


def test_pull_tells_what_cannot_be_pulled(stage: Stage) -> None:
    """Exit code 1, or a warning where failures are to be ignored."""
    stage.compose(f"services: {{web: {{image: '{UNREACHABLE}/{stage.name}:1'}}}}")
    stage.run("pull").ended(1).says("refused")
    stage.run("pull", "-q").ended(1).says("refused")
    stage.run("pull", "--ignore-pull-failures").ok().says(" web Error ", "refused")
    stage.run("pull", "--policy", "else").ended(1).says("refused")
    stage.run("pull", "--policy", "never", "--parallel").ok().says("'--parallel' is DEPRECATED")


def test_pull_leaves_out_what_need_not_be_pulled(stage: Stage) -> None:
    """What is only built, what can be built, what its policy forbids."""
    stage.write("Dockerfile", f"FROM {IMAGE}\n")
    stage.compose(f"""
        services:
          built: {{build: .}}
          both: {{build: ., image: "{UNREACHABLE}/{stage.name}:1"}}
          never: {{image: "{UNREACHABLE}/{stage.name}:2", pull_policy: never}}
    """)
    stage.run("pull", "--ignore-buildable").ok().says("Skipped")
    stage.run("pull", "built", "never").ok()
    stage.run("pull", "both").ended(1).says("build both")


def test_pull_includes_dependencies_on_request(stage: Stage) -> None:
    """--include-deps."""
    stage.compose(f"""
        services:
          web: {{<<: *idle, pull_policy: never, depends_on: [db]}}
          db: {{image: "{UNREACHABLE}/{stage.name}:1"}}
    """)
    stage.run("pull", "web").ok()
    stage.run("pull", "--include-deps", "web").ended(1).says("refused")


def test_pull_what_is_missing_only(stage: Stage) -> None:
    """--policy missing asks no registry for what is here, but for :latest, which moves on."""
    image = f"{UNREACHABLE}/{stage.name}"
    for tag in ("1", "latest"):
        stage.engine.tag(IMAGE, image, tag)
    try:
        stage.compose(f"services: {{web: {{image: '{image}:1'}}}}")
        stage.run("pull", "--policy", "missing").ok().says("Image is already present locally")
        stage.compose(f"services: {{web: {{image: '{image}'}}}}")
        stage.run("pull", "--policy", "missing").ended(1).says("refused")
    finally:
        for tag in ("1", "latest"):
            stage.engine.remove_image(f"{image}:{tag}", force=True)


def test_push_tells_what_cannot_be_pushed(stage: Stage) -> None:
    """Only what is built under a name is pushed."""
    stage.write("Dockerfile", f"FROM {IMAGE}\n")
    image = f"{UNREACHABLE}/{stage.name}:1"
    stage.compose(f"""
        services:
          web: {{build: ., image: "{image}"}}
          user: {{<<: *idle, depends_on: [web]}}
    """)
    try:
        stage.run("build").ok()
        stage.run("push").ended(1).says("refused")
        stage.run("push", "-q").ended(1).says("refused")
        stage.run("push", "--ignore-push-failures").ok().says("refused")
        stage.run("push", "user").ok().says("Skipped")
        stage.run("push", "--include-deps", "user").ended(1)
    finally:
        stage.engine.remove_image(image, force=True)
