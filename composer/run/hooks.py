"""The hooks of a service: commands that run inside its container after start and before stop.

Where nobody is attached they run in the background, as with Docker Compose, and nobody hears them.
Else the lines that they print are told as they come, beside those of the container.

Compose Specification: services "post_start", "pre_stop".
May import: run.events, run.verdict, engine.frames, engine.port, errors, spec, value.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from composer.engine.frames import Demux, join
from composer.engine.port import Engine, Json
from composer.errors import (
    EngineConflict,
    EngineError,
    EngineNotFound,
    EngineUnreachable,
    ExecutionError,
)
from composer.run.events import HOOK, Listener, LogBlock, Notice
from composer.run.verdict import exec_code
from composer.spec.develop import Hook
from composer.value import Value

_BLOCK = 1 << 16
_PAUSE_S, _LONGEST_PAUSE_S = 0.02, 0.5
_NOT_BEGUN = (126, 127)
"""What the engine reports of a command for which it could start no process; a shell does, too."""


class Failure(Value):
    """How a hook failed, and whether it had begun."""

    message: str
    began: bool


class Place(Value):
    """Where hooks run: in *container* of *service*, shown as *name* (``web-1``).

    *heard* tells whether somebody is attached, who sees what they print.
    """

    container: str
    service: str
    name: str
    heard: bool = False


def run_hooks(engine: Engine, place: Place, hooks: Sequence[Hook], emit: Listener) -> None:
    """Run *hooks* one after the other; raise ExecutionError where one fails."""
    for hook in hooks:
        if failure := _run(engine, place, hook, emit):
            raise ExecutionError(f"{place.service} hook {failure.message}")


def run_last_hooks(
    engine: Engine, place: Place, hooks: Sequence[Hook], emit: Listener, *, binding: bool
) -> None:
    """As ``run_hooks``, before a stop: of a hook that the engine cannot begin it only warns.

    A container whose image has no such program could otherwise never be stopped. Where hooks are
    not *binding*, it also only warns of one that fails.
    """
    for hook in hooks:
        if failure := _run(engine, place, hook, emit):
            message = f"{place.service} hook {failure.message}"
            if failure.began and binding:
                hint = f"mend pre_stop, or end it without: composer kill {place.service}"
                raise ExecutionError(message, hint=hint)
            emit(Notice("warning", f"{message}; the container is stopped all the same"))


def _run(engine: Engine, place: Place, hook: Hook, emit: Listener) -> Failure | None:
    exec_id = engine.exec_create(place.container, hook_body(hook, heard=place.heard))
    code, said = _follow(engine, place, exec_id, emit) if place.heard else _wait(engine, exec_id)
    if not code:
        return None
    command = " ".join(hook.command or ())
    message = f"exited with status {code}: {command!r}" + (f": {said}" if said else "")
    return Failure(message, code not in _NOT_BEGUN or bool(engine.exec_inspect(exec_id).get("Pid")))


def _follow(engine: Engine, place: Place, exec_id: str, emit: Listener) -> tuple[int, str]:
    """Run a command and tell what it prints; return its exit code and the last of these lines."""
    last = b""
    for lines in _lines(engine, exec_id):
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()
        times = [stamp] * len(lines)
        emit(LogBlock(f"{place.name}{HOOK}", place.service, "stdout", lines, times))
        last = next((line.strip() for line in reversed(lines) if line.strip()), last)
    return exec_code(engine, exec_id), last.decode(errors="replace")


def _lines(engine: Engine, exec_id: str) -> Iterator[list[bytes]]:
    """Run a command; yield the lines of both its streams as they become whole."""
    stream = engine.exec_attach(exec_id, tty=False, size=None)
    demux, rest = Demux(), b""
    try:
        while read := stream.read(_BLOCK):
            *lines, rest = (rest + join(demux.feed(read))).split(b"\n")
            if lines:
                yield lines
    finally:
        stream.close()
    if rest:
        yield [rest]


def _wait(engine: Engine, exec_id: str) -> tuple[int, str]:
    """Run a command in the background; return its exit code, or why it cannot begin.

    No answer of the engine waits for its end, so it is asked, ever less often.
    """
    try:
        engine.exec_detach(exec_id)
    except (EngineConflict, EngineNotFound, EngineUnreachable):
        raise
    except EngineError as failure:
        return _NOT_BEGUN[0], failure.message
    pause = _PAUSE_S
    while (found := engine.exec_inspect(exec_id)).get("Running"):
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_S)
    return int(found.get("ExitCode") or 0), ""


def hook_body(hook: Hook, *, heard: bool) -> Json:
    """Return the body of ``POST /containers/{id}/exec``; *heard* as in `Place`."""
    environment = [
        name if value is None else f"{name}={value}" for name, value in hook.environment.items()
    ]
    return {
        "Cmd": list(hook.command or ()),
        "User": hook.user,
        "Privileged": hook.privileged,
        "WorkingDir": hook.working_dir,
        "Env": environment,
        "AttachStdout": heard,
        "AttachStderr": heard,
    }
