"""What `down` removes and what it leaves, and what becomes of orphans."""

import pytest

from tests.e2e.stage import IMAGE, MARK, Stage

pytestmark = pytest.mark.engine

DATA = "services: {web: {<<: *idle, volumes: ['data:/data']}}\nvolumes: {data: }\n"
TWO = "services: {web: {<<: *idle}, old: {<<: *idle}}"
ONE = "services: {web: {<<: *idle}}"


def test_down_removes_containers_and_networks_and_leaves_volumes(stage: Stage) -> None:
    """Data outlives the stack: the next up finds it."""
    stage.compose(DATA)
    stage.up()
    stage.inside("web", "touch", "/data/kept")
    stage.run("down").ok()
    assert (stage.names(), stage.networks()) == ([], {})
    assert list(stage.volumes()) == [f"{stage.name}_data"]
    stage.up()
    assert stage.inside("web", "ls", "/data") == "kept\n"


def test_down_with_volumes_removes_them(stage: Stage) -> None:
    """-v is the way to start from nothing."""
    stage.compose(DATA)
    stage.up()
    stage.run("down", "-v").ok()
    assert (stage.names(), stage.networks(), stage.volumes()) == ([], {}, {})


def test_no_volume_goes_where_a_container_cannot(stage: Stage) -> None:
    """A hook that fails stops the whole removal, not only that of its own container's data."""
    stage.compose("""
        services:
          web: {<<: *idle, pre_stop: [{command: "false"}]}
          db: {<<: *idle, volumes: ["data:/data"]}
        volumes: {data: }
    """)
    stage.up()
    stage.run("down", "-v").ended(1).says("hook")
    assert list(stage.volumes()) == [f"{stage.name}_data"]


def test_a_hook_that_cannot_begin_keeps_nothing_from_going(stage: Stage) -> None:
    """Its image may have no such program: it is told, and the next hook has its turn."""
    stage.compose("""
        services:
          web:
            <<: *idle
            volumes: [".:/host"]
            pre_stop: [{command: no-such-program}, {command: touch /host/bye}]
    """)
    stage.up()
    stage.run("down").ok().says("no-such-program")
    assert (stage.names(), stage.networks()) == ([], {})
    assert (stage.folder / "bye").exists()


def test_a_second_down_has_nothing_to_do(stage: Stage) -> None:
    """Cleaning up twice is no error."""
    stage.compose(ONE)
    stage.up()
    stage.run("down").ok()
    stage.run("down").ok()
    assert stage.names() == []


def test_down_removes_the_images_that_the_project_built(stage: Stage) -> None:
    """--rmi local takes what the project made for itself, and leaves what was pulled.

    An image that a later build took the name from is no obstacle.
    """
    stage.write("Dockerfile", "FROM composer-test/busybox\nCMD sleep 500\n")
    stage.compose("""
        services:
          web: {build: ., stop_grace_period: 0s}
          other: {<<: *idle}
    """)
    stage.run("build").ok()
    stage.write("Dockerfile", "FROM composer-test/busybox\nCMD sleep 600\n")
    stage.up("--build")
    assert stage.images() == [f"{stage.name}-web:latest"]
    stage.run("down", "--rmi", "local").ok()
    assert stage.images() == []
    assert stage.engine.images(name=IMAGE)


def test_down_works_from_anywhere_by_the_projects_name(stage: Stage) -> None:
    """The file may be lost: labels are enough."""
    stage.compose(ONE)
    stage.up()
    (stage.folder / "compose.yaml").rename(stage.folder / "lost.yaml")
    empty = stage.folder / "empty"
    empty.mkdir()
    stage.run("-p", stage.name, "down", folder=empty).ok()
    assert (stage.names(), stage.networks()) == ([], {})


def test_external_networks_and_volumes_are_used_and_left(stage: Stage) -> None:
    """What others made is not ours to remove, even with -v."""
    shared = f"{stage.name}-shared"
    stage.engine.create_network(shared, labels={MARK: stage.name})
    stage.engine.create_volume(shared, labels={MARK: stage.name})
    stage.compose(f"""
        services:
          web: {{<<: *idle, networks: [shared], volumes: ["shared:/data"]}}
        networks: {{shared: {{external: true, name: {shared}}}}}
        volumes: {{shared: {{external: true, name: {shared}}}}}
    """)
    stage.up()
    assert list(stage.container("web")["NetworkSettings"]["Networks"]) == [shared]
    assert stage.networks() == {}
    stage.run("down", "-v").ok()
    assert stage.engine.inspect_network(shared)["Name"] == shared
    assert stage.engine.inspect_volume(shared)["Name"] == shared


def test_orphans_are_warned_of_and_left(stage: Stage) -> None:
    """A service that was renamed leaves a container: it is named, never removed unasked."""
    stage.compose(TWO)
    stage.up()
    before = stage.starts()
    stage.compose(ONE)
    stage.up().says("orphan", f"{stage.name}-old-1", "--remove-orphans")
    assert stage.starts() == before


def test_orphans_are_removed_on_request(stage: Stage) -> None:
    """--remove-orphans removes them, and touches nothing else."""
    stage.compose(TWO)
    stage.up()
    web = stage.container("web")["Id"]
    stage.compose(ONE)
    stage.up("--remove-orphans")
    assert stage.names() == ["web-1"]
    assert stage.container("web")["Id"] == web


def test_orphans_are_removed_where_the_environment_says_so(stage: Stage) -> None:
    """COMPOSE_REMOVE_ORPHANS is the flag for the commands that are about the whole project."""
    stage.compose(TWO)
    stage.up()
    stage.compose(ONE)
    stage.run("run", "--rm", "web", "true", env={"COMPOSE_REMOVE_ORPHANS": "true"}).ok()
    assert stage.names() == ["old-1", "web-1"]
    stage.up(env={"COMPOSE_REMOVE_ORPHANS": "true"})
    assert stage.names() == ["web-1"]


def test_orphans_are_ignored_where_the_environment_says_so(stage: Stage) -> None:
    """Projects that share a name on purpose want no warning."""
    stage.compose(TWO)
    stage.up()
    stage.compose(ONE)
    assert "orphan" not in stage.up(env={"COMPOSE_IGNORE_ORPHANS": "1"}).stderr
    assert stage.names() == ["old-1", "web-1"]
    assert "orphan" not in stage.run("down", env={"COMPOSE_IGNORE_ORPHANS": "1"}).ok().stderr
    assert stage.names() == ["old-1"]


def test_down_removes_orphans_on_request(stage: Stage) -> None:
    """Without the flag the orphan stays, and so does the network that it is attached to."""
    stage.compose(TWO)
    stage.up()
    stage.compose(ONE)
    stage.run("down")
    assert stage.names() == ["old-1"]
    stage.run("down", "--remove-orphans").ok()
    assert (stage.names(), stage.networks()) == ([], {})


def test_resources_that_no_service_uses_go_as_they_came(stage: Stage) -> None:
    stage.compose("services: {web: {<<: *idle}}\nnetworks: {spare: }\nvolumes: {data: }\n")
    stage.run("--all-resources", "up", "-d").ok()
    stage.run("down", "-v").ok()
    assert list(stage.networks()) == [f"{stage.name}_spare"]
    assert list(stage.volumes()) == [f"{stage.name}_data"]
    stage.run("--all-resources", "down", "-v").ok()
    assert (stage.networks(), stage.volumes()) == ({}, {})
