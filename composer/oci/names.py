"""Names of images and artefacts, written out. Pure.

May import: errors, value.
"""

import re

from composer.errors import ComposerError
from composer.value import Value

HUB = "docker.io"
_HUB_HOST = "registry-1.docker.io"
_HUB_LOGIN = "https://index.docker.io/v1/"
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_DIGEST = "|".join(f"sha{bits}:[0-9a-f]{{{bits // 4}}}" for bits in (256, 384, 512))
_NAME = re.compile(
    rf"(?P<registry>[A-Za-z0-9.\-]+(?::\d+)?|\[[0-9a-fA-F:]+\](?::\d+)?)"
    rf"/(?P<repository>{_PART}(?:/{_PART})*)"
    rf"(?::(?P<tag>\w[\w.\-]{{0,127}}))?(?:@(?P<digest>{_DIGEST}))?"
)


class Reference(Value):
    """Where something is in a registry: *repository* by *tag* or *digest*."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def host(self) -> str:
        """The host that answers for the registry."""
        return _HUB_HOST if self.registry == HUB else self.registry

    @property
    def login(self) -> str:
        """The name under which Docker's configuration keeps the registry's login."""
        return _HUB_LOGIN if self.registry == HUB else self.registry

    @property
    def version(self) -> str:
        """The tag or digest to ask for."""
        return self.digest or self.tag or "latest"

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}"


def full_name(image: str) -> str:
    """Return an image's name with registry, and tag or digest: what Docker calls its reference.

    The tag beside a digest is left out, because it says nothing more.
    """
    name, at, digest = image.partition("@")
    first, slash, rest = name.partition("/")
    if not slash:
        name = f"{HUB}/library/{name}"
    elif first == HUB and "/" not in rest:
        name = f"{HUB}/library/{rest}"
    elif not set(first) & {".", ":"} and first != "localhost":
        name = f"{HUB}/{name}"
    tagged = ":" in name.rpartition("/")[2]
    if at:
        return f"{name.rpartition(':')[0] if tagged else name}@{digest}"
    return name if tagged else f"{name}:latest"


def reference(text: str) -> Reference:
    """Return what *text* names. Raises ComposerError where it is no such name."""
    found = _NAME.fullmatch(full_name(text))
    if not found:
        raise ComposerError(
            f"invalid reference format: {text!r} is no name of a repository",
            hint="write [REGISTRY/]REPOSITORY[:TAG], in small letters",
        )
    return Reference(**{key: value or "" for key, value in found.groupdict().items()})
