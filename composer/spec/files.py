"""Configs and secrets: what a project declares, and how a service asks for them.

Compose Specification: "Configs top-level element", "Secrets top-level element".
May import: spec, tree.
"""

from collections.abc import Mapping

from composer.spec import short
from composer.spec.containers import Options, label_map
from composer.spec.record import Record, RecordOf, attr
from composer.spec.shapes import EMPTY, file_mode, text
from composer.spec.special import External
from composer.tree import Node


class Config(Record):
    """A file that services can mount; from a file, inline content, or an environment variable.

    *value* is what the variable held for an included file that declares it.
    """

    name: str = attr(text, "", engine="client")
    file: str = attr(text, "", path="file", engine="client")
    environment: str = attr(text, "", engine="client")
    content: str = attr(text, "", engine="client")
    external: bool = attr(External(), default=False, engine="client")
    labels: Mapping[str, str] = attr(label_map, EMPTY, engine="swarm")
    template_driver: str = attr(text, "", engine="swarm")
    value: str | None = None


class Secret(Record):
    """Sensitive data that services can mount; from a file or an environment variable.

    *value* is what the variable held for an included file that declares it.
    """

    name: str = attr(text, "", engine="client")
    file: str = attr(text, "", path="file", engine="client")
    environment: str = attr(text, "", engine="client")
    external: bool = attr(External(), default=False, engine="client")
    labels: Mapping[str, str] = attr(label_map, EMPTY, engine="swarm")
    driver: str = attr(text, "", engine="swarm")
    driver_opts: Mapping[str, str] = attr(Options(whole=True), EMPTY, engine="swarm")
    template_driver: str = attr(text, "", engine="swarm")
    value: str | None = None


def has_content(source: Secret | Config) -> bool:
    """Tell whether the content, which may be empty, is the project's: no file, nothing external."""
    return not (source.file or source.external)


class FileReference(Record):
    """A service's (or build's) use of a config or secret; uid and gid are texts, mode is bits."""

    source: str = attr(text, "", engine="client")
    target: str = attr(text, "", engine="mount target")
    uid: str = attr(text, "", engine="archive header uid")
    gid: str = attr(text, "", engine="archive header gid")
    mode: int | None = attr(file_mode, engine="archive header mode")


def secret_target(node: Node) -> Node:
    """A secret without a target stands under /run/secrets."""
    source = node.get("source")
    if "target" in node.value or source is None:
        return node
    return node.with_entry("target", Node(f"/run/secrets/{source.value}", node.pos))


_NAME = ({"type": "string"},)
config_reference = RecordOf(FileReference, short.file_reference, _NAME)
secret_reference = RecordOf(FileReference, short.file_reference, _NAME, secret_target)
