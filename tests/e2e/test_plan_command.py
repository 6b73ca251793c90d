"""`composer plan` tells beforehand what `up` does, and what somebody did to a running stack."""

import json
from typing import Any

import pytest

from tests.e2e.stage import IMAGE, IS_PEER, Stage

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(IS_PEER, reason="the peer has no such command"),
]

STACK = """
    services:
      web:
        <<: *idle
        environment: {A: "1", DB_PASSWORD: first}
        ports: ["127.0.0.1::80"]
        volumes: ["data:/data", "/anon", "./conf:/conf:ro"]
        networks: {front: {aliases: [www]}, default: }
        labels: {kind: front}
        restart: unless-stopped
        mem_limit: 64m
        cpus: 0.5
        configs: [site]
        secrets: [key]
        healthcheck: {test: exit 0, interval: 1s, retries: 3}
        cap_drop: [ALL]
        dns: [127.0.0.1]
        tmpfs: [/run, "/tmp:size=1m"]
        sysctls: {net.core.somaxconn: 1024}
        ulimits: {nofile: 1024}
        extra_hosts: ["a:127.0.0.1"]
        logging: {driver: json-file, options: {max-size: 1m}}
        hostname: web
        user: "0"
        working_dir: /tmp
        shm_size: 1m
        pids_limit: 100
        stop_signal: SIGINT
        scale: 2
        depends_on: [db]
      db: {<<: *idle, tty: true, stdin_open: true, entrypoint: [sleep], command: ["600"]}
      sidecar: {<<: *idle, network_mode: "service:db", pid: "service:db", volumes_from: [db]}
    networks: {front: {}}
    volumes: {data: {}}
    configs: {site: {content: one}}
    secrets: {key: {environment: KEY}}
"""


def planned(stage: Stage, *arguments: str, code: int = 0) -> dict[str, Any]:
    result = stage.run("plan", "--format", "json", *arguments).ended(code)
    return dict(json.loads(result.stdout))


def actions(plan: dict[str, Any]) -> dict[str, str]:
    """Return what becomes of each container, by name less the project's."""
    return {
        one["name"].removeprefix(f"{plan['project']}-"): one["action"]
        for one in plan["changes"]
        if one["kind"] == "container"
    }


def differences(plan: dict[str, Any], key: str = "changes") -> dict[str, tuple[Any, Any]]:
    return {
        found["attribute"]: (found["old"], found["new"])
        for one in plan[key]
        for found in one["differences"]
    }


@pytest.fixture
def running(stage: Stage) -> Stage:
    stage.env["KEY"] = "opensesame"
    (stage.folder / "conf").mkdir()
    stage.compose(STACK)
    stage.up()
    return stage


def test_a_first_up_creates_everything(stage: Stage) -> None:
    """Nothing is changed by asking; the exit code tells that there is something to do."""
    stage.compose("services: {web: *idle}\n")
    result = stage.run("plan", "--detailed-exitcode").ended(2)
    assert f"+ {stage.name}-web-1  missing" in result.stdout
    assert "2 to create" in result.stdout
    assert (stage.names(), stage.networks()) == ([], {})


def test_an_up_to_date_stack_has_nothing_to_do_and_no_false_differences(running: Stage) -> None:
    """A forced recreation changes no attribute, whatever engine and image filled in."""
    assert set(actions(planned(running, "--detailed-exitcode")).values()) == {"unchanged"}
    forced = planned(running, "--force-recreate", "--detailed-exitcode", code=2)
    assert set(actions(forced).values()) == {"recreate"}
    found = differences(forced)
    joined = {"network_mode", "pid", "volumes_from"}  # of the sidecar: db is a new container
    assert found.keys() - joined == set()


def test_what_changes_is_named_and_secrets_are_not_shown(running: Stage) -> None:
    changed = STACK.replace('A: "1"', 'A: "2"').replace("first", "second").replace("64m", "128m")
    running.compose(changed)
    before = running.starts()
    result = running.run("plan").ok()
    assert "environment.A: 1 → 2" in result.stdout
    assert "mem_limit: 64m → 128m" in result.stdout
    assert "environment.DB_PASSWORD: (hidden) → (hidden)" in result.stdout
    assert "second" not in result.stdout + result.stderr
    assert running.starts() == before
    assert {name: one for name, one in actions(planned(running)).items() if one != "unchanged"} == {
        "web-1": "recreate", "web-2": "recreate"
    }  # fmt: skip
    running.up()
    planned(running, "--detailed-exitcode")


