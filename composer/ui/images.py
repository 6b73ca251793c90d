"""``images``: containers with the images that they were created from. Pure: the time is given.

May import: ui, state, spec.units.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from composer.spec.units import shown_size
from composer.state import ContainerState
from composer.ui.fit import without
from composer.ui.formats import JSON, TABLE, list_form
from composer.ui.jsonl import to_json
from composer.ui.words import duration

HEADER = ("CONTAINER", "REPOSITORY", "TAG", "PLATFORM", "IMAGE ID", "SIZE", "CREATED")
GIVING_WAY = ("PLATFORM", "CREATED", "IMAGE ID", "SIZE")
"""The columns that a narrow terminal does without, one after the other."""
_NEVER = "0001-"
_NONE = "<none>"
_ID = 12

Pair = tuple[ContainerState, Mapping[str, Any]]


def images(
    found: Sequence[Pair], *, now: float, form: str = "table", quiet: bool = False, width: int = 0
) -> str:
    """Return what ``images`` prints of containers and the inspections of their images.

    The table leaves out columns to stay below the *width* of a terminal, 0 for none.
    """
    if quiet:
        ids = dict.fromkeys(_digest(image) for _, image in found)
        return "".join(f"{one}\n" for one in ids)
    form = list_form(form)
    if form == TABLE:
        return without([_row(*pair, now) for pair in found], HEADER, width, GIVING_WAY, least=20)
    made = [_object(container, image) for container, image in found]
    if form == JSON:
        return f"{to_json(made)}\n\n"  # Compose's, too, has an empty line at its end
    return "".join(f"{to_json(one)}\n" for one in made)


def _row(container: ContainerState, image: Mapping[str, Any], now: float) -> list[str]:
    one = _object(container, image)
    tagged = one.get("LastTagTime")
    age = f"{duration(now - datetime.fromisoformat(tagged).timestamp())} ago" if tagged else "N/A"
    return [
        container.name,
        one["Repository"] or _NONE,
        one["Tag"] or _NONE,
        one["Platform"],
        _digest(image)[:_ID],
        shown_size(one["Size"]),
        age,
    ]


def _object(container: ContainerState, image: Mapping[str, Any]) -> dict[str, Any]:
    repository, tag = _name(container.image, image.get("RepoTags") or ())
    parts = (image.get("Os", ""), image.get("Architecture", ""), image.get("Variant", ""))
    made = {
        "ID": image["Id"],
        "ContainerName": container.name,
        "Repository": repository,
        "Tag": tag,
        "Platform": "/".join(part for part in parts if part),
        "Size": image.get("Size", 0),
    }
    times = ((image.get("Metadata") or {}).get("LastTagTime"), image.get("Created"))
    known = [one for one in times if one and not one.startswith(_NEVER)]
    return {**made, "LastTagTime": known[0]} if known else made


def _name(asked: str, tags: Sequence[str]) -> tuple[str, str]:
    """Return repository and tag: of the name that the container was created with, else any."""
    wanted = asked.removeprefix("docker.io/").removeprefix("library/")
    same = [one for one in tags if one in {wanted, f"{wanted}:latest"}]
    if not (same or tags):
        pinned, at, _ = wanted.partition("@")
        return (pinned if at else ""), ""
    repository, _, tag = [*same, *tags][0].rpartition(":")
    return repository, tag


def _digest(image: Mapping[str, Any]) -> str:
    return str(image["Id"]).partition(":")[2] or str(image["Id"])
