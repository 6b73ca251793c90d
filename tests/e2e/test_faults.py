"""What goes wrong at the engine: said clearly, exit code 1, and mended by a second up."""

import os
import socket

import pytest

from tests.e2e.stage import IMAGE, IS_PEER, PROGRAM, Stage, free_port

pytestmark = pytest.mark.engine

ONE = "services: {web: {<<: *idle}}"


def test_an_engine_that_is_not_there(stage: Stage) -> None:
    """The address is named, so that a wrong DOCKER_HOST is seen at once."""
    stage.compose(ONE)
    nowhere = f"unix://{stage.folder}/engine.sock"
    result = stage.run("up", "-d", env={"DOCKER_HOST": nowhere}).ended(1).says(nowhere)
    assert "Traceback" not in result.stderr


def test_a_socket_that_the_user_may_not_use(stage: Stage) -> None:
    """The most common fault of a first day: the message says who may."""
    stage.compose(ONE)
    path = stage.folder / "engine.sock"
    with socket.socket(socket.AF_UNIX) as closed:
        closed.bind(str(path))
        closed.listen()
        path.chmod(0)
        powerless = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
        program = [*(powerless if os.geteuid() == 0 else []), *PROGRAM]
        env = {"DOCKER_HOST": f"unix://{path}"}
        result = stage.run("up", "-d", program=program, env=env).ended(1)
    assert "Traceback" not in result.stderr
    assert "permission denied" in result.stderr or "not allowed" in result.stderr


@pytest.mark.differs("says only that permission was denied")
def test_a_refused_user_gets_a_hint(stage: Stage) -> None:
    """What to do about it: join the group that owns the socket."""
    test_a_socket_that_the_user_may_not_use(stage)
    assert "group docker" in stage.steps[-1]


def test_an_image_that_cannot_be_had(stage: Stage) -> None:
    """It is named, and nothing is made: not even for the services whose images are here."""
    missing = f"{stage.name}/missing:1"
    stage.compose(f"services: {{web: {{<<: *idle}}, api: {{image: '{missing}'}}}}")
    stage.run("up", "-d").ended(1).says("api" if IS_PEER else missing)
    assert (stage.names(), stage.networks()) == ([], {})


def test_an_image_that_must_not_be_pulled(stage: Stage) -> None:
    """`pull_policy: never` asks no registry."""
    missing = f"{stage.name}/missing:1"
    stage.compose(f"services: {{web: {{image: '{missing}', pull_policy: never}}}}")
    stage.run("up", "-d").ended(1).says(missing)
    assert stage.states() in ({}, {"web-1": "created"})


def test_a_port_that_is_taken(stage: Stage) -> None:
    """The port is named; once it is free, a second up repairs the stack."""
    port = free_port()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        holder.listen()
        stage.compose(f"services: {{web: {{<<: *idle, ports: ['127.0.0.1:{port}:80']}}}}")
        stage.run("up", "-d").ended(1).says(str(port))
        assert stage.states().get("web-1") != "running"
    stage.up()
    assert stage.states() == {"web-1": "running"}


def test_a_port_that_another_container_holds(stage: Stage) -> None:
    """Once the other is gone, a second up repairs the stack."""
    port = free_port()
    other = stage.foreign(port_bindings={80: ("127.0.0.1", port)})
    stage.compose(f"services: {{web: {{<<: *idle, ports: ['127.0.0.1:{port}:80']}}}}")
    stage.run("up", "-d").ended(1).says(str(port))
    stage.engine.remove_container(other, force=True)
    stage.up()
    assert stage.states() == {"web-1": "running"}


@pytest.mark.differs("starts what it can, and does not say who holds the port")
def test_the_holder_of_a_port_is_named(stage: Stage) -> None:
    """Which container it is saves a search."""
    port = free_port()
    stage.foreign(name=f"{stage.name}-holder", port_bindings={80: ("127.0.0.1", port)})
    stage.compose(f"services: {{web: {{<<: *idle, ports: ['127.0.0.1:{port}:80']}}}}")
    stage.run("up", "-d").ended(1).says(str(port), f"{stage.name}-holder")


def test_a_container_name_that_is_taken(stage: Stage) -> None:
    """The other's container is named and never touched."""
    taken = f"{stage.name}-taken"
    other = stage.foreign(name=taken)
    stage.compose(f"services: {{web: {{<<: *idle, container_name: {taken}}}}}")
    stage.run("up", "-d").ended(1).says(taken)
    assert stage.engine.inspect_container(other)["State"]["Running"]
    assert stage.names() == []


@pytest.mark.differs("leaves a network behind")
def test_a_conflict_is_seen_before_anything_is_made(stage: Stage) -> None:
    """What cannot succeed is refused while all is as it was."""
    taken = f"{stage.name}-taken"
    stage.foreign(name=taken)
    stage.compose(f"services: {{db: {{<<: *idle}}, web: {{<<: *idle, container_name: {taken}}}}}")
    stage.run("up", "-d").ended(1).says(taken)
    assert (stage.names(), stage.networks()) == ([], {})


def test_a_missing_external_network(stage: Stage) -> None:
    """Somebody else has to make it: say which one."""
    missing = f"{stage.name}-elsewhere"
    stage.compose(f"""
        services: {{web: {{<<: *idle, networks: [other]}}}}
        networks: {{other: {{external: true, name: {missing}}}}}
    """)
    stage.run("up", "-d").ended(1).says(missing)
    assert stage.names() == []


def test_a_command_that_does_not_exist(stage: Stage) -> None:
    """The engine's reason is passed on; a mended file is enough for the next up."""
    stage.compose("services: {web: {<<: *idle, command: no-such-program, init: false}}")
    stage.run("up", "-d").ended(1).says("no-such-program")
    stage.compose(ONE)
    stage.up()
    assert stage.states() == {"web-1": "running"}


@pytest.mark.differs("one of them fails, and containers stay created")
def test_two_at_once_end_well(stage: Stage) -> None:
    """Two people, or a person and a script: both succeed, each container exists once."""
    stage.compose("services: {web: {<<: *idle, scale: 2}, db: {<<: *idle}}")
    both = [stage.begin("up", "-d"), stage.begin("up", "-d")]
    for one in both:
        stage.finish(one).ok()
    expected = {"db-1": "running", "web-1": "running", "web-2": "running"}
    assert stage.states() == expected
    assert list(stage.networks()) == [f"{stage.name}_default"]


def test_an_interrupted_up_is_completed_by_the_next(stage: Stage) -> None:
    """Ctrl-C in the midst of a wait leaves nothing that would need a hand."""
    stage.write(
        "compose.yaml",
        f"""
        services:
          db: {{image: {IMAGE}, init: true, command: sleep 600, stop_grace_period: 0s,
               healthcheck: {{test: "test -f /go", interval: 200ms, retries: 1000}}}}
          web: {{image: {IMAGE}, init: true, command: sleep 600, stop_grace_period: 0s,
                depends_on: {{db: {{condition: service_healthy}}}}}}
    """,
    )
    waiting = stage.begin("up", "-d")
    stage.wait_until(lambda: stage.states().get("db-1") == "running")
    waiting.terminate()
    assert stage.finish(waiting).code in {130, 143}
    stage.inside("db", "touch", "/go")
    stage.up()
    assert stage.states() == {"db-1": "running", "web-1": "running"}