def test_what_changes_in_networks_and_volumes_is_named(stage: Stage) -> None:
    """A volume is replaced with consent only; until then it is kept, and the plan asks."""
    text = """
        services: {{web: {{<<: *idle, networks: [net], volumes: ["data:/data"]}}}}
        networks: {{net: {{labels: {{a: "{a}"}}, driver_opts: {{com.docker.network.bridge.enable_icc: "{b}"}}}}}}
        volumes: {{data: {{labels: {{c: "{a}"}}}}}}
    """  # noqa: E501
    stage.compose(text.format(a=1, b="true"))
    stage.up()
    stage.compose(text.format(a=2, b="false"))
    kept = planned(stage)
    assert differences(kept) == {
        "driver_opts.com.docker.network.bridge.enable_icc": ("true", "false"),
        "labels.a": ("1", "2"),
    }
    assert f"= {stage.name}_data" in stage.run("plan").ok().stdout
    assert len(kept["questions"]) == 1
    replaced = planned(stage, "-y")
    assert differences(replaced)["labels.c"] == ("1", "2")
    stage.run("up", "-d", "-y").ok()
    planned(stage, "--detailed-exitcode")


def test_drift_is_told(running: Stage) -> None:
    """A stopped container starts, a limit that was changed by hand is told, a network rejoined."""
    engine, name = running.engine, running.name
    engine.stop(f"{name}-web-1", timeout=0)
    engine.update_container(f"{name}-db-1", cpu_shares=512)
    engine.disconnect_container_from_network(f"{name}-web-2", f"{name}_front")
    found = planned(running, "--detailed-exitcode", code=2)
    assert actions(found) == {
        "db-1": "unchanged", "sidecar-1": "unchanged", "web-1": "change", "web-2": "recreate"
    }  # fmt: skip
    assert differences(found, "drift") == {"cpu_shares": (512, None)}
    (web,) = (one for one in found["changes"] if one["name"] == f"{name}-web-2")
    assert web["cause"] == "not on network front"
    running.up()
    rest = planned(running, "--detailed-exitcode", code=2)
    assert set(actions(rest).values()) == {"unchanged"}, "only the limit is left"


def test_flags_are_those_of_up(running: Stage) -> None:
    assert actions(planned(running, "--scale", "web=1", "web", "--no-deps")) == {
        "web-1": "unchanged", "web-2": "remove"
    }  # fmt: skip
    running.compose("services: {db: {<<: *idle, command: sleep 1}}\n")
    kept = planned(running, "--no-recreate", "--detailed-exitcode")
    assert set(actions(kept).values()) == {"unchanged"}
    removed = planned(running, "--remove-orphans")
    assert actions(removed)["web-1"] == "remove"
    running.run("plan", "--no-recreate", "--force-recreate").ended(1).says("incompatible")


def test_a_volume_that_would_be_replaced_is_a_question(running: Stage) -> None:
    running.compose(STACK.replace("{data: {}}", "{data: {labels: {a: b}}}"))
    found = planned(running, "--detailed-exitcode", code=2)
    assert "data will be lost" in found["questions"][0]
    agreed = planned(running, "-y")
    (volume,) = (one for one in agreed["changes"] if one["kind"] == "volume")
    assert volume["action"] == "recreate"


def test_a_changed_content_recreates(running: Stage) -> None:
    """A config's or secret's new content is seen, and never shown."""
    running.compose(STACK.replace("content: one", "content: two"))
    (web, *_) = (one for one in planned(running)["changes"] if one["service"] == "web")
    assert web["cause"] == "content of config site changed"
    running.up()
    planned(running, "--detailed-exitcode")
    running.env["KEY"] = "another"
    result = running.run("plan").ok()
    assert "content of secret key changed" in result.stdout
    assert "another" not in result.stdout
    running.up()
    labels = json.dumps([one["Config"]["Labels"] for one in running.containers()])
    assert "another" not in labels
    assert "opensesame" not in labels


@pytest.mark.oracle
def test_a_stack_of_docker_compose_is_not_recreated_for_its_contents(stage: Stage) -> None:
    """Its containers do not know what their configs contained."""
    stage.compose("""
        services: {web: {<<: *idle, configs: [site]}}
        configs: {site: {content: one}}
    """)
    stage.peer("up", "-d")
    assert actions(planned(stage, "--detailed-exitcode")) == {"web-1": "unchanged"}


