"""Parts of the engine in memory: what commands do, streams, and how things are listed."""

import queue
import re
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from composer.engine.port import EngineEvent, Filters, Json

_END = object()
Act = tuple[bytes, int | None]


def act(words: Sequence[str]) -> Act:
    """Return what a command prints, and its exit code; None where it runs until it is stopped."""
    text = " ".join(words)
    if words[:1] == ["echo"]:
        return " ".join(words[1:]).encode() + b"\n", 0
    printed = b"".join(f"{word}\n".encode() for word in re.findall(r"echo (\w+)", text))
    if match := re.search(r"exit (\d+)", text):
        return printed, int(match[1])
    return printed, {"true": 0, "false": 1}.get(words[0] if words else "")


class MemoryEvents:
    """A subscription."""

    def __init__(self, filters: Filters) -> None:
        self.filters = filters
        self.inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def __iter__(self) -> Iterator[EngineEvent]:
        while (item := self.inbox.get()) is not _END:
            if isinstance(item, Exception):
                raise item
            yield item

    def close(self) -> None:
        self.inbox.put(_END)

    def wants(self, event: EngineEvent) -> bool:
        labels = {f"{key}={value}" for key, value in event.attributes.items()}
        kept: dict[str, set[str]] = {
            "type": {event.type},
            "event": {event.action, event.action.partition(":")[0]},
            "container": {event.id, event.attributes.get("name", "")},
            "label": labels | set(event.attributes),
        }
        return all(kept[key] & set(values) for key, values in self.filters.items())


class MemoryBytes:
    """A stream of bytes that may still grow."""

    def __init__(
        self, content: Callable[[], tuple[bytes, bool]], grown: threading.Condition
    ) -> None:
        self._content, self._grown = content, grown
        self._at, self._closed = 0, False

    def read(self, size: int) -> bytes:
        with self._grown:
            while True:
                content, whole = self._content()
                if self._closed or self._at < len(content) or whole:
                    break
                self._grown.wait()
            found = b"" if self._closed else content[self._at : self._at + size]
        self._at += len(found)
        return found

    def close(self) -> None:
        with self._grown:
            self._closed = True
            self._grown.notify_all()


def frame(content: bytes) -> bytes:
    return struct.pack(">BxxxI", 1, len(content)) + content if content else b""


def status(one: Json) -> str:
    """Return the text from which health and exit code are read, as an engine words it."""
    if one["State"] == "running":
        health = one["Health"]
        shown = f"health: {health}" if health == "starting" else health
        return f"Up 1 second ({shown})" if health else "Up 1 second"
    return "Created" if one["State"] == "created" else f"Exited ({one['ExitCode']}) 1 second ago"


def matches(one: Json, filters: Filters) -> bool:
    """Tell whether a thing passes: all filters count, any value of each."""
    labels = (one.get("Body") or one).get("Labels") or {}
    texts = {*labels, *(f"{key}={value}" for key, value in labels.items())}
    for key, values in filters.items():
        if key == "label" and not texts.issuperset(values):
            return False
        if key == "name" and not any(value.strip("^/$") in one["Name"] for value in values):
            return False
        if key == "id" and not any(one["Id"].startswith(value) for value in values):
            return False
    return True
