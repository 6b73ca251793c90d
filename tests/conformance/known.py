"""The cases on which Composer differs from Docker Compose on purpose; docs/differences.md says why.

The key is a pattern of names of cases, the value the heading in that page.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

KNOWN = {
    "nested/services ! * ssh:*": "Crashes",
    "service/services ! *pid: null*": "Crashes",
    "reset/reset environment in list form": "Reset of one entry",
    "yaml/alias merges with reset*": "Reset of one entry",
    "resources/networks ipam merged 23": "Several subnets in both files",
    "resources/volumes labels merged ?": "Equal entries in both files",
    "service/services image: x, group_add * 10": "Equal entries in both files",
    "service/services image: x, ports * 10[47]": "Equal entries in both files",
    "yaml/dates in extensions": "Dates",
    "service/services image: x, x-any*": "Dates",
    "yaml/extension fields": "Names that begin with x-",
    "yaml/labels named like extensions*": "Names that begin with x-",
    "yaml/networks named like extensions": "Names that begin with x-",
}

OLDER = "What an older engine cannot do"
SENT = {
    "* restart_policy*": "Restart policies without a condition",
    "*{restart_policy}*": "Restart policies without a condition",
    "*volumes_from*": "Access of volumes_from",
    "*container_name and scale*": "Several containers on one host port",
    "interpolation/whole values are cast": "Several containers on one host port",
    "project/priorities and addresses": "Hardware addresses on older engines",
    "catalogue/home assistant and frigate": "Hardware addresses on older engines",
    "project/devices with empty parts": "Devices without permissions",
    "service/services image: x, devices *": "Devices without permissions",
    "project/a link with a colon and no alias": "Odd corners",
    "catalogue/extends chain complete": "Configs and secrets together",
    "catalogue/old version 2 attributes known": "Access of volumes_from",
    "resources/configs content *": "Empty contents",
    "resources/configs external *": "Empty contents",
    "resources/networks ipam *": "Options of address management",
    "*pull_policy alone*": "Images that are refreshed by time",
    "*pull_policy merged*": "Images of several services",
    "*pull_policy extended*": "Images of several services",
}
"""The same for what is sent to an engine."""


def heading(case: str) -> str:
    """Return the heading under which the difference of *case* is explained, empty if nowhere."""
    found = (title for pattern, title in KNOWN.items() if fnmatchcase(case, pattern))
    return next(found, "")


def sent_heading(case: str, lines: Iterable[str]) -> str:
    """Return the heading that explains a difference of what is sent, empty if none does."""
    lines = list(lines)
    if any("needs Engine API" in line for line in lines):
        return OLDER
    if any("asks for a volume of type" in line for line in lines):
        return "Mounts of other engines"
    found = (title for pattern, title in SENT.items() if fnmatchcase(case, pattern))
    return heading(case) or next(found, "")
