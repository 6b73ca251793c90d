"""What a container uses, from ``GET /containers/{id}/stats``; computed as Docker's tools do. Pure.

    usage_of(container, sample)  →  Usage

May import: state, engine.port.
"""

from collections.abc import Mapping
from typing import Any

from composer.engine.port import Json
from composer.state import ContainerState, Usage


def usage_of(container: ContainerState, sample: Json) -> Usage:
    """Return what *container* uses; nothing where *sample* is empty, as of what does not run."""
    memory = sample.get("memory_stats") or {}
    networks = (sample.get("networks") or {}).values()
    received, sent = (sum(net[key] for net in networks) for key in ("rx_bytes", "tx_bytes"))
    blocks = (sample.get("blkio_stats") or {}).get("io_service_bytes_recursive") or ()
    read, written = (
        sum(b["value"] for b in blocks if b["op"].lower() == op) for op in ("read", "write")
    )
    return Usage(
        container=container,
        processor=_share(sample.get("cpu_stats") or {}, sample.get("precpu_stats") or {}),
        memory=_used(memory),
        memory_limit=memory.get("limit") or 0,
        received=received,
        sent=sent,
        read=read,
        written=written,
        processes=(sample.get("pids_stats") or {}).get("current") or 0,
    )


def _used(memory: Mapping[str, Any]) -> int:
    """Return the memory in use less the cache that the kernel can drop."""
    usage = int(memory.get("usage") or 0)
    details = memory.get("stats") or {}
    for name in ("total_inactive_file", "inactive_file"):
        if 0 < (details.get(name) or 0) < usage:
            return usage - int(details[name])
    return usage


def _share(now: Mapping[str, Any], before: Mapping[str, Any]) -> float:
    spent = _total(now) - _total(before)
    passed = (now.get("system_cpu_usage") or 0) - (before.get("system_cpu_usage") or 0)
    processors = now.get("online_cpus") or 1
    return spent / passed * processors if spent > 0 and passed > 0 else 0.0


def _total(processor: Mapping[str, Any]) -> int:
    return int((processor.get("cpu_usage") or {}).get("total_usage") or 0)
