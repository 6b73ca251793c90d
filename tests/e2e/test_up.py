"""What `up` makes, and what a second one leaves alone."""

import os
import re
import subprocess

import pytest

from tests.e2e.stage import IMAGE, NUMBER, PROGRAM, PROJECT, SERVICE, Stage

pytestmark = pytest.mark.engine

TWO = """
    services:
      web: {<<: *idle}
      db: {<<: *idle}
"""


def test_up_creates_a_network_a_volume_and_containers_with_names_and_labels(stage: Stage) -> None:
    """Other programs find a project by these names and labels: they are an interface."""
    file = stage.compose("""
        services:
          web:
            <<: *idle
            volumes: ["data:/data"]
            depends_on: [db]
          db: {<<: *idle}
        volumes: {data: }
    """)
    stage.up()
    assert stage.states() == {"db-1": "running", "web-1": "running"}
    labels = stage.container("web")["Config"]["Labels"]
    assert labels[PROJECT] == stage.name
    assert labels[SERVICE] == "web"
    assert labels[NUMBER] == "1"
    assert labels["com.docker.compose.oneoff"] == "False"
    assert labels["com.docker.compose.project.working_dir"] == str(stage.folder)
    assert labels["com.docker.compose.project.config_files"] == str(file)
    assert labels["com.docker.compose.depends_on"] == "db:service_started:false"
    assert labels["com.docker.compose.image"] == stage.container("web")["Image"]
    assert re.fullmatch("[0-9a-f]{64}", labels["com.docker.compose.config-hash"])
    assert labels["com.docker.compose.version"]


def test_up_labels_networks_and_volumes(stage: Stage) -> None:
    """A network or volume made here must be recognised as the project's own by the next run."""
    stage.compose("""
        services:
          web: {<<: *idle, volumes: ["data:/data"]}
        volumes: {data: {labels: {kind: precious}}}
    """)
    stage.up()
    (network,) = stage.networks().values()
    assert network["Name"] == f"{stage.name}_default"
    assert network["Labels"]["com.docker.compose.network"] == "default"
    (volume,) = stage.volumes().values()
    assert volume["Name"] == f"{stage.name}_data"
    assert volume["Labels"]["com.docker.compose.volume"] == "data"
    assert volume["Labels"]["kind"] == "precious"
    (mount,) = stage.container("web")["Mounts"]
    assert (mount["Name"], mount["Destination"]) == (f"{stage.name}_data", "/data")


def test_a_second_up_does_nothing_and_says_so(stage: Stage) -> None:
    """Running up again must be safe at any time: same containers, never restarted."""
    stage.compose(TWO)
    stage.up()
    before = stage.starts()
    stage.up().says(f"{stage.name}-web-1", "running")
    assert stage.starts() == before


def test_a_changed_service_is_recreated_and_the_others_are_left(stage: Stage) -> None:
    """A change must cost no more than the containers that it concerns."""
    stage.compose(TWO)
    stage.up()
    before = stage.starts()
    stage.compose(TWO.replace("web: {<<: *idle", "web: {<<: *idle, environment: {A: b}"))
    stage.up()
    after = stage.starts()
    assert after[f"/{stage.name}-db-1"] == before[f"/{stage.name}-db-1"]
    assert after[f"/{stage.name}-web-1"] != before[f"/{stage.name}-web-1"]
    assert "A=b" in stage.container("web")["Config"]["Env"]


def test_force_recreate_makes_new_containers(stage: Stage) -> None:
    """What the file does not show (a corrupt layer, say) is mended by force."""
    stage.compose(TWO)
    stage.up()
    before = stage.starts()
    stage.up("--force-recreate")
    after = stage.starts()
    assert after.keys() == before.keys()
    assert not set(after.values()) & set(before.values())


def test_no_recreate_keeps_what_differs(stage: Stage) -> None:
    """The user wants what is missing, and no interruption of what runs."""
    stage.compose(TWO)
    stage.up("web")
    before = stage.starts()
    stage.compose(TWO.replace("web: {<<: *idle", "web: {<<: *idle, environment: {A: b}"))
    stage.up("--no-recreate")
    assert stage.starts().items() > before.items()
    assert stage.states() == {"db-1": "running", "web-1": "running"}


