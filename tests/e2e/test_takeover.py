"""Composer and Docker Compose take over each other's stacks without touching a container."""

import json

import pytest

from tests.e2e.stage import Stage

pytestmark = [pytest.mark.engine, pytest.mark.oracle]

STACK = """
    services:
      web:
        <<: *idle
        environment: {A: "1", B: two}
        env_file: web.env
        label_file: web.env
        links: ["db:base"]
        use_api_socket: true
        depends_on: {db: {condition: service_healthy}}
        ports: ["127.0.0.1::80", "127.0.0.1::8080/udp"]
        volumes: ["data:/data", "./web.env:/etc/web.env:ro", "/cache"]
        networks: {front: {aliases: [www]}, default: }
        labels: {com.example.kind: front}
        secrets: [key]
        configs: [{source: key, target: /etc/key}]
        scale: 2
      db:
        <<: *idle
        healthcheck: {test: exit 0, interval: 500ms}
        restart: unless-stopped
        hostname: base
        stop_signal: SIGINT
        deploy: {resources: {limits: {memory: 64M}}}
    networks: {front: {labels: {a: b}}}
    volumes: {data: {labels: {a: b}}}
    secrets: {key: {file: web.env}}
    configs: {key: {file: web.env}}
"""


def test_docker_compose_takes_over(stage: Stage) -> None:
    """`docker compose` lists our stack, recreates nothing of it, and removes it."""
    stage.write("web.env", "C=3\n")
    stage.compose(STACK)
    stage.up()
    before = stage.starts()
    listed = stage.peer("ps", "--format", "json").stdout.splitlines()
    assert {json.loads(line)["Name"] for line in listed} == {one[1:] for one in before}
    stage.peer("up", "-d")
    assert stage.starts() == before
    stage.peer("down", "-v")
    assert (stage.names(), stage.networks(), stage.volumes()) == ([], {}, {})


def test_composer_takes_over(stage: Stage) -> None:
    """A stack of `docker compose` is ours from the first command on."""
    stage.write("web.env", "C=3\n")
    stage.compose(STACK)
    stage.peer("up", "-d")
    before = stage.starts()
    listed = stage.run("ps", "--format", "json").ok().stdout.splitlines()
    assert {json.loads(line)["Name"] for line in listed} == {one[1:] for one in before}
    stage.up()
    assert stage.starts() == before
    stage.run("down", "-v").ok()
    assert (stage.names(), stage.networks(), stage.volumes()) == ([], {}, {})


def test_a_built_service_is_taken_over_in_both_directions(stage: Stage) -> None:
    """Images that one built are the other's too."""
    stage.write("Dockerfile", "FROM composer-test/busybox\nCMD sleep 600\n")
    stage.write("compose.yaml", "services: {web: {build: ., stop_grace_period: 0s}}")
    stage.peer("up", "-d")
    before = stage.starts()
    stage.up()
    assert stage.starts() == before
    stage.run("down", "--rmi", "local").ok()
    assert stage.images() == []
    stage.up()
    before = stage.starts()
    stage.peer("up", "-d")
    assert stage.starts() == before
    stage.peer("down", "--rmi", "local")
    assert (stage.names(), stage.images()) == ([], [])


def test_what_somebody_runs_from_an_image_of_the_project_is_left_alone(stage: Stage) -> None:
    """It inherits the image's labels: only what was made for a service is the project's."""
    stage.compose("""
        services:
          web:
            build: {dockerfile_inline: "FROM composer-test/busybox"}
            command: sleep 600
            init: true
            stop_grace_period: 0s
    """)
    stage.up("--build")
    image = f"{stage.name}-web"
    guest = stage.foreign(image=image, network_mode=f"{stage.name}_default")
    service = {"com.docker.compose.project": stage.name, "com.docker.compose.service": "web"}
    assert service.items() <= stage.engine.inspect_container(guest)["Config"]["Labels"].items()
    commands = (
        ["up", "-d", "--remove-orphans"], ["up", "-d", "--scale", "web=2"], ["restart"], ["pause"],
        ["unpause"], ["kill"], ["up", "-d"], ["stop"], ["rm", "-f"], ["up", "-d"], ["down"],
    )  # fmt: skip
    for command in commands:
        stage.run(*command).ok()
        state = stage.engine.inspect_container(guest)["State"]
        assert (state["Running"], state["Paused"]) == (True, False), command
    assert stage.run("ps", "-aq").ok().stdout == ""
