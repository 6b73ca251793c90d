"""Answers of another shape than the API's are told as such, and nothing else comes of them."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.engine.docker.answers import (
    CONTAINER,
    EVENT,
    IMAGE,
    LISTED_CONTAINER,
    LISTED_IMAGE,
    NETWORK,
    SAMPLE,
    VOLUME,
    misfit,
)
from composer.engine.docker.failures import shaped
from composer.engine.observe import containers_of, images_of, networks_of, volumes_of
from composer.engine.usage import usage_of
from composer.errors import EngineError
from composer.run.conditions import Seen

Json = dict[str, Any]
CONTAINERS: list[Json] = [
    {
        "Id": "1", "Names": ["/shop-web-1"], "Labels": {"com.docker.compose.service": "web"},
        "State": "running", "Status": "Up 3 seconds", "Image": "web", "ImageID": "sha256:1",
        "Created": 7, "Command": "sleep", "Mounts": [{"Type": "bind", "Source": "/a"}],
        "Ports": [{"PrivatePort": 80, "PublicPort": 8080, "Type": "tcp", "IP": "::"}],
        "NetworkSettings": {"Networks": {"shop_default": {"NetworkID": "2"}}},
    }
]  # fmt: skip
INSPECTED: Json = {
    "Id": "1", "Name": "/shop-web-1", "Image": "sha256:1", "RestartCount": 0,
    "State": {
        "Status": "exited", "ExitCode": 1, "Health": {"Status": "healthy", "Log": []},
        "StartedAt": "2024-05-05T12:00:00Z",
    },
    "Config": {"Healthcheck": {"Test": ["CMD", "true"]}},
}  # fmt: skip
NETWORKS: list[Json] = [{"Id": "2", "Name": "shop_default", "Driver": "bridge", "Labels": {}}]
VOLUMES: list[Json] = [{"Name": "shop_data", "Driver": "local", "Labels": None}]
IMAGES: list[Json] = [{"Id": "sha256:1", "RepoTags": ["web:latest"], "Labels": None}]
STATS: Json = {
    "memory_stats": {"usage": 9, "limit": 90, "stats": {"inactive_file": 1}},
    "networks": {"eth0": {"rx_bytes": 1, "tx_bytes": 2}},
    "blkio_stats": {"io_service_bytes_recursive": [{"op": "Read", "value": 4}]},
    "cpu_stats": {"cpu_usage": {"total_usage": 5}, "system_cpu_usage": 50, "online_cpus": 2},
    "precpu_stats": {"cpu_usage": {"total_usage": 1}, "system_cpu_usage": 10},
    "pids_stats": {"current": 1},
}
OTHERS: list[object] = [None, [], {}, "", "x", 7, -1.5, True, [[]], [{}], {"a": []}]


def _use_sample(found: Json) -> object:
    return usage_of(containers_of(CONTAINERS)[0], found)


USES: dict[str, tuple[Any, Any, Any]] = {
    "containers": ([LISTED_CONTAINER], CONTAINERS, containers_of),
    "a container": (CONTAINER, INSPECTED, Seen.of),
    "networks": ([NETWORK], NETWORKS, lambda found: networks_of("shop", frozenset({"2"}), found)),
    "volumes": ([VOLUME], VOLUMES, lambda found: volumes_of("shop", frozenset({"x"}), found)),
    "images": ([LISTED_IMAGE], IMAGES, lambda found: images_of(["web"], found)),
    "a sample": (SAMPLE, STATS, _use_sample),
}
"""A shape, an answer of it, and who reads it."""


def _places(value: object, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each part of *value*, itself too."""
    yield above
    inner = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else inner
    for key, one in items:
        yield from _places(one, (*above, key))


@pytest.mark.parametrize("use", USES)
@given(data=st.data())
def test_no_answer_of_another_shape_is_read(use: str, data: st.DataObject) -> None:
    """One value of a good answer is another one: it is refused in words, or it does no harm."""
    shape, good, read = USES[use]
    path: list[Any] = ["answer", *data.draw(st.sampled_from(list(_places(good))))]
    answer: Any = {"answer": copy.deepcopy(good)}
    holder = answer
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = data.draw(st.sampled_from(OTHERS))
    try:
        found = shaped(answer["answer"], shape, "GET /x")
    except EngineError as told:
        assert "GET /x is not what its API promises" in told.message  # noqa: PT017 - either way
    else:
        read(found)


@pytest.mark.parametrize(
    ("value", "shape", "told"),
    [
        ([{"Id": "1", "State": "x", "Labels": []}], [LISTED_CONTAINER], "[0].Labels is a list"),
        ([{"State": "running"}], [LISTED_CONTAINER], "[0].Id is missing"),
        ({"Id": 7}, IMAGE, "Id is a number"),
        ([], VOLUME, "it is a list"),
        ("no", [VOLUME], "it is a text"),
        (None, VOLUME, "it is null"),
        (
            {"Actor": {"Attributes": {"exitCode": 1}}},
            EVENT,
            "Actor.Attributes.exitCode is a number",
        ),
        ({"Actor": None}, EVENT, ""),
        ({"Whatever": 1}, EVENT, ""),
    ],
)
def test_what_is_wrong_is_named_with_its_place(value: object, shape: Any, told: str) -> None:
    assert misfit(value, shape) == told


def test_a_list_may_be_null() -> None:
    """Older engines say so where there is nothing."""
    assert shaped(None, [VOLUME], "GET /volumes") == []
