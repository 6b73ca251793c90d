"""Why a container must be replaced, as data; told in words where people read it.

May import: value.
"""

from composer.value import Value

_WORDS = {
    "forced": "forced",
    "state": "it is {}",
    "volume-replaced": "volume {} is replaced",
    "recreated": "{} is recreated",
    "configuration": "configuration changed",
    "image": "image changed",
    "content": "content of {} changed",
    "not-on-network": "not on network {}",
    "new-network": "network {} is new",
    "not-mounted": "volume {} is not mounted",
}


class Reason(Value):
    """One reason: a *code* that does not change between versions, and the thing it is *about*."""

    code: str
    about: str = ""

    def __str__(self) -> str:
        return _WORDS[self.code].format(self.about)


Reasons = tuple[Reason, ...]


def told(reasons: Reasons) -> str:
    """Return the reasons in words."""
    return ", ".join(map(str, reasons))