def test_no_start_creates_and_up_starts_the_same_containers(stage: Stage) -> None:
    """Creation and start may be two steps, on the same containers."""
    stage.compose(TWO)
    stage.run("up", "--no-start").ok()
    assert stage.states() == {"db-1": "created", "web-1": "created"}
    ids = [one["Id"] for one in stage.containers()]
    stage.up()
    assert stage.states() == {"db-1": "running", "web-1": "running"}
    assert [one["Id"] for one in stage.containers()] == ids


def test_scaling_keeps_the_containers_with_the_lowest_numbers(stage: Stage) -> None:
    """More replicas or fewer: those that stay are not touched, and numbers are used again."""
    stage.compose("services: {web: {<<: *idle}}")
    stage.up("--scale", "web=3")
    three = stage.starts()
    assert stage.names() == ["web-1", "web-2", "web-3"]
    stage.up("--scale", "web=1")
    assert stage.names() == ["web-1"]
    assert stage.starts().items() < three.items()
    stage.up("--scale", "web=2")
    assert stage.names() == ["web-1", "web-2"]
    numbers = [one["Config"]["Labels"][NUMBER] for one in stage.containers()]
    assert numbers == ["1", "2"]


def test_replicas_in_the_file_are_kept_by_a_second_up(stage: Stage) -> None:
    """`scale` and `deploy.replicas` mean the same."""
    stage.compose("""
        services:
          web: {<<: *idle, scale: 2}
          app: {<<: *idle, deploy: {replicas: 2}}
    """)
    stage.up()
    before = stage.starts()
    assert stage.names() == ["app-1", "app-2", "web-1", "web-2"]
    stage.up()
    assert stage.starts() == before


def test_a_container_is_named_as_the_file_says(stage: Stage) -> None:
    """Scripts outside refer to `container_name`."""
    stage.compose(f"services: {{web: {{<<: *idle, container_name: {stage.name}-front}}}}")
    stage.up()
    assert stage.names() == ["front"]
    before = stage.starts()
    stage.up()
    assert stage.starts() == before


def test_what_was_stopped_or_removed_by_hand_comes_back(stage: Stage) -> None:
    """The stopped container is the same one as before; only the removed one is new."""
    stage.compose(TWO)
    stage.up()
    web, db = stage.container("web"), stage.container("db")
    stage.engine.stop(web["Id"], timeout=0)
    stage.engine.remove_container(db["Id"], force=True)
    stage.up()
    assert stage.states() == {"db-1": "running", "web-1": "running"}
    assert stage.container("web")["Id"] == web["Id"]
    assert stage.container("db")["Id"] != db["Id"]


def test_up_of_one_service_brings_what_it_needs_and_no_more(stage: Stage) -> None:
    """Naming a service means it and its dependencies."""
    stage.compose("""
        services:
          web: {<<: *idle, depends_on: [db]}
          db: {<<: *idle}
          other: {<<: *idle}
    """)
    stage.up("web")
    assert stage.names() == ["db-1", "web-1"]


def test_up_without_dependencies_starts_the_service_alone(stage: Stage) -> None:
    """With --no-deps the user knows better."""
    stage.compose("services: {web: {<<: *idle, depends_on: [db]}, db: {<<: *idle}}")
    stage.up("--no-deps", "web")
    assert stage.names() == ["web-1"]


def test_files_are_merged_and_found_from_a_folder_below(stage: Stage) -> None:
    """compose.yaml and compose.override.yaml are found in a parent folder, and combined."""
    stage.compose("services: {web: {<<: *idle, environment: {A: base, B: base}}}")
    stage.write("compose.override.yaml", "services: {web: {environment: {A: override}}}")
    below = stage.folder / "src" / "deep"
    below.mkdir(parents=True)
    stage.up(folder=below)
    environment = stage.container("web")["Config"]["Env"]
    assert {"A=override", "B=base"} <= set(environment)
    assert stage.container("web")["Config"]["Image"] == IMAGE


