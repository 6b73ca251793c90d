"""What containers use, as Docker's tools compute it."""

import pytest

from composer.engine.port import Json
from composer.engine.usage import usage_of
from composer.state import ContainerState, Usage

WEB = ContainerState(id="1", name="shop-web-1", service="web", number=1, status="running")
SAMPLE: Json = {
    "memory_stats": {"usage": 90, "limit": 900},
    "networks": {"eth0": {"rx_bytes": 1, "tx_bytes": 2}, "eth1": {"rx_bytes": 10, "tx_bytes": 20}},
    "blkio_stats": {
        "io_service_bytes_recursive": [
            {"op": "Read", "value": 4},
            {"op": "write", "value": 5},
            {"op": "read", "value": 6},
            {"op": "sync", "value": 100},
        ]
    },
    "cpu_stats": {"cpu_usage": {"total_usage": 30}, "system_cpu_usage": 200, "online_cpus": 4},
    "precpu_stats": {"cpu_usage": {"total_usage": 10}, "system_cpu_usage": 120},
    "pids_stats": {"current": 3},
}


def test_what_a_container_uses() -> None:
    assert usage_of(WEB, SAMPLE) == Usage(
        WEB,
        processor=1.0,
        memory=90,
        memory_limit=900,
        received=11,
        sent=22,
        read=10,
        written=5,
        processes=3,
    )


def test_what_does_not_run_uses_nothing() -> None:
    assert usage_of(WEB, {}).processor == usage_of(WEB, {}).memory == 0
    assert usage_of(WEB, {"pids_stats": None, "networks": None}) == usage_of(WEB, {})


@pytest.mark.parametrize(
    ("details", "memory"),
    [
        ({"inactive_file": 40}, 50),
        ({"total_inactive_file": 30, "inactive_file": 40}, 60),
        ({"total_inactive_file": 0, "inactive_file": 40}, 50),
        ({"inactive_file": 91}, 90),
        (None, 90),
    ],
    ids=["cgroup 2", "cgroup 1", "nothing of it", "more than is used", "not told"],
)
def test_the_cache_that_the_kernel_can_drop_is_not_in_use(
    details: Json | None, memory: int
) -> None:
    assert usage_of(WEB, {"memory_stats": {"usage": 90, "stats": details}}).memory == memory


@pytest.mark.parametrize(
    "now",
    [
        {"cpu_usage": {"total_usage": 5}, "system_cpu_usage": 200},
        {"cpu_usage": {"total_usage": 30}, "system_cpu_usage": 120},
        {"cpu_usage": None, "system_cpu_usage": None},
    ],
    ids=["counted anew", "no time passed", "not told"],
)
def test_a_share_that_cannot_be_computed_is_none(now: Json) -> None:
    assert usage_of(WEB, {**SAMPLE, "cpu_stats": now}).processor == 0
