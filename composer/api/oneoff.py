"""``run``: a one-off container of a service, with what the service needs around it.

May import: all but cli and ui.
"""

import contextlib
import os
import secrets
import threading
import time

from composer.api.rounds import (
    Turn,
    carry_out,
    refuse_missing,
    refuse_unmakeable,
    refuse_unsupported,
    rehearse,
)
from composer.api.session import Session
from composer.disk import read_file
from composer.engine.port import Engine, Waiting
from composer.engine.translate import (
    Instance,
    connect_body,
    container_body,
    endpoint,
    later_networks,
)
from composer.errors import (
    EngineAway,
    EngineConflict,
    EngineError,
    EngineNotFound,
    Interrupted,
    PlanError,
)
from composer.identity import SLUG, image_name
from composer.plan.joins import owners
from composer.plan.oneoff import one_off
from composer.plan.ops import Plan
from composer.plan.policy import UpPolicy
from composer.plan.provided import with_answers
from composer.run import payloads
from composer.run.cancel import Cancel
from composer.run.events import Notice
from composer.run.interactive import Console, Conversation, detach_keys
from composer.run.oneoff import NO_NUMBER, OneOff, one_off_labels, one_off_name, one_off_service
from composer.run.verdict import exit_code_later
from composer.spec.mounts import Mount
from composer.spec.project import Project

_RETURN_S, _PAUSE_S = 10.0, 0.2
_LATE_S = 0.5
"""After which the end of a container is late, once its output has ended."""
_GRACE_S = 10.0
"""The engine's own grace period."""


def prepare(
    session: Session, service: str, policy: UpPolicy, cancel: Cancel, *, dependencies: bool
) -> Project:
    """Bring what *service* needs, but no container of it; return the project that it is in."""
    selected = session.selected([service], dependencies=dependencies)
    refuse_missing(session, selected, _first(selected, service))
    answered = selected

    def plan(turn: Turn) -> tuple[Project, Plan]:
        nonlocal answered
        answered = with_answers(selected, turn.provided)
        observed = session.observe(answered)
        refuse_unsupported(answered, observed)
        made = one_off(answered, observed, turn.policy(policy), service)
        refuse_unmakeable(answered, made, service)
        return answered, made

    carry_out(session, plan, cancel)
    return answered


def _first(project: Project, service: str) -> list[str]:
    """Return the services that are looked through before anything is made.

    The files of *service* itself may be made by those that it needs, which have ended when it runs.
    """
    return [name for name in project.services if name != service] or [service]


def rehearsed(
    session: Session, service: str, asked: OneOff, policy: UpPolicy, *, dependencies: bool
) -> str:
    """Tell what would be brought for *service*; return the name that its container would have."""
    project = session.selected([service], dependencies=dependencies)
    refuse_missing(session, project, _first(project, service))
    observed = session.observe(project)
    refuse_unsupported(project, observed)
    made = one_off(project, observed, policy, service)
    refuse_unmakeable(project, made, service)
    rehearse(session, made)
    return one_off_name(project, service, secrets.token_hex(32), asked)


def create(session: Session, project: Project, service: str, asked: OneOff) -> str:
    """Create the container, on its networks and with its files; return its id."""
    refuse_missing(session, project, [service])
    engine = session.engine
    own = project.services[service]
    labelled = project.with_services({service: one_off_service(own, asked)})
    changed = one_off_service(own, _located(asked, session.cwd))
    project = project.with_services({service: changed})
    slug = secrets.token_hex(32)
    name = one_off_name(project, service, slug, asked)
    joins = _joins(session, project, service)
    image = engine.inspect_image(image_name(project, service))
    instance = Instance(
        name,
        number=NO_NUMBER,
        image=image_name(project, service),
        api=engine.version().api,
        labels=one_off_labels(labelled, service, name, slug, image["Id"], joins),
        joins=joins,
        links=payloads.linked(project, service, engine),
        image_volumes=frozenset((image.get("Config") or {}).get("Volumes") or ()),
        proxies=engine.proxies(),
        read=read_file,
        aliases=asked.use_aliases,
        attach_stdin=asked.stdin,
        auto_remove=asked.remove,
    )
    body = container_body(project, service, instance)
    try:
        made, warnings = engine.create_container(name, body, project.platform(changed))
    except BaseException:
        _discard_own(session, name, slug)
        raise
    for text in warnings:
        session.emit(Notice("warning", f"Container {name}: {text}"))
    try:
        for key in later_networks(changed, instance.api):
            joined = connect_body(made, endpoint(project, service, key, instance))
            engine.connect_network(project.networks[key].name, joined)
        if archive := payloads.archive(project, service):
            engine.put_archive(made, "/", archive)
    except BaseException:  # a signal, too
        discard(session, made)
        raise
    return made


def _located(asked: OneOff, cwd: str) -> OneOff:
    """Return what is asked for with the folders to be mounted as absolute paths."""

    def located(mount: Mount) -> Mount:
        if mount.type != "bind" or os.path.isabs(mount.source):  # which is kept as it is written
            return mount
        source = os.path.join(cwd, os.path.expanduser(mount.source))
        return mount.replace(source=os.path.normpath(source))

    return asked.replace(volumes=tuple(map(located, asked.volumes)))


