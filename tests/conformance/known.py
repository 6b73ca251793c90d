"""The cases on which Composer differs from Docker Compose on purpose; docs/differences.md says why.

The key is a pattern of names of cases, the value the heading in that page.
"""

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
    "yaml/document markers": "YAML 1.2",
    "yaml/dates in extensions": "Dates",
    "service/services image: x, x-any*": "Dates",
    "yaml/extension fields": "Names that begin with x-",
    "yaml/labels named like extensions*": "Names that begin with x-",
    "yaml/networks named like extensions": "Names that begin with x-",
}


def heading(case: str) -> str:
    """Return the heading under which the difference of *case* is explained, empty if nowhere."""
    found = (title for pattern, title in KNOWN.items() if fnmatchcase(case, pattern))
    return next(found, "")
