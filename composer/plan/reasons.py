"""Why something is done, as data; told in words where people read it. All causes are here.

May import: value.
"""

from composer.value import Value

_WORDS = {
    "missing": "missing",
    "asked-for": "asked for",
    "due": "due",
    "orphan": "orphan",
    "scaled": "scale {}",
    "interrupted": "a recreation was interrupted",
    "succeeded": "its successor exists",
    "not-running": "{}",
    "network-replaced": "network {} is replaced",
    "restarted": "{} is restarted",
    "forced": "forced",
    "state": "it is {}",
    "volume-replaced": "volume {} is replaced",
    "recreated": "{} is recreated",
    "configuration": "configuration changed",
    "image": "image changed",
    "content": "content of {} changed",
    "not-on-network": "not on network {}",
    "new-network": "network {} is new",
    "stuck": "the engine cannot start it any more",
    "twin": "another one has the name",
    "not-mounted": "volume {} is not mounted",
}


class Reason(Value):
    """One reason: a *code* that does not change between versions, and the thing it is *about*."""

    code: str
    about: str = ""

    def __str__(self) -> str:
        return _WORDS[self.code].format(self.about)


Reasons = tuple[Reason, ...]

MISSING: Reasons = (Reason("missing"),)
ASKED_FOR: Reasons = (Reason("asked-for"),)
CONFIGURATION: Reasons = (Reason("configuration"),)
ORPHAN: Reasons = (Reason("orphan"),)
INTERRUPTED: Reasons = (Reason("interrupted"),)


def told(reasons: Reasons) -> str:
    """Return the reasons in words."""
    return ", ".join(map(str, reasons))
