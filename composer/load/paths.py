"""Making host paths absolute, by the kind that an attribute's row names.

    host           a file or folder: ``~`` expanded, relative to the file's folder
    context        a build context: the same, but URLs and ``service:NAME`` stay
    contexts       a mapping of build contexts
    ssh            a mapping of key files
    file           a file; an absolute path of Windows stays
    watched        a path to watch
    mount          the sources of bind mounts among mounts
    volumes        the devices of local volumes that are bind mounts
    extended       the file of ``extends``

May import: spec, tree.
"""

import posixpath
import re
from collections.abc import Callable, Mapping

from composer.spec.record import RecordOf
from composer.spec.shapes import Shape
from composer.tree import Node

_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_REMOTE = re.compile(r"^(https?://|git://|ssh://|git@|github\.com/|[^@:/#]+@[^:/]+:)")


class Places:
    """The folder that relative paths start from, and the user's home.

    Without a home, ``~`` is a name like any other; *homeless* is called where one is met.
    """

    def __init__(self, folder: str, home: str, homeless: Callable[[], None] = lambda: None) -> None:
        self.folder = folder
        self.home = home
        self.homeless = homeless

    def absolute(self, path: str) -> str:
        """Return *path* from the folder; absolute ones stay."""
        if path.startswith("~"):
            if self.home:
                path = posixpath.normpath(f"{self.home}/{path[1:]}")
            else:
                self.homeless()
        if path.startswith("/"):
            return path
        return posixpath.normpath(posixpath.join(self.folder, path))


def resolve_paths(node: Node, shape: Shape, places: Places) -> Node:
    """Return *node*, in long form, with every path below it absolute."""
    if shape.leaf:
        return node
    rows = shape.record.__attrs__ if isinstance(shape, RecordOf) else {}
    value = node.value
    if type(value) is dict:
        made = {}
        for key, entry in value.items():
            kind = rows[key].path if key in rows else ""
            new = _KINDS[kind](entry, places) if kind else entry
            made[key] = resolve_paths(new, shape.child(key), places)
        same = all(made[key] is value[key] for key in made)
        return node if same else node.with_value(made)
    if type(value) is list and value:
        item = shape.child(0)
        items = [resolve_paths(entry, item, places) for entry in value]
        same = all(new is old for new, old in zip(items, value, strict=True))
        return node if same else node.with_value(items)
    return node


def is_remote(context: str) -> bool:
    """Tell a build context that is no folder of this machine."""
    return "://" in context or context.startswith("service:") or bool(_REMOTE.match(context))


def _host(node: Node, places: Places) -> Node:
    if node.is_sequence:
        return node.with_value([_host(item, places) for item in node.value])
    if not isinstance(node.value, str) or not node.value:
        return node
    return node.with_value(places.absolute(node.value))


def _file(node: Node, places: Places) -> Node:
    if not isinstance(node.value, str) or _WINDOWS.match(node.value):
        return node
    return node.with_value(places.absolute(node.value))


def _context(node: Node, places: Places) -> Node:
    if not isinstance(node.value, str) or not node.value or is_remote(node.value):
        return node
    return node.with_value(places.absolute(node.value))


def _contexts(node: Node, places: Places) -> Node:
    if not node.is_mapping:
        return node
    return node.with_value({key: _context(entry, places) for key, entry in node.value.items()})


def _ssh(node: Node, places: Places) -> Node:
    if not node.is_mapping:
        return node
    return node.with_value({key: _host(entry, places) for key, entry in node.value.items()})


def _mounts(node: Node, places: Places) -> Node:
    if not node.is_sequence:
        return node
    return node.with_value([_mount(item, places) for item in node.value])


def _mount(node: Node, places: Places) -> Node:
    kind, source = node.get("type"), node.get("source")
    if kind is None or kind.value != "bind" or source is None:
        return node
    return node.with_entry("source", _file(source, places))


def _volumes(node: Node, places: Places) -> Node:
    if not node.is_mapping:
        return node
    return node.with_value({key: _volume(entry, places) for key, entry in node.value.items()})


def _volume(node: Node, places: Places) -> Node:
    """Resolve the device of a volume of the local driver that is a bind mount in disguise."""
    driver, options = node.get("driver"), node.get("driver_opts")
    if driver is None or driver.value != "local" or options is None:
        return node
    device, option = options.get("device"), options.get("o")
    if device is None or option is None or option.value != "bind":
        return node
    return node.with_entry("driver_opts", options.with_entry("device", _file(device, places)))


def _unchanged(node: Node, places: Places) -> Node:  # noqa: ARG001 - part of the interface
    return node


_KINDS: Mapping[str, Callable[[Node, Places], Node]] = {
    "host": _host,
    "context": _context,
    "contexts": _contexts,
    "ssh": _ssh,
    "file": _file,
    "watched": _host,
    "mount": _mounts,
    "volumes": _volumes,
    "extended": _unchanged,
}
