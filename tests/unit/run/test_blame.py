"""Which line asked for what the engine refused."""

import pytest

from composer.errors import EngineError, Failure
from composer.load.pipeline import load
from composer.load.reader import MemoryReader
from composer.load.request import Request
from composer.plan.ops import CreateNetwork, Op, PullImage, StartContainer, Wait
from composer.run.blame import blame, placed
from composer.spec.project import Project

TEXT = """\
services:
  web:
    image: nowhere:1
    ports:
      - "8080:80"
      - "127.0.0.1:9090:90"
    networks: [front]
networks:
  front: {}
"""
START = StartContainer(key="start web-1", resource="Container shop-web-1", service="web")


def project() -> Project:
    reader = MemoryReader({"/shop/compose.yaml": TEXT})
    request = Request(files=("/shop/compose.yaml",), working_dir="/shop", name="shop", cwd="/shop")
    return load(request, reader).project


@pytest.mark.parametrize(
    ("op", "message", "place"),
    [
        (
            START,
            "listen tcp4 127.0.0.1:9090: bind: address already in use",
            "compose.yaml:6:9 (services.web.ports[1])",
        ),
        (
            START,
            "Bind for 0.0.0.0:8080 failed: port is already allocated",
            "compose.yaml:5:9 (services.web.ports[0])",
        ),
        (START, "no such program", "compose.yaml:2:3 (services.web)"),
        (
            PullImage(key="pull", resource="Image nowhere:1", services=("web",)),
            "no such host",
            "compose.yaml:3:5 (services.web.image)",
        ),
        (
            CreateNetwork(key="network front", resource="Network shop_front", network="front"),
            "no more addresses",
            "compose.yaml:9:3 (networks.front)",
        ),
    ],
)
def test_a_refusal_names_the_line_that_asked_for_it(op: Op, message: str, place: str) -> None:
    assert blame(project(), op, message)[0] == f"asked for at {place}"


def test_a_port_that_is_taken_comes_with_a_hint() -> None:
    assert blame(project(), START, "address already in use")[-1].startswith("hint: another program")


def test_a_pull_says_for_which_platform_it_is() -> None:
    """An image of that name may be there, for another one."""
    op = PullImage("pull x", "Image x", image="x", platform="linux/arm64", services=("web",))
    assert any("linux/arm64" in line for line in blame(project(), op, "no such host"))


@pytest.mark.parametrize(
    ("op", "service", "path", "line"),
    [
        (START, "web", "services.web", 2),
        (PullImage("pull", "Image x", services=("web",)), "web", "services.web.image", 3),
        (CreateNetwork("network", "Network n", network="front"), "", "networks.front", 9),
        (Wait("wait web", "Container web", service="web"), "web", "services.web", 2),
        (Wait("wait gone", "Container gone", service="gone"), "gone", "", 0),
    ],
)
def test_a_failure_tells_a_program_its_service_and_place(
    op: Op, service: str, path: str, line: int
) -> None:
    found = placed(project(), op, Failure(op.key, op.resource, "no", EngineError("no")))
    assert (found.service, found.path) == (service, path)
    assert (found.position.line if found.position else 0) == line