def test_a_config_file_counts_too(stage: Stage) -> None:
    stage.write("site.conf", "one")
    stage.compose("""
        services: {web: {<<: *idle, configs: [site]}}
        configs: {site: {file: site.conf}}
    """)
    stage.up()
    before = stage.starts()
    stage.up()
    assert stage.starts() == before
    stage.write("site.conf", "two")
    stage.up()
    assert stage.starts() != before


def test_a_network_with_a_foreign_container_is_left_alone(stage: Stage) -> None:
    """A change that would cut off somebody else's container is refused before anything stops."""
    stage.compose("services: {web: *idle}\n")
    stage.up()
    network = f"{stage.name}_default"
    stage.engine.connect_container_to_network(stage.foreign(), network)
    before = stage.starts()
    stage.compose("services: {web: *idle}\nnetworks: {default: {labels: {a: b}}}\n")
    for command in (("plan",), ("up", "-d")):
        result = stage.run(*command).ended(1)
        result.says(f"network {network} is to be replaced", f"{stage.name}-foreign", "is on it")
    assert stage.starts() == before


def test_a_network_with_a_foreign_stopped_container_is_replaced(stage: Stage) -> None:
    """What does not run holds nothing."""
    stage.compose("services: {web: *idle}\n")
    stage.up()
    foreign, network = stage.foreign(), f"{stage.name}_default"
    stage.engine.connect_container_to_network(foreign, network)
    stage.engine.stop(foreign, timeout=0)
    stage.compose("services: {web: *idle}\nnetworks: {default: {labels: {a: b}}}\n")
    stage.up()
    assert stage.networks()[network]["Labels"]["a"] == "b"
    assert stage.states() == {"web-1": "running"}


def test_a_name_that_is_held_is_told_before_anything_is_made(stage: Stage) -> None:
    stage.foreign(f"{stage.name}-web-1")
    stage.compose("services: {web: *idle}\n")
    stage.run("plan").ended(1).says("name", f'/{stage.name}-web-1" is already in use')
    stage.run("up", "-d").ended(1).says(f'/{stage.name}-web-1" is already in use')
    assert stage.networks() == {}


def test_what_a_build_comes_to_cannot_be_known(stage: Stage) -> None:
    stage.write("Dockerfile", f"FROM {IMAGE}\nCMD sleep 600\n")
    stage.compose("services: {web: {build: ., init: true, stop_grace_period: 0s}}\n")
    stage.up()
    found = planned(stage, "--build")
    assert actions(found) == {"web-1": "unchanged"}
    assert found["notes"] == [
        "where an image turns out to be a new one, containers of web are recreated"
    ]


def test_a_dry_run_of_up_shows_the_same_plan(running: Stage) -> None:
    """With the operations beside it, in the words of a real run; the flags are the same, too."""
    flags = ("--force-recreate", "--scale", "web=3", "--no-deps", "web")
    plan = running.run("plan", *flags).ok().stdout
    dry = running.run("up", "-d", "--dry-run", *flags).ok().says("DRY-RUN MODE", "Recreated")
    assert dry.stderr.endswith(plan)
    assert plan
    assert dry.stdout == ""


def test_a_dry_run_tells_warnings_once_and_programs_their_objects_alone(running: Stage) -> None:
    running.compose("services: {other: *idle}")
    told = running.run("--dry-run", "up", "-d").ok().stderr
    assert told.count("Found orphan containers") == 1
    told = running.run("--progress", "json", "--dry-run", "up", "-d").ok().stderr
    assert all(json.loads(line) for line in told.splitlines())
    assert "to create" not in running.run("--progress", "quiet", "--dry-run", "up", "-d").stderr


def test_a_dry_run_of_an_attached_up_says_that_it_follows_nobody(running: Stage) -> None:
    told = running.run("--dry-run", "up").ok().stdout
    assert told == (
        "end of 'compose up' output, interactive run is not supported in dry-run mode\n"
    )


def test_at_a_terminal_the_plan_of_a_dry_run_stands_below_the_operations(running: Stage) -> None:
    """Where the view would not be drawn over it."""
    terminal = running.terminal("--dry-run", "up", "--force-recreate")
    assert terminal.exit_code() == 0
    above, _, below = terminal.text.rpartition(f"Project {running.name}: ")
    assert "[+] Running" in above
    assert "end of 'compose up' output" in below
    assert "[+]" not in below
