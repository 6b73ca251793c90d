"""Which files belong together: a base file and its override are one project.

May import: value.
"""

import posixpath
import re
from collections.abc import Iterable

_STANDARD = re.compile(r"(?P<stem>compose|docker-compose)(?P<over>\.override)?\.ya?ml")
_OVERRIDES = (".override.yml", ".override.yaml")
_BASES = (".yaml", ".yml")

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")

Files = tuple[str, ...]


def is_standard(name: str) -> bool:
    """Tell a file that Compose finds by itself: ``compose.yaml``, ``docker-compose.yml`` …."""
    return _STANDARD.fullmatch(name) is not None


def partners(path: str) -> Iterable[str]:
    """Return the paths that would belong to the standard file *path*, best first."""
    folder, name = posixpath.split(path)
    match = _STANDARD.fullmatch(name)
    if match is None:
        return ()
    endings = _BASES if match["over"] else _OVERRIDES
    return [posixpath.join(folder, match["stem"] + ending) for ending in endings]


def group(paths: Iterable[str], existing: frozenset[str]) -> list[Files]:
    """Return the projects of absolute *paths*, in order, each once: base first, then override.

    *existing* are the files that exist among the partners of *paths*: a base file takes part with
    its override, and an override with its base, also where only one of them was named. A file of
    another name is a project of its own.
    """
    found: dict[Files, None] = {}
    for path in dict.fromkeys(paths):
        partner = next((one for one in partners(path) if one in existing), None)
        files = (path,) if partner is None else (path, partner)
        if partner and ".override." in posixpath.basename(path):
            files = (partner, path)
        found[files] = None
    return list(found)
