"""How an image is built. Compose Specification: "Compose Build Specification".

May import: spec.
"""

from collections.abc import Mapping

from composer.spec.containers import Many, Table, argument_map, label_map, words_open
from composer.spec.files import FileReference, config_reference
from composer.spec.record import Record, attr
from composer.spec.resources import UlimitValue, build_ulimit
from composer.spec.shapes import EMPTY, Text, bytes_, text
from composer.spec.special import Contexts, Hosts, Ssh, late_flag

_or_flag = Text(also=("boolean",))


class Build(Record):
    """Where the Dockerfile and its context are, and the options of the build."""

    context: str = attr(text, "", path="context", engine="build")
    dockerfile: str = attr(text, "", engine="build dockerfile")
    dockerfile_inline: str = attr(text, "", engine="build dockerfile")
    entitlements: tuple[str, ...] = attr(words_open, (), engine="build entitlements")
    args: Mapping[str, str | None] = attr(
        argument_map, EMPTY, merge="by_key", engine="build buildargs"
    )
    provenance: str = attr(_or_flag, "", engine="build session")
    sbom: str = attr(_or_flag, "", engine="build session")
    ssh: Mapping[str, str] = attr(Ssh(), EMPTY, path="ssh", engine="build session")
    labels: Mapping[str, str] = attr(label_map, EMPTY, merge="by_key", engine="build labels")
    cache_from: tuple[str, ...] = attr(words_open, (), engine="build cachefrom")
    cache_to: tuple[str, ...] = attr(words_open, (), engine="build outputs")
    no_cache: bool = attr(late_flag, default=False, engine="build nocache")
    additional_contexts: Mapping[str, str] = attr(
        Contexts(), EMPTY, merge="by_key", path="contexts", engine="build session"
    )
    pull: bool = attr(late_flag, default=False, engine="build pull")
    extra_hosts: tuple[tuple[str, str], ...] = attr(
        Hosts(), (), merge="hosts", engine="build extrahosts"
    )
    isolation: str = attr(text, "", engine="build isolation")
    network: str = attr(text, "", engine="build networkmode")
    target: str = attr(text, "", engine="build target")
    secrets: tuple[FileReference, ...] = attr(Many(config_reference), (), engine="build session")
    shm_size: int = attr(bytes_, 0, engine="build shmsize")
    tags: tuple[str, ...] = attr(words_open, (), merge="unique", engine="build t")
    ulimits: Mapping[str, UlimitValue] = attr(
        Table(build_ulimit, "^[a-z]+$", closed=False), EMPTY, engine="build ulimits"
    )
    platforms: tuple[str, ...] = attr(words_open, (), engine="build platform")
    privileged: bool = attr(late_flag, default=False, engine="build entitlements")
