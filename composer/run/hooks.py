"""The hooks of a service: commands that run inside its container after start and before stop.

Where nobody is attached they run in the background, as with Docker Compose, and nobody hears them.

Compose Specification: services "post_start", "pre_stop".
May import: run.events, engine.port, errors, spec, value.
"""

import time
from collections.abc import Sequence

from composer.engine.port import Engine, Json
from composer.errors import (
    EngineConflict,
    EngineError,
    EngineNotFound,
    EngineUnreachable,
    ExecutionError,
)
from composer.run.events import Listener, Notice, Output
from composer.spec.develop import Hook
from composer.value import Value

_PAUSE_S, _LONGEST_PAUSE_S = 0.02, 0.5
_NOT_BEGUN = (126, 127)
"""What the engine reports of a command for which it could start no process; a shell does, too."""


class Failure(Value):
    """How a hook failed, and whether it had begun."""

    message: str
    began: bool


class Place(Value):
    """Where hooks run: in *container* of *service*, for the operation *key*.

    *heard* tells whether somebody is attached, who sees what they print.
    """

    container: str
    service: str
    key: str
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
    code, text = _follow(engine, exec_id) if place.heard else _wait(engine, exec_id)
    if text and place.heard:
        emit(Output(place.key, text))
    if not code:
        return None
    last = text.strip().splitlines()[-1:]
    command = " ".join(hook.command or ())
    message = ": ".join([f"exited with status {code}: {command!r}", *last])
    return Failure(message, code not in _NOT_BEGUN or bool(engine.exec_inspect(exec_id).get("Pid")))


def _follow(engine: Engine, exec_id: str) -> tuple[int, str]:
    """Run a command; return its exit code and what it printed."""
    code, printed = engine.exec_run(exec_id)
    return code, printed.decode(errors="replace")


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
