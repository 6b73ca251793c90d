"""JSON, an object a line, with Compose's keys: progress, messages, errors.

May import: ui, run.events, spec.units.
"""

import json
import time
from collections.abc import Callable
from typing import TextIO

from composer.run.events import Ended, Event, Notice, Output, Progress, Started
from composer.spec.units import shown_size
from composer.ui.board import TRANSFERS, words
from composer.ui.view import ProgressView

_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\u2028\u2029"}
_DEEDS = ("copy ", "export ", "commit ")
"""What keys begin with where the resource is a container and what is done with it."""
_ESCAPED = {**_ENDS, **{ord(char): f"\\u{ord(char):04x}" for char in "<>&"}}


def to_json(value: object, *, html: bool = True) -> str:
    """Return *value* on one line of JSON, escaped as Go's encoder does (*html*: ``<>&``, too)."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.translate(_ESCAPED if html else _ENDS)


def json_error(text: str, hint: str = "") -> str:
    """Return what ends a command, as Compose's JSON has it, and what to do about it."""
    return to_json({"error": True, "message": text, **({"hint": hint} if hint else {})})


def json_notice(level: str, text: str, now: float) -> str:
    """Return a message as Compose's JSON log has it."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    return to_json({"level": level, "msg": text, "time": stamp})


class JsonView(ProgressView):
    """One JSON object a line, with Compose's keys."""

    def __init__(self, stream: TextIO, *, dry_run: bool, wall: Callable[[], float]) -> None:
        super().__init__()
        self._stream = stream
        self._base: dict[str, object] = {"dry-run": True} if dry_run else {}
        self._wall = wall
        self._resources: dict[str, str] = {}

    def show(self, event: Event) -> None:
        """Print *event*."""
        if isinstance(event, Notice):
            self._stream.write(json_notice(event.level, event.text, self._wall()) + "\n")
        elif fields := self._fields(event):
            self._stream.write(to_json({**self._base, **fields}) + "\n")
        self._stream.flush()

    def _fields(self, event: Event) -> dict[str, object]:
        match event:
            case Started(key=key, resource=resource, verb=verb):
                self._resources[key], text = _named(key, resource)
                return _said(key, self._resources[key], text, verb)
            case Ended(key=key, resource=resource):
                *reason, status = words(event)
                name, text = _named(key, resource)
                return _said(key, name, "".join(reason) or text, status)
            case Progress():
                return _progress_fields(event)
            case Output(key=key, text=text):
                return {"id": self._resources.get(key, key), "text": text.rstrip("\n")}
            case _:
                return {}


def _named(key: str, resource: str) -> tuple[str, str]:
    """Return what *resource* is called, as in Compose, and what is done with it, if it says so."""
    if key.startswith("build "):
        return resource.removeprefix("Image "), ""
    if key.startswith(_DEEDS):
        name, _, text = resource.partition(" ")
        return name, text
    return resource, ""


def _said(key: str, name: str, text: str, status: str) -> dict[str, object]:
    if key.startswith((*TRANSFERS, "skip ")) and not text:
        return {"id": name, "text": status}
    return _filled(id=name, text=text, status=status)


def _progress_fields(event: Progress) -> dict[str, object]:
    now, total = event.current, event.total
    status = f"{shown_size(now)}/{shown_size(total)}" if total > 0 else ""
    percent = min(100, now * 100 // total) if total > 0 else 0
    resource, _ = _named(event.key, event.resource)
    part, parent = (event.part, resource) if event.part else (resource, "")
    return _filled(
        id=part,
        parent_id=parent,
        text=event.text,
        status=status,
        current=now,
        total=max(total, 0),
        percent=percent,
    )


def _filled(**fields: object) -> dict[str, object]:
    """Return the *fields* that say something."""
    return {name: value for name, value in fields.items() if value}
