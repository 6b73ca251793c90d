"""Rules about images: names that cannot be, and versions that are left open.

May import: lint.context.
"""

import re

from composer.lint.context import Context, Found

_PART = "[a-z0-9]+(?:(?:[.]|_{1,2}|-+)[a-z0-9]+)*"
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
_IMAGE = re.compile(
    rf"(?:{_DOMAIN}/)?{_PART}(?:/{_PART})*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
    r"(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
)


def names(context: Context) -> Found:
    """``invalid-image``: what no registry and no engine accepts as a name."""
    for name, service in context.services.items():
        if not service.image or _IMAGE.fullmatch(service.image):
            continue
        if context.unsettled(("services", name, "image")):
            continue
        message = f"{service.image!r} is no valid name of an image"
        lower = service.image.lower()
        fits = lower != service.image and _IMAGE.fullmatch(lower)
        hint = "names of images are lower-case" if fits else "write NAME:TAG, or HOST/NAME:TAG"
        yield context.at(("services", name, "image"), "invalid-image", message, hint)


def pinning(context: Context) -> Found:
    """``unpinned-image``: no tag, or one that moves with every release."""
    for name, service in context.services.items():
        if not service.image or service.build or "@" in service.image:
            continue
        used = tag(service.image)
        if used in {"", "latest"}:
            message = "names no version" if not used else "latest is another version every time"
            hint = "add the tag of a version, or a digest"
            yield context.at(("services", name, "image"), "unpinned-image", message, hint)


def repository(image: str) -> str:
    """Return the image's name without tag and digest."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def tag(image: str) -> str:
    """Return the image's tag, empty where there is none."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]
