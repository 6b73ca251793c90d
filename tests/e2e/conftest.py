"""The stage of each scenario, and what a scenario does where the peer differs on purpose."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from docker import APIClient

from tests.e2e.stage import ARTEFACTS, IS_PEER, Stage, connect

_FAILED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "differs(why): a difference to the peer, which fails here")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        difference = item.get_closest_marker("differs")
        if IS_PEER and difference:
            item.add_marker(pytest.mark.xfail(reason=difference.args[0], strict=False))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture(scope="session")
def engine() -> Iterator[APIClient]:
    client = connect()
    yield client
    client.close()


@pytest.fixture
def stage(tmp_path: Path, engine: APIClient, request: pytest.FixtureRequest) -> Iterator[Stage]:
    made = Stage(tmp_path, engine)
    try:
        yield made
    finally:
        if request.node.stash.get(_FAILED, False):
            made.keep(ARTEFACTS / request.node.name)
        made.clear()
