"""Images that are built on the way up."""

import pytest

from tests.e2e.stage import Stage

pytestmark = pytest.mark.engine


def test_up_builds_what_is_missing_with_the_options_of_the_file(stage: Stage) -> None:
    """Context, Dockerfile, target and arguments; the image is named for project and service."""
    stage.write("app/page.txt", "from the context\n")
    stage.write(
        "app/Dockerfile.web",
        """
        FROM composer-test/busybox AS base
        ARG WHO=nobody
        COPY page.txt /page.txt
        RUN echo "for $WHO" >>/page.txt
        FROM base AS wanted
        LABEL stage=wanted
        FROM base AS unwanted
        RUN exit 1
    """,
    )
    stage.write(
        "compose.yaml",
        """
        services:
          web:
            build: {context: app, dockerfile: Dockerfile.web, target: wanted, args: {WHO: you}}
            command: sleep 600
            stop_grace_period: 0s
    """,
    )
    stage.up()
    assert stage.images() == [f"{stage.name}-web:latest"]
    assert stage.container("web")["Config"]["Labels"]["stage"] == "wanted"
    assert stage.inside("web", "cat", "/page.txt") == "from the context\nfor you\n"


def test_up_builds_again_only_on_request(stage: Stage) -> None:
    """A second up takes the image as it is; --build builds, and recreates if it changed."""
    stage.write("page.txt", "one\n")
    stage.write("Dockerfile", "FROM composer-test/busybox\nCOPY page.txt /\nCMD sleep 600\n")
    stage.write("compose.yaml", "services: {web: {build: ., stop_grace_period: 0s}}")
    stage.up()
    before = stage.starts()
    stage.write("page.txt", "two\n")
    stage.up()
    assert stage.starts() == before
    stage.up("--build")
    assert stage.starts() != before
    assert stage.inside("web", "cat", "/page.txt") == "two\n"
    before = stage.starts()
    stage.up("--build")
    assert stage.starts() == before


def test_a_build_that_fails_creates_nothing(stage: Stage) -> None:
    """The failing step and what it printed are shown."""
    stage.write("Dockerfile", "FROM composer-test/busybox\nRUN echo no compiler; exit 7\n")
    stage.write("compose.yaml", "services: {web: {build: .}}")
    stage.run("up", "-d").ended(1).says("no compiler", "7")
    assert (stage.names(), stage.images(), stage.networks()) == ([], [], {})


def test_a_missing_dockerfile_is_named(stage: Stage) -> None:
    """The message says which file was looked for."""
    stage.write("compose.yaml", "services: {web: {build: .}}")
    stage.run("up", "-d").ended(1).says("Dockerfile")
    assert (stage.names(), stage.networks()) == ([], {})
