"""``exec`` and ``attach``: talking with a container that runs.

May import: all but cli and ui.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress

from composer.api.session import Session
from composer.api.target import target
from composer.asked import Asked
from composer.engine.port import Engine, Json
from composer.errors import (
    ComposerError,
    EngineConflict,
    EngineError,
    EngineNotFound,
    Interrupted,
)
from composer.run.interactive import Console, Conversation, detach_keys
from composer.run.verdict import exec_code, exit_code
from composer.spec.shapes import EMPTY
from composer.state import ContainerState

_LINGER_S = 1.0
"""Seconds to show what a container said that ended while it was attached to."""


class ExecRequest(Asked):
    """A command to run in a container of a service; None in *environment* is an unset variable."""

    command: tuple[str, ...]
    environment: Mapping[str, str | None] = EMPTY
    user: str = ""
    workdir: str = ""
    privileged: bool = False
    tty: bool = False
    stdin: bool = True
    index: int = 0


def run_in(session: Session, service: str, request: ExecRequest, console: Console) -> int:
    """Run a command in a container of *service*; return its exit code."""
    engine = session.engine
    container = target(session, service, request.index)
    size = console.size() if request.tty else None
    with _named(container):
        exec_id = engine.exec_create(container.id, exec_body(request, session.keys_that_detach))
        stream = engine.exec_attach(exec_id, tty=request.tty, size=size)
    keys = detach_keys(session.keys_that_detach) if request.tty else b""
    talk = Conversation(stream, console, framed=not request.tty, keys=keys)
    talk.hold(
        stdin=request.stdin,
        resize=(lambda *size: engine.exec_resize(exec_id, *size)) if request.tty else None,
    )
    if talk.signal:
        raise Interrupted(talk.signal)
    talk.whole()
    _refuse_detached(talk)
    return exec_code(engine, exec_id)


def start_in(session: Session, service: str, request: ExecRequest) -> None:
    """Start a command in the background of a container of *service*."""
    container = target(session, service, request.index)
    body = exec_body(request.replace(stdin=False), session.keys_that_detach)
    detached = {**body, "AttachStdout": False, "AttachStderr": False}
    with _named(container):
        exec_id = session.engine.exec_create(container.id, detached)
        session.engine.exec_detach(exec_id, tty=request.tty)


@contextmanager
def _named(container: ContainerState) -> Iterator[None]:
    """Name *container* in what the engine refuses, which knows it by its id."""
    try:
        yield
    except (EngineConflict, EngineNotFound) as refused:
        paused = container.status == "paused"
        hint = f"let it go on with `composer unpause {container.service}`" if paused else ""
        message = f"Container {container.name}: {refused.message}"
        raise type(refused)(message, hint=hint or refused.hint) from refused


def exec_body(request: ExecRequest, keys: str = "") -> Json:
    """Return the body of ``POST /containers/{id}/exec``; *keys* are those that detach."""
    variables = request.environment.items()
    return {
        "Cmd": list(request.command),
        "User": request.user,
        "WorkingDir": request.workdir,
        "Privileged": request.privileged,
        "Tty": request.tty,
        "Env": [name if value is None else f"{name}={value}" for name, value in variables],
        "AttachStdin": request.stdin,
        "AttachStdout": True,
        "AttachStderr": True,
        **({"DetachKeys": keys} if keys else {}),
    }


class AttachRequest(Asked):
    """How to attach; *keys* as in ``ctrl-p,ctrl-q``."""

    index: int = 0
    stdin: bool = True
    keys: str = ""
    forward: bool = True


def attach(session: Session, service: str, request: AttachRequest, console: Console) -> int:
    """Attach to the process of a container of *service*; return its exit code."""
    engine = session.engine
    wanted = request.keys or session.keys_that_detach
    keys = detach_keys(wanted)
    container = target(session, service, request.index)
    found = engine.inspect_container(container.id)
    if found["State"].get("Paused"):
        raise EngineConflict("you cannot attach to a paused container, unpause it first")
    tty = bool(found["Config"].get("Tty"))
    stdin = request.stdin and bool(found["Config"].get("OpenStdin"))

    def forward(number: int) -> None:
        engine.kill_container(container.id, str(number))

    with closing(engine.wait_container(container.id)) as ending:
        stream = engine.attach_container(container.id, stdin=stdin, detach_keys=wanted)
        talk = Conversation(
            stream,
            console,
            framed=not tty,
            keys=keys if tty else b"",
            finish=bool(found["Config"].get("StdinOnce")),
        )
        if _has_ended(engine, container.id):  # the engine waits for its next start
            talk.end_after(_LINGER_S)
        size = console.size() if tty else None
        if size:  # a program draws its screen, or prompt, again when this becomes the real size
            with suppress(EngineError):  # it has ended meanwhile
                engine.resize_container(container.id, size[0] + 1, size[1] + 1)
        talk.hold(
            stdin=stdin,
            resize=(lambda *size: engine.resize_container(container.id, *size)) if tty else None,
            forward=forward if request.forward and not tty else None,
        )
        if talk.signal:
            raise Interrupted(talk.signal)
        talk.whole()
        _refuse_detached(talk)
        return exit_code(engine, container.id, ending)


def _has_ended(engine: Engine, container: str) -> bool:
    try:
        return not engine.inspect_container(container)["State"].get("Running")
    except EngineNotFound:
        return True


def _refuse_detached(talk: Conversation) -> None:
    """Raise where the user left: there is no code to end with, and Docker Compose ends with 1."""
    if talk.detached:
        raise ComposerError("read escape sequence")
