"""``pull``, ``push`` and ``build``: images alone, without regard to containers.

May import: plan, state, identity, spec, errors, asked, graph, source, tree, value.
"""

from collections.abc import Collection

from composer.asked import Asked
from composer.errors import CycleError
from composer.graph import find_cycle
from composer.identity import image_name, tagged
from composer.plan.draft import Draft
from composer.plan.ops import BuildImage, Plan, PullImage, PushImage
from composer.source import Diagnostic, error
from composer.spec.project import Project
from composer.state import Observed
from composer.tree import dotted, position

_PRESENT = ("missing", "if_not_present")


class PullPolicy(Asked):
    """Flags of ``pull``; *policy* is a ``pull_policy``, empty for the services' own.

    A word that is none pulls always, as in Compose.
    """

    policy: str = ""
    ignore_failures: bool = False
    ignore_buildable: bool = False


def pull(project: Project, observed: Observed, policy: PullPolicy) -> Plan:
    """Return the plan that pulls the images of the services; each image once."""
    draft = Draft()
    for name in sorted(project.services):
        service = project.services[name]
        key = f"pull {service.image}"
        if reason := _unpulled(project, observed, name, policy):
            draft.unchanged.append(f"Image {name}: {reason}")
        elif key not in draft.ops:
            op = PullImage(
                key=key,
                resource=f"Image {service.image}",
                image=service.image or "",
                platform=project.platform(service),
                services=(name,),
                optional=policy.ignore_failures,
                buildable=bool(service.build),
            )
            draft.add(op)
        else:
            first = draft.ops[key].shown
            draft.unchanged.append(f"Image {name}: Image is already being pulled by {first}")
    return draft.plan()


def _unpulled(project: Project, observed: Observed, name: str, policy: PullPolicy) -> str:
    """Return why the image of service *name* is not pulled, empty where it is."""
    service = project.services[name]
    wanted = policy.policy or service.pull_policy
    if service.provider or not service.image:
        return "No image to be pulled"
    if policy.ignore_buildable and service.build:
        return "Image can be built"
    if wanted in {"never", "build"}:
        return f"Its pull_policy is {wanted}"
    moves = "@" not in service.image and tagged(service.image).endswith(":latest")
    if wanted in _PRESENT and service.image in observed.images and not moves:
        return "Image is already present locally"
    return ""


def push(project: Project, services: Collection[str], *, ignore_failures: bool = False) -> Plan:
    """Return the plan that pushes the images that *services* build under a name of their own.

    Those of one repository go one after the other: registries stumble over the same layers at once.
    """
    draft = Draft()
    last: dict[str, str] = {}
    for name in sorted(services):
        service = project.services[name]
        if not service.build or not service.image:
            draft.unchanged.append(f"Image {name}: No build with a name")
            continue
        for image in dict.fromkeys((service.image, *service.build.tags)):
            if f"push {image}" not in draft.ops:
                op = PushImage(
                    key=f"push {image}",
                    resource=f"Image {image}",
                    image=image,
                    service=name,
                    optional=ignore_failures,
                )
                key = draft.add(op)
                repository = _repository(image)
                draft.need(key, [last.get(repository, "")])
                last[repository] = key
    return draft.plan()


def _repository(image: str) -> str:
    """Return an image's name without its tag."""
    name, _, tag = image.rpartition(":")
    return name if name and "/" not in tag else image


def build(project: Project, services: Collection[str]) -> Plan:
    """Return the plan that builds the images of *services*, and what their builds are made from."""
    draft = Draft()
    names = [name for name in closure(project, services) if project.services[name].build]
    for name in names:
        image = image_name(project, name)
        op = BuildImage(key=f"build {name}", resource=f"Image {image}", service=name, image=image)
        draft.add(op)
    for name in names:
        draft.need(f"build {name}", [f"build {one}" for one in contexts(project, name)])
    return draft.plan()


def closure(project: Project, services: Collection[str]) -> list[str]:
    """Return *services* and those whose images are contexts of their builds.

    Raises CycleError where builds need each other's images.
    """
    found = dict.fromkeys(services)
    pending = list(found)
    for name in pending:
        for one in contexts(project, name):
            if one not in found:
                found[one] = None
                pending.append(one)
    if cycle := find_cycle({name: contexts(project, name) for name in found}):
        raise CycleError(_circle(project, cycle))
    return list(found)


def _circle(project: Project, cycle: list[str]) -> Diagnostic:
    first, second = cycle[0], [*cycle, cycle[0]][1]
    given = getattr(project.services[first].build, "additional_contexts", {})
    key = next((key for key, one in given.items() if one == f"service:{second}"), "")
    path = ("services", first, "build", "additional_contexts", key)
    place = position(project.node, path) if project.node else None
    message = f"builds need each other's images: {' -> '.join([*cycle, first])}"
    return error("dependency-cycle", message, place, path=dotted(path))


def contexts(project: Project, name: str) -> list[str]:
    """Return the services whose images the build of *name* takes as contexts."""
    build_ = project.services[name].build
    given = build_.additional_contexts.values() if build_ else ()
    return [one.removeprefix("service:") for one in given if one.startswith("service:")]
