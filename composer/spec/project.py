"""The project: what a set of Compose files resolves to.

Compose Specification: "Version and name top-level elements", "Include".
May import: spec, switches, tree, value.
"""

from collections.abc import Mapping
from typing import Any

from composer.spec import short
from composer.spec.containers import Many, Table, one_or_many
from composer.spec.develop import Model
from composer.spec.files import Config, Secret
from composer.spec.network import Network, Volume
from composer.spec.record import Record, RecordOf, attr
from composer.spec.service import Service
from composer.spec.shapes import EMPTY, text
from composer.switches import is_on
from composer.tree import Node
from composer.value import Value

NAMED = ("networks", "volumes", "secrets", "configs")
"""The kinds of resources that have a name on the engine, the project's or an external one."""
SECTIONS = ("services", *NAMED, "models")
"""The kinds of resources, as they are printed."""


class Include(Record):
    """Another project's files that become part of this one."""

    __open__ = False
    path: tuple[str, ...] = attr(one_or_many, (), engine="client")
    env_file: tuple[str, ...] = attr(one_or_many, (), engine="client")
    project_directory: str = attr(text, "", engine="client")


class ExternalRecord(RecordOf):
    """A resource that may be external, with the deprecated ``external: {name: N}``."""

    def canon(self, node: Node) -> Node:
        """Move the deprecated name."""
        return short.external(super().canon(node))


class Document(Record):
    """The top level of a Compose file."""

    version: str = attr(text, "", engine="none: obsolete")
    name: str = attr(text, "", engine="client")
    include: tuple[Include, ...] = attr(
        Many(RecordOf(Include, short.include, ({"type": "string"},))), (), engine="client"
    )
    services: Mapping[str, Service] = attr(Table(RecordOf(Service)), EMPTY, engine="client")
    networks: Mapping[str, Network] = attr(
        Table(ExternalRecord(Network, nullable=True), closed=False), EMPTY, engine="client"
    )
    volumes: Mapping[str, Volume] = attr(
        Table(ExternalRecord(Volume, nullable=True)), EMPTY, path="volumes", engine="client"
    )
    secrets: Mapping[str, Secret] = attr(Table(ExternalRecord(Secret)), EMPTY, engine="client")
    configs: Mapping[str, Config] = attr(Table(ExternalRecord(Config)), EMPTY, engine="client")
    models: Mapping[str, Model] = attr(
        Table(RecordOf(Model), closed=False), EMPTY, hide=("json",), engine="client"
    )


document = RecordOf(Document)
"""The shape of a whole Compose file."""


class Project(Value, hidden=("node",)):
    """The resolved model.

    *services* are the enabled ones, *disabled* those whose profiles are not active. *environment*
    is what variables were replaced from. *files* are the Compose files, *env_files* the
    environment files that were named, absolute. *contents* are digests of what its configs and
    secrets contain (``config/app``, see load.contents), where they were asked for. *node* is the
    tree that it was bound from, for positions.
    """

    name: str
    working_dir: str
    files: tuple[str, ...] = ()
    services: Mapping[str, Service] = EMPTY
    networks: Mapping[str, Network] = EMPTY
    volumes: Mapping[str, Volume] = EMPTY
    secrets: Mapping[str, Secret] = EMPTY
    configs: Mapping[str, Config] = EMPTY
    models: Mapping[str, Model] = EMPTY
    extensions: Mapping[str, Any] = EMPTY
    disabled: Mapping[str, Service] = EMPTY
    profiles: tuple[str, ...] = ()
    environment: Mapping[str, str] = EMPTY
    env_files: tuple[str, ...] = ()
    contents: Mapping[str, str] = EMPTY
    node: Node | None = None

    @property
    def all_services(self) -> dict[str, Service]:
        """The services by name, those that are disabled, too."""
        return {**self.services, **self.disabled}

    @property
    def separator(self) -> str:
        """What joins the parts of names: a dash, with COMPOSE_COMPATIBILITY an underscore."""
        return "_" if is_on(self.environment.get("COMPOSE_COMPATIBILITY", "")) else "-"

    def variable(self, source: Config | Secret) -> str | None:
        """Return what the variable of *source* holds, None where it is not set."""
        return self.environment.get(source.environment, source.value)

    def platform(self, service: Service) -> str:
        """Return where *service* is to run, empty for the engine's own platform."""
        return service.platform or self.environment.get("DOCKER_DEFAULT_PLATFORM", "")

    def with_platforms(self) -> "Project":
        """Return the project with the platform said of what is built: it is part of the hash."""
        built = {
            name: one.replace(platform=platform)
            for name, one in self.services.items()
            if one.build and (platform := self.platform(one)) != one.platform
        }
        return self.with_services(built) if built else self

    def with_services(self, changed: Mapping[str, Service]) -> "Project":
        """Return the project with the services in *changed* replaced."""
        return self.replace(services={**self.services, **changed})
