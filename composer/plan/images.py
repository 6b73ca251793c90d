"""Which images are pulled and built, following pull policies, ``--pull`` and ``--build``.

May import: plan.reasons, plan.situation, plan.ops, plan.transfer, identity, spec.
"""

from collections import defaultdict
from typing import Literal

from composer.identity import image_name, tagged
from composer.plan.ops import BuildImage, PullImage
from composer.plan.reasons import ASKED_FOR, MISSING, Reason
from composer.plan.situation import Situation
from composer.plan.transfer import closure, contexts
from composer.spec.service import Service
from composer.spec.units import parse_duration

Way = Literal["", "pull", "try", "build", "refuse"]
"""Nothing to do; pull; pull, and where that fails see what else there is; build; there is no way.

Where a service has a build section, a pull may fail: the image is built then. With ``--no-build``
the one that is there is good.
"""

_SECOND = 10**9
_DAY = 24 * 3600
_INTERVALS = {"daily": _DAY, "weekly": 7 * _DAY}


def plan_images(s: Situation) -> bool:
    """Add what brings the images; return whether the rest must wait for another look.

    That is so where containers exist whose image may change, and where a build depends on what a
    pull comes to. A service of which no container is wanted gets its image all the same, if it may.
    """
    services = sorted(s.project.services.items())
    ways = {name: _way(s, name) for name, service in services if not service.provider}
    makers = {image_name(s.project, name): name for name, way in ways.items() if way == "build"}
    keys = _pulls(s, {name: way for name, way in ways.items() if not _made(s, name, way, makers)})
    keys |= _builds(s, [name for name, way in ways.items() if way == "build"])
    for name, way in ways.items():
        maker = makers.get(image_name(s.project, name))
        if way == "refuse" and not maker:
            if s.wanted(name):
                _refuse(s, name)
        elif way or maker:
            s.images[name] = (keys.get(name) or keys.get(maker or "", ""),)
        if brought := _pulls_of_mounts(s, name, makers, keys):
            s.images[name] = (*s.images.get(name, ()), *brought)
    return "try" in ways.values() or any(s.replicas[name] for name in s.images)


def _way(s: Situation, name: str) -> Way:
    """Return how the image of *name* comes about."""
    service = s.project.services[name]
    present = image_name(s.project, name) in s.observed.images
    buildable = bool(service.build) and not s.policy.no_build
    policy = _pull_policy(s, service)
    if present and (s.policy.images_settled or policy not in {"always", "build"}):
        return ""
    if policy == "build" and buildable:
        return "build"
    pullable = service.image and policy not in {"never", "build"}
    if pullable and not (service.build and s.policy.images_settled):
        return "try" if service.build else "pull"
    if present:
        return ""
    return "build" if buildable else "refuse"


def _pull_policy(s: Situation, service: Service) -> str:
    """Return always, never, build or missing; an image that is due is pulled always."""
    if s.policy.build and service.build and not s.policy.no_build:
        return "build"
    given = s.policy.pull or service.pull_policy
    if given in {"always", "never", "build"}:
        return given
    return "always" if not s.policy.pull and _is_due(s, service) else "missing"


def _is_due(s: Situation, service: Service) -> bool:
    interval = refresh_interval(service)
    last = s.observed.tagged.get(service.image, 0)
    return interval is not None and s.policy.now > last + interval


def refresh_interval(service: Service) -> float | None:
    """Return after how many seconds the image is to be pulled again: daily, weekly, every_12h."""
    policy = service.pull_policy
    if not service.image or "@" in service.image:  # what a digest names never changes
        return None
    if policy == "refresh":
        policy = f"every_{service.pull_refresh_after}"
    if policy.startswith("every_"):
        try:
            return parse_duration(policy.removeprefix("every_")) / _SECOND
        except ValueError:
            return None
    return _INTERVALS.get(policy)


def _made(s: Situation, name: str, way: Way, makers: dict[str, str]) -> bool:
    """Tell whether another service's build brings the image that *name* would pull."""
    return way in {"pull", "try"} and image_name(s.project, name) in makers


def _pulls(s: Situation, ways: dict[str, Way]) -> dict[str, str]:
    """Add one pull for each image and platform; return the keys by service."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, way in ways.items():
        if way in {"pull", "try"}:
            groups[
                image_name(s.project, name), s.project.platform(s.project.services[name])
            ].append(name)
    keys = {}
    for (image, platform), names in sorted(groups.items()):
        stamped = any(refresh_interval(s.project.services[name]) is not None for name in names)
        present = (Reason("due"),) if stamped and not s.policy.pull else ASKED_FOR
        op = PullImage(
            key=f"pull {image}",
            resource=f"Image {image}",
            reasons=present if image in s.observed.images else MISSING,
            image=image,
            stamped=stamped,
            platform=platform,
            services=tuple(names),
            optional=any(ways[name] == "try" for name in names),
            buildable=any(s.project.services[name].build for name in names),
        )
        key = s.draft.add(op)
        keys.update(dict.fromkeys(names, key))
    return keys


def mounted(service: Service) -> set[str]:
    """Return the images that *service* mounts."""
    return {one.source for one in service.volumes if one.type == "image" and one.source}


def _pulls_of_mounts(
    s: Situation, name: str, makers: dict[str, str], keys: dict[str, str]
) -> list[str]:
    """Add the pulls of images that *name* mounts and that are not there; return what brings them.

    No policy is asked: there is none for them.
    """
    found = []
    for image in sorted(mounted(s.project.services[name]) - s.observed.images.keys()):
        key = keys[makers[image]] if image in makers else f"pull {image}"
        if key not in s.draft.ops:
            op = PullImage(
                key=key, resource=f"Image {image}", reasons=MISSING, image=image, services=(name,)
            )
            s.draft.add(op)
        found.append(key)
    return found


def _builds(s: Situation, names: list[str]) -> dict[str, str]:
    """Add the builds, each after those whose images are among its contexts; return the keys.

    A context may be the image of a service that is not wanted itself.
    """
    whole = s.project.replace(services=s.project.all_services)
    found = [name for name in closure(whole, names) if whole.services[name].build]
    keys = {}
    for name in found:
        image = image_name(whole, name)
        op = BuildImage(
            key=f"build {name}",
            resource=f"Image {image}",
            reasons=ASKED_FOR if image in s.observed.images else MISSING,
            service=name,
            image=image,
        )
        keys[name] = s.draft.add(op)
    for name in found:
        s.draft.need(keys[name], [keys.get(one, "") for one in contexts(whole, name)])
    return keys


def _refuse(s: Situation, name: str) -> None:
    service = s.project.services[name]
    image = image_name(s.project, name)
    position = service.where("image")
    where = f"{position}: " if position else ""
    asked = "--pull" if s.policy.pull else "its pull_policy"
    if service.build:
        hint = "leave --no-build out"
    elif (s.policy.pull or service.pull_policy) == "never":
        hint = f"pull it with `docker pull {image}`, or allow it with `--pull missing`"
    else:
        hint = f"{asked} is build, but it has no build section"
    why = f"service {name} needs it, and may not pull or build it"
    if s.policy.images_settled and _pull_policy(s, service) not in {"never", "build"}:
        why = f"service {name} needs it; it could not be pulled, and may not be built"
    s.draft.refuse(f"{where}No such image: {tagged(image)}: {why}", hint)
