"""``events``: an event of a container as a line of text or JSON. Pure but for the local zone.

May import: engine.port, identity, source, ui.
"""

from datetime import UTC, datetime

from composer.engine.port import EngineEvent
from composer.identity import SERVICE
from composer.source import on_one_line
from composer.ui.jsonl import to_json

_OURS = "com.docker.compose."
_NANO = 10**9


def happening(event: EngineEvent, *, as_json: bool = False) -> str:
    """Return one line, without its end; labels of the project itself are left out.

    As text an empty line follows, as after Compose's.
    """
    kept = {k: v for k, v in sorted(event.attributes.items()) if not k.startswith(_OURS)}
    when = datetime.fromtimestamp(event.time // _NANO, UTC).astimezone()
    if as_json:
        made = {
            "action": event.action,
            "attributes": kept,
            "id": event.id,
            "service": event.attributes.get(SERVICE, ""),
            "time": _stamp(when, event.time % _NANO),
            "type": event.type,
        }
        return to_json(made)
    time = f"{when:%Y-%m-%d %H:%M:%S}.{event.time % _NANO // 1000:06}"
    pairs = ", ".join(f"{name}={value}" for name, value in kept.items())
    return on_one_line(f"{time} {event.type} {event.action} {event.id} ({pairs})") + "\n"


def _stamp(when: datetime, nanos: int) -> str:
    """Return the time in RFC 3339, with as many digits as it has."""
    fraction = f".{nanos:09}".rstrip("0").rstrip(".")
    zone = when.isoformat()[19:]
    return f"{when:%Y-%m-%dT%H:%M:%S}{fraction}{'Z' if zone == '+00:00' else zone}"
