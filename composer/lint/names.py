"""Rules about names that loading accepts and the engine, or the network, does not.

May import: lint.context, tree.
"""

import re

from composer.lint.context import Context, Found

_SERVICE = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]*")
_VOLUME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_LONGEST_LABEL = 63
_LONGEST_NAME = 255


def names(context: Context) -> Found:
    """``invalid-name``: services that no host name can be made of, volumes without a valid name."""
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
    for key, volume in context.project.volumes.items():
        if volume.name and not volume.external and not _VOLUME.fullmatch(volume.name):
            message = f"the engine refuses {volume.name!r} as the name of a volume"
            hint = "use letters, digits, '_', '.' and '-', two at least"
            yield context.at(("volumes", key), "invalid-name", message, hint)
