"""Use cases that look: images, volumes, projects, ports, processes, events. They change nothing.

May import: all but cli and ui.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from composer.api.session import Session
from composer.api.target import target as running
from composer.errors import (
    ComposerError,
    EngineAway,
    EngineConflict,
    EngineNotFound,
)
from composer.identity import CONFIG_FILES, CONFIG_HASH, PROJECT, SERVICE, is_one_off
from composer.load.select import unknown_service
from composer.run.cancel import Cancel
from composer.run.events import Notice
from composer.run.resumed import resumed_events
from composer.run.verdict import still_runs
from composer.state import ContainerState, PublishedPort, Usage
from composer.value import Value

if TYPE_CHECKING:
    from composer.engine.port import Engine, EngineEvent
    from composer.spec.shapes import Form

Json = dict[str, Any]
_SAMPLERS = 16
"""Threads that wait for the figures of containers."""


class Stack(Value):
    """A project that the engine knows: its containers' states, and the files that it is from."""

    name: str
    states: tuple[str, ...]
    files: tuple[str, ...]


class Processes(Value):
    """The processes of a container, as the engine lists them."""

    container: ContainerState
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def containers_of(
    session: Session, services: Collection[str], *, strict: bool = True
) -> tuple[ContainerState, ...]:
    """Return the containers of *services*, or all.

    Raises ConsistencyError for unknown names, unless it is not *strict*: then they have none.
    """
    from composer.engine.snapshot import containers

    found = containers(session.engine, session.name)
    project = session.known()
    known = {one.service for one in found}
    known |= project.all_services.keys() if project else set()
    for name in services if strict else ():
        if name not in known:
            raise unknown_service(name, known)
    return tuple(one for one in found if not services or one.service in services)


def images(session: Session, services: Collection[str]) -> list[tuple[ContainerState, Json]]:
    """Return each container, by name, with the inspection of the image that it was created from."""
    session.tell_of_variables()
    found: dict[str, Json] = {}
    made = []
    for one in sorted(containers_of(session, services, strict=False), key=lambda one: one.name):
        if one.image_id not in found:
            with suppress(EngineNotFound):
                found[one.image_id] = session.engine.inspect_image(one.image_id)
        made.append((one, found.get(one.image_id) or {"Id": one.image_id}))
    return made


def volumes(session: Session, services: Collection[str]) -> list[Json]:
    """Return the project's volumes by name; with *services*, those that their containers mount."""
    listed = session.engine.list_volumes({"label": [f"{PROJECT}={session.name}"]})
    if services:
        mounts = [mount.name for one in containers_of(session, services) for mount in one.mounts]
        listed = [one for one in listed if one["Name"] in mounts]
    return sorted(listed, key=lambda one: str(one["Name"]))


def config(session: Session, services: Collection[str], form: "Form") -> str:
    """Return the project, reduced to *services* and what they need, as YAML or JSON."""
    from composer.load import render

    model = render.model(session.complete(services), form)
    return render.to_json(model) if form == "json" else render.to_yaml(model)


def stacks(engine: "Engine", *, everything: bool = False, pattern: str = "") -> list[Stack]:
    """Return the projects of an engine by name; *everything* those too of which nothing runs."""
    try:
        matches = re.compile(pattern).search
    except re.error:  # as Docker Compose: it matches nothing but itself
        matches = re.compile(re.escape(pattern)).fullmatch
    filters = {"label": [PROJECT, CONFIG_HASH]}
    groups: dict[str, list[Json]] = {}
    for one in engine.list_containers(filters, everything=everything):
        groups.setdefault(_labels(one).get(PROJECT, ""), []).append(one)
    return [
        _stack(name, found)
        for name, found in sorted(groups.items())
        if name == pattern or matches(name)
    ]


def _stack(name: str, found: Iterable[Json]) -> Stack:
    files: dict[str, None] = {}
    states = []
    for one in found:
        states.append(str(one["State"]))
        files.update(dict.fromkeys(_files(_labels(one).get(CONFIG_FILES, ""))))
    return Stack(name, tuple(sorted(states)), tuple(files))


def _labels(container: Json) -> dict[str, str]:
    return container.get("Labels") or {}


def _files(text: str) -> list[str]:
    return [one for one in text.split(",") if one]


def port(
    session: Session, service: str, target: int, *, protocol: str = "tcp", index: int = 0
) -> PublishedPort:
    """Return where a container's port is published. Raises ComposerError where it is not."""
    container = running(session, service, index)
    protocol = protocol.lower()
    for one in container.ports:
        if (one.target, one.protocol) == (target, protocol) and one.published:
            return one
    there = ", ".join(f"{one.target}/{one.protocol}" for one in container.ports if one.published)
    published = there or "none is published"
    raise ComposerError(f"no port {target}/{protocol} for container {container.name}: {published}")


def top(
    session: Session, services: Collection[str], *, skip_restarting: bool = False
) -> list[Processes]:
    """Return the processes of the running containers.

    Raises EngineConflict where one is about to restart, unless *skip_restarting*.
    """
    session.tell_of_variables()
    made = []
    for one in containers_of(session, services, strict=False):
        if one.running:
            try:
                found = session.engine.top_container(one.id)
            except (EngineNotFound, EngineConflict):
                again = one.status == "restarting" or still_runs(session.engine, one.id)
                if again and not skip_restarting:
                    raise
                continue  # it ended meanwhile
            rows = tuple(map(tuple, found.get("Processes") or ()))
            made.append(Processes(one, tuple(found["Titles"]), rows))
    return made


def stats(session: Session, services: Collection[str], *, everything: bool = False) -> list[Usage]:
    """Return what containers use, as the engine lists them; *everything* those too that ended."""
    from concurrent.futures import ThreadPoolExecutor  # few ask

    from composer.engine.snapshot import containers  # with the engine
    from composer.engine.usage import usage_of

    found = [
        one
        for one in containers(session.engine, session.name)
        if (not services or one.service in services) and (everything or one.running)
    ]
    with ThreadPoolExecutor(max_workers=_SAMPLERS) as threads:
        samples = threads.map(partial(_sample, session.engine), found)
        made = list(map(usage_of, found, samples))
    return sorted(made, key=lambda one: one.container.listed)


def _sample(engine: "Engine", one: ContainerState) -> Json:
    """Return the engine's figures, which take it a second to collect; nothing of what ended."""
    if not one.running:
        return {}
    try:
        return next(iter(engine.container_stats(one.id)), {})
    except EngineNotFound:  # removed meanwhile
        return {}


def events(
    session: Session,
    services: Collection[str],
    *,
    since: str = "",
    until: str = "",
    cancel: Cancel | None = None,
) -> "Iterator[EngineEvent]":
    """Yield what happens to the project's containers, until *until* or until it is cancelled.

    *since* and *until* are Unix seconds. A name that is no service has no events.
    """
    session.tell_of_variables()
    cancel = cancel or Cancel()
    filters = {"type": ["container"], "label": [f"{PROJECT}={session.name}"]}

    def lost(away: EngineAway) -> None:
        session.emit(Notice("warning", f"{away.message}; trying again"))

    for event in resumed_events(session.engine, filters, since, until, cancel=cancel, lost=lost):
        ours = event.attributes
        if not is_one_off(ours) and (not services or ours.get(SERVICE) in services):
            yield event