def start(session: Session, container: str, asked: OneOff) -> None:
    """Start in the background; what cannot start is not left behind with ``--rm``."""
    try:
        _start(session.engine, container)
    except BaseException:  # a signal, too
        if asked.remove:
            discard(session, container)
        raise


def _start(engine: Engine, container: str) -> None:
    """Start; where the answer is lost, look at what came of it: it must not run twice."""
    try:
        engine.start_container(container)
    except EngineAway:
        if _was_started(engine, container):
            return
        engine.start_container(container)


def _was_started(engine: Engine, container: str) -> bool:
    try:
        state = engine.inspect_container(container)["State"]
    except EngineNotFound:  # with --rm, it has ended
        return True
    return bool(state["Status"] != "created")


def talk(session: Session, container: str, asked: OneOff, console: Console) -> int:
    """Start the container, attached; return its exit code once it has ended."""
    engine = session.engine
    with contextlib.ExitStack() as opened:
        if asked.remove:  # whatever breaks off the conversation; the engine may never get to it
            opened.callback(discard, session, container)
        ending = engine.wait_container(container, "removed" if asked.remove else "next-exit")
        opened.callback(ending.close)
        wanted = session.keys_that_detach
        stream = engine.attach_container(container, stdin=asked.stdin, detach_keys=wanted)
        opened.callback(stream.close)
        keys = detach_keys(wanted) if asked.tty else b""
        conversation = Conversation(stream, console, framed=not asked.tty, keys=keys)
        start(session, container, asked)
        conversation.hold(
            stdin=asked.stdin,
            resize=(lambda *size: engine.resize_container(container, *size)) if asked.tty else None,
            forward=None if asked.tty else lambda one: engine.kill_container(container, str(one)),
            grace=lambda: _grace(engine, container),
        )
        if conversation.signal:
            raise Interrupted(conversation.signal)
        if conversation.detached:
            code = 0
        else:
            later = "removed" if asked.remove else "not-running"
            code = _ended(engine, container, conversation, ending, later)
        opened.pop_all()
        ending.close()
        return code


def _grace(engine: Engine, container: str) -> float:
    """Return the seconds that its process may take to end, 0 where the engine does not tell."""
    with contextlib.suppress(EngineError):
        limit = engine.inspect_container(container)["Config"].get("StopTimeout")
        return float(_GRACE_S if limit is None else limit)
    return 0


def _ended(
    engine: Engine, container: str, conversation: Conversation, ending: Waiting, later: str
) -> int:
    """Wait for the end; return the exit code, once all of the output has been shown.

    A lost connection can look like the end of the output. So where the container runs on, or its
    end cannot be heard of, the output goes on from the log. *later* is the condition to wait for
    where the wait itself was lost.
    """
    if conversation.lost:
        _go_on(engine, container, conversation)
    late = threading.Timer(_LATE_S, _go_on_if_it_runs, (engine, container, conversation))
    late.daemon = True
    late.start()
    try:
        code: int | None = ending.result()
    except EngineAway:
        code = None
    finally:
        late.cancel()
    late.join()
    conversation.whole()
    if code is None:
        _go_on(engine, container, conversation)
        code = exit_code_later(engine, container, later)
    return code


def _go_on(engine: Engine, container: str, conversation: Conversation) -> None:
    """Show what the log has beyond what was shown, to its end; nothing where it is gone.

    Of a container that is being removed an engine tells no more (409).
    """
    try:
        log = engine.container_logs(container, follow=True)
    except (EngineNotFound, EngineConflict):
        conversation.whole()
        return
    try:
        conversation.resume(log)
    finally:
        log.close()


def _go_on_if_it_runs(engine: Engine, container: str, conversation: Conversation) -> None:
    """The same where the container runs; where it has ended, only the word of it is late.

    A process may have ended its output and live on, and its log not be kept, or not tell: that is
    no failure.
    """
    with contextlib.suppress(EngineError):
        if engine.inspect_container(container)["State"].get("Running"):
            _go_on(engine, container, conversation)


def _discard_own(session: Session, name: str, slug: str) -> None:
    """Remove the container *name* if it is the one with this *slug*, after a failed creation.

    The engine may have made it, and its answer been lost.
    """
    with contextlib.suppress(EngineError):
        found = session.engine.inspect_container(name)
        if (found["Config"].get("Labels") or {}).get(SLUG) == slug:
            discard(session, found["Id"])


def discard(session: Session, container: str) -> None:
    """Remove the container with its anonymous volumes, running or not.

    An engine that is away is waited for, some seconds: nobody else would remove it. So is one that
    is removing it already: its name is free, and its volumes are gone, when this returns.
    """
    deadline = time.monotonic() + _RETURN_S
    while True:
        try:
            session.engine.remove_container(container, force=True, volumes=True)
        except (EngineAway, EngineConflict):
            if time.monotonic() > deadline:
                return
        except EngineError:  # it is gone
            return
        else:
            return
        time.sleep(_PAUSE_S)


def _joins(session: Session, project: Project, service: str) -> dict[str, str]:
    """Return the containers whose namespaces and volumes the service shares, by service."""
    found = session.observe(project)
    joins = {}
    for owner in owners(project.services[service]):
        replicas = found.of_service(owner)
        if not replicas:
            message = f"cannot share namespaces or volumes with service {owner}: container missing"
            raise PlanError(message, hint=f"start {owner} first, or without --no-deps")
        joins[owner] = replicas[0].id
    return joins