def test_only_services_of_active_profiles_come_up(stage: Stage) -> None:
    """A service with profiles waits for one of them; naming it activates it."""
    stage.compose("""
        services:
          web: {<<: *idle}
          debug: {<<: *idle, profiles: [debug]}
          test: {<<: *idle, profiles: [test]}
    """)
    stage.up()
    assert stage.names() == ["web-1"]
    stage.run("--profile", "debug", "up", "-d").ok()
    assert stage.names() == ["debug-1", "web-1"]
    stage.up("test")
    assert stage.names() == ["debug-1", "test-1", "web-1"]
    stage.run("--profile", "*", "down").ok()
    assert stage.names() == []


def test_the_environment_says_what_options_say(stage: Stage) -> None:
    """Files, profiles and the separator: set once for a shell, not with each command."""
    stage.write("a.yaml", f"services: {{web: {{image: '{IMAGE}', command: sleep 600}}}}")
    stage.write("b.yaml", "services: {web: {init: true, stop_grace_period: 0s, profiles: [p]}}")
    files = {"COMPOSE_FILE": "a.yaml,b.yaml", "COMPOSE_PATH_SEPARATOR": ","}
    stage.up(env={**files, "COMPOSE_PROFILES": "p"})
    assert stage.container("web")["HostConfig"]["Init"] is True
    assert stage.names() == ["web-1"]


def test_standard_input_is_a_file_too(stage: Stage) -> None:
    """`-f -` reads the project from another program."""
    stage.run("-f", "-", "up", "-d", stdin=stage.compose(TWO).read_text()).ok()
    assert stage.names() == ["db-1", "web-1"]


@pytest.mark.parametrize("command", [["up", "-d"], ["run", "-d", "web", "sleep", "60"]])
def test_where_two_networks_have_one_name_the_idle_one_goes(
    stage: Stage, command: list[str]
) -> None:
    """Two commands without a common lock can both make it; the engine then refuses the name."""
    if stage.api >= (1, 44):
        pytest.skip("the engine allows no two networks of one name")
    stage.compose("services: {web: {<<: *idle}}")
    stage.run("create").ok()
    (network,) = stage.networks().values()
    again = {"check_duplicate": False, "labels": network["Labels"]}
    for _ in range(2):
        stage.engine.create_network(network["Name"], **again)
    stage.run(*command).ok()
    (kept,) = stage.networks().values()
    running = [one for one in stage.containers("web") if one["State"]["Running"]]
    on = [one["NetworkSettings"]["Networks"][network["Name"]]["NetworkID"] for one in running]
    assert on == [kept["Id"]]
    for _ in range(2):
        stage.engine.create_network(network["Name"], **again)
    stage.run("down", "--remove-orphans").ok()
    assert stage.networks() == {}


@pytest.mark.differs("does half of it where the reader has gone")
def test_work_is_done_though_its_progress_cannot_be_written(stage: Stage) -> None:
    """On a full disk, and where the reader of standard error has gone."""
    stage.compose(TWO)
    left, gone = os.pipe()
    os.close(left)
    with open("/dev/full", "wb") as full, open(gone, "wb") as broken:
        for error in (full, broken):
            for command, states in ((["up", "-d"], {"web-1", "db-1"}), (["down"], set[str]())):
                process = subprocess.run(
                    [*PROGRAM, *command], cwd=stage.folder, env=stage.env, stderr=error, check=False
                )
                assert process.returncode == 0
                assert set(stage.states()) == states


@pytest.mark.parametrize("mode", ["nosuchmode", "container:nosuch"])
def test_what_is_missing_is_looked_for_once_more_and_no_longer(stage: Stage, mode: str) -> None:
    """Somebody may have taken it away meanwhile; what never was there is told soon."""
    stage.compose(f"""
        services:
          web: {{<<: *idle, network_mode: "{mode}"}}
          job: {{<<: *idle, command: "true"}}
    """)
    told = stage.run("up", "-d").ended(1).stderr
    assert len(re.findall("web-1 +Starting", told)) in {1, 2}
    assert not re.findall("job-1 +Running", told)
