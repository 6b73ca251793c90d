"""Rules about names that loading accepts and the engine, or the network, does not.

May import: lint.context, tree.
"""

import re

from composer.lint.context import Context, Found

_SERVICE = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]*")
_CONTAINER = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_VOLUME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_ALLOWED = "use letters, digits, '_', '.' and '-', two at least"
_LONGEST_LABEL = 63
_LONGEST_NAME = 255


def names(context: Context) -> Found:
    """``invalid-name``: names that no service can have as a host, no container, no volume."""
    yield from _services(context)
    for name, service in context.services.items():
        path = ("services", name, "container_name")
        chosen = service.container_name.removeprefix("/")
        if chosen and not _CONTAINER.fullmatch(chosen) and not context.unsettled(path):
            message = f"the engine refuses {chosen!r} as the name of a container"
            yield context.at(path, "invalid-name", message, _ALLOWED)
    for key, volume in context.project.volumes.items():
        if volume.name and not volume.external and not _VOLUME.fullmatch(volume.name):
            message = f"the engine refuses {volume.name!r} as the name of a volume"
            yield context.at(("volumes", key), "invalid-name", message, _ALLOWED)


def _services(context: Context) -> Found:
    for name in context.services:
        if not _SERVICE.fullmatch(name):
            message = f"the name {name!r} must begin with a letter or digit"
            yield context.at(("services", name), "invalid-name", message)
        elif len(name) > _LONGEST_LABEL:
            message = f"the name has {len(name)} characters; a host name can have {_LONGEST_LABEL}"
            place = ("services", name)
            if len(name) > _LONGEST_NAME:
                yield context.at(place, "invalid-name", message)
            else:
                yield context.at(place, "invalid-name", message, severity="warning")
