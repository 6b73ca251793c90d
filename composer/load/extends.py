"""``extends``: a service that starts from another one, of the same file or of another.

May import: load.merge, load.paths, load.canonical, spec, tree, errors, source.
"""

import posixpath
from collections.abc import Callable
from typing import NamedTuple

from composer.errors import ConsistencyError, CycleError, SchemaError
from composer.load.canonical import canonical
from composer.load.merge import cleared, merge
from composer.source import Diagnostic, Position, close_to, error
from composer.spec.project import document
from composer.spec.shapes import Misfit, as_text
from composer.tree import RESET, Node, TreePath

SERVICE = document.child("services").child("*")


class Origin:
    """A file of services: where it is, the tree of its services, and which are complete.

    *main* tells one of the project's own files from one that only an ``extends`` opened: what the
    first extends is sought from the project's folder, what the other does from the file's own.
    """

    def __init__(self, file: str, services: Node, *, main: bool = False) -> None:
        self.file = file
        self.services = services
        self.main = main
        self.complete: dict[str, Node] = {}

    @property
    def shown(self) -> str:
        """The file's name as the user knows it."""
        place = self.services.pos
        return place.file if place else posixpath.basename(self.file)


Open = Callable[[str, Origin, Position | None], Origin]
"""Opens the file that an ``extends`` names, relative to the origin that names it."""


class _Step(NamedTuple):
    """A service that extends another one, and where it says so."""

    origin: Origin
    name: str
    place: Position | None

    @property
    def key(self) -> tuple[str, str]:
        """What tells this service from all others, however its file was reached."""
        return self.origin.file, self.name


def apply_extends(doc: Node, file: str, open_file: Open) -> Node:
    """Return *doc* with each service that extends another merged onto it."""
    services = doc.get("services")
    if services is None:
        return doc
    if not services.is_mapping and services.tag != RESET:
        raise SchemaError(error("wrong-type", "must be a mapping", services.pos, path="services"))
    if not services.is_mapping:
        return doc
    origin = Origin(file, services, main=True)
    made = {name: _extended(name, origin, open_file) for name in services.value}
    if all(made[name] is services.value[name] for name in made):
        return doc
    return doc.with_value({**doc.value, "services": services.with_value(made)})


def _extended(name: str, origin: Origin, open_file: Open) -> Node:
    """Return a service merged onto what it extends: down to the last base, then up again."""
    chain: dict[tuple[str, str], _Step] = {}
    while name not in origin.complete:
        service: Node = origin.services.value[name]
        reference = service.get("extends")
        if reference is None or reference.value is None or RESET in {reference.tag, service.tag}:
            origin.complete[name] = service
            break
        step = _Step(origin, name, reference.pos)
        if step.key in chain:
            raise CycleError(_circle([*chain.values()], step))
        chain[step.key] = step
        name, origin = _base(step, reference, open_file)
    made = origin.complete[name]
    for step in reversed(chain.values()):
        own = step.origin.services.value[step.name].without("extends")
        own.tag = ""  # which tells how it goes over another file's service, not over its base
        place: TreePath = ("services", step.name)
        made = cleared(made)  # its marks are no concern of who extends it
        made = merge(made, own, SERVICE, place) if made.is_mapping else own
        step.origin.complete[step.name] = made
    return made


def _base(step: _Step, reference: Node, open_file: Open) -> tuple[str, Origin]:
    """Return the service that *step* extends, and where it stands."""
    target, file = _parts(reference, step.name)
    origin = step.origin if file is None else open_file(file, step.origin, reference.pos)
    found = origin.services.get(target)
    if found is None or found.tag == RESET:
        message = f'cannot extend service "{step.name}" in {step.origin.shown}: '
        message += f'service "{target}" not found'
        message += "" if origin is step.origin else f" in {origin.shown}"
        path = f"services.{step.name}.extends"
        listed = origin.services.value if origin.services.is_mapping else {}
        hint = close_to(target, [name for name, one in listed.items() if one.tag != RESET])
        raise ConsistencyError(
            error("undefined-service", message, reference.pos, path=path, hint=hint)
        )
    return target, origin


def _circle(chain: list[_Step], step: _Step) -> Diagnostic:
    steps = [f"{one.name} ({one.origin.shown})" for one in chain]
    message = f"Circular reference: {' → '.join([*steps, step.name])}"
    notes = tuple((one.place, f"{one.name} extends here") for one in chain if one.place)
    path = f"services.{step.name}.extends"
    return error("extends-cycle", message, step.place, path=path, notes=notes)


def _parts(reference: Node, name: str) -> tuple[str, str | None]:
    """Return the service and the file (None for this one) of an extends, short or long."""
    if not reference.is_mapping:
        return as_text(reference), None
    service, file = reference.get("service"), reference.get("file")
    if service is None or not isinstance(service.value, str):
        path = f"services.{name}.extends"
        message = "service is required"
        raise SchemaError(error("missing-attribute", message, reference.pos, path=path))
    if file is None or file.value is None or file.tag == RESET:
        return service.value, None
    return service.value, as_text(file)


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
