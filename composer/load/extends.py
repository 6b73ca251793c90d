"""``extends``: a service that starts from another one, of the same file or of another.

May import: load.merge, load.paths, load.canonical, spec, tree, errors, source.
"""

import posixpath
from collections.abc import Callable
from typing import NamedTuple

from composer.errors import ConsistencyError, CycleError, SchemaError
from composer.load.canonical import canonical
from composer.load.merge import merge
from composer.source import Position, close_to, error
from composer.spec.project import document
from composer.spec.shapes import Misfit, as_text
from composer.tree import Node, TreePath

SERVICE = document.child("services").child("*")


class Origin(NamedTuple):
    """A file of services: where it is, and the tree of its services."""

    file: str
    services: Node

    @property
    def shown(self) -> str:
        """The file's name as the user knows it."""
        place = self.services.pos
        return place.file if place else posixpath.basename(self.file)


Open = Callable[[str, Origin, Position | None], Origin]
"""Opens the file that an ``extends`` names, relative to the origin that names it."""
_Chain = tuple[tuple[Origin, str, Position | None], ...]


def apply_extends(doc: Node, file: str, open_file: Open) -> Node:
    """Return *doc* with each service that extends another merged onto it."""
    services = doc.get("services")
    if services is None:
        return doc
    if not services.is_mapping and services.tag != "!reset":
        raise SchemaError(error("wrong-type", "must be a mapping", services.pos, path="services"))
    if not services.is_mapping:
        return doc
    origin = Origin(file, services)
    made = {name: _extended(name, origin, open_file, ()) for name in services.value}
    if all(made[name] is services.value[name] for name in made):
        return doc
    return doc.with_value({**doc.value, "services": services.with_value(made)})


def _extended(name: str, origin: Origin, open_file: Open, chain: _Chain) -> Node:
    service: Node = origin.services.value[name]
    reference = service.get("extends")
    if reference is None or reference.value is None or reference.tag == "!reset":
        return service
    chain = _followed(chain, name, origin, reference)
    target, file = _parts(reference, name)
    base_origin = open_file(file, origin, reference.pos) if file else origin
    if not base_origin.services.is_mapping or target not in base_origin.services.value:
        message = f"extends the service {target!r}, which {base_origin.shown} does not have"
        path = f"services.{name}.extends"
        known = base_origin.services.value if base_origin.services.is_mapping else ()
        hint = close_to(target, known)
        raise ConsistencyError(
            error("undefined-service", message, reference.pos, path=path, hint=hint)
        )
    base = _extended(target, base_origin, open_file, chain)
    if not base.is_mapping:
        return service.without("extends")
    place: TreePath = ("services", name)
    return merge(base, service.without("extends"), SERVICE, place)


def _followed(chain: _Chain, name: str, origin: Origin, reference: Node) -> _Chain:
    if any((known.file, service) == (origin.file, name) for known, service, _ in chain):
        steps = [f"{service} ({known.shown})" for known, service, _ in chain]
        message = f"extends itself: {' → '.join([*steps, name])}"
        notes = tuple((place, f"{service} extends here") for _, service, place in chain if place)
        path = f"services.{name}.extends"
        raise CycleError(error("extends-cycle", message, reference.pos, path=path, notes=notes))
    return (*chain, (origin, name, reference.pos))


def _parts(reference: Node, name: str) -> tuple[str, str]:
    """Return the service and the file (empty for this one) of an extends, short or long."""
    if not reference.is_mapping:
        return as_text(reference), ""
    service, file = reference.get("service"), reference.get("file")
    if service is None or not isinstance(service.value, str):
        path = f"services.{name}.extends"
        message = "lacks the attribute service"
        raise SchemaError(error("missing-attribute", message, reference.pos, path=path))
    return service.value, as_text(file) if file else ""


def long_services(services: Node) -> Node:
    """Return *services* in long form as far as they can be read, so that paths can be resolved."""
    if not services.is_mapping:
        return services
    return services.with_value({name: _long(one) for name, one in services.value.items()})


def _long(service: Node) -> Node:
    try:
        return canonical(service, SERVICE)
    except Misfit:
        return service
