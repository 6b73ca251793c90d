"""What tests of the planner start from: a project from text, and engines in a compact notation."""

from collections.abc import Iterable, Mapping
from typing import Any

from composer.identity import REPLACE, image_name
from composer.load.contents import contents
from composer.load.pipeline import load
from composer.load.reader import MemoryReader
from composer.load.request import Request
from composer.load.select import only, without_unused
from composer.plan.ops import ProvideService
from composer.plan.policy import UpPolicy
from composer.plan.up import up
from composer.spec.project import Project
from composer.state import ContainerState, MountState, Observed, PublishedPort
from tests.simulate import digest, image_id, simulate

FILE = "/shop/compose.yaml"


def project_of(
    text: str, selected: Iterable[str] = (), profiles: Iterable[str] = (), *, deps: bool = True
) -> Project:
    """Load the project "shop" from the text of its file, reduced to *selected* services."""
    request = Request(
        files=(FILE,), working_dir="/shop", default_name="shop", profiles=tuple(profiles),
        cwd="/shop",
    )  # fmt: skip
    reader = MemoryReader({FILE: text})
    project = load(request, reader).project
    if selected:
        project = only(project, selected, dependencies=deps)
    project = without_unused(project)
    return project.replace(contents=contents(project, reader))


def empty(
    project: Project, *, absent: Iterable[str] = (), api: tuple[int, int] = (1, 44)
) -> Observed:
    """Return an engine that has the images of *project* but those *absent*, and nothing else."""
    images = {image_name(project, name) for name in project.services} - set(absent)
    return Observed(project.name, images={one: image_id(one) for one in images}, api=api)


def after_up(
    project: Project, observed: Observed | None = None, policy: UpPolicy | None = None
) -> Observed:
    """Return what an engine holds after an ``up``."""
    observed = observed or empty(project)
    plan = up(project, observed, policy or UpPolicy())
    if plan.again:
        observed = simulate(plan, project, observed)
        provided: dict[str, dict[str, str]] = {
            op.key: {} for op in plan if isinstance(op, ProvideService)
        }
        settled = (policy or UpPolicy()).replace(images_settled=True, provided=provided)
        plan = up(project, observed, settled)
    return simulate(plan, project, observed)


def container(name: str, fields: Mapping[str, Any]) -> ContainerState:
    """Return a container of service *name* less its number, with *fields*."""
    service, _, number = name.rpartition("-")
    basis = {
        "id": digest(name),
        "name": f"shop-{name}",
        "service": service,
        "number": int(number) if number.isdecimal() else 0,
        "status": "running",
    }
    return ContainerState(**{**basis, **_fields(fields)})


def _fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """Read the short forms: ports as ``tcp 80``, mounts as the names of volumes."""
    fields = dict(given)
    if "ports" in given:
        pairs = (port.split() for port in given["ports"])
        fields["ports"] = tuple(
            PublishedPort(target=80, protocol=protocol, published=int(number))
            for protocol, number in pairs
        )
    if "mounts" in given:
        fields["mounts"] = tuple(MountState("volume", one, "/", one) for one in given["mounts"])
    return fields


def changed(observed: Observed, changes: Mapping[str, Any]) -> Observed:
    """Return *observed* with *changes* by container: fields to set, ``gone``, or a new one.

    ``like: web-1`` starts a new one from a copy; ``replaces: web-1`` makes it the successor of that
    one in a recreation that has not come further than its creation.
    """
    found = {c.name.removeprefix(f"{observed.project}-"): c for c in observed.containers}
    for name, change in changes.items():
        if change == "gone":
            del found[name]
            continue
        fields = _fields(change)
        if replaced := fields.pop("replaces", ""):
            old = found[replaced]
            fields["name"] = f"{old.id[:12]}_{old.name}"
            fields["labels"] = {**old.labels, REPLACE: replaced}
        copied = found.get(fields.pop("like", name))
        if copied is None:
            found[name] = container(name, change)
        else:
            new = {} if name in found else {"id": digest(name)}
            found[name] = copied.replace(**{**new, **fields})
    ordered = sorted(found.values(), key=lambda c: (c.service, c.number, c.name))
    return observed.replace(containers=tuple(ordered))
