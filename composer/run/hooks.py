"""The hooks of a service: commands that run inside its container after start and before stop.

Compose Specification: services "post_start", "pre_stop".
May import: run.events, engine.port, errors, spec, value.
"""

from collections.abc import Sequence

from composer.engine.port import Engine, Json
from composer.errors import ExecutionError
from composer.run.events import Listener, Notice, Output
from composer.spec.develop import Hook
from composer.value import Value

_NOT_BEGUN = (126, 127)
"""What the engine reports of a command for which it could start no process; a shell does, too."""


class Failure(Value):
    """How a hook failed, and whether it had begun."""

    message: str
    began: bool


def run_hooks(
    engine: Engine, container: str, hooks: Sequence[Hook], service: str, key: str, emit: Listener
) -> None:
    """Run *hooks* of *service* one after the other; raise ExecutionError where one fails."""
    for hook in hooks:
        if failure := _run(engine, container, hook, key, emit):
            raise ExecutionError(f"{service} hook {failure.message}")


def run_last_hooks(
    engine: Engine, container: str, hooks: Sequence[Hook], service: str, key: str, emit: Listener
) -> None:
    """As ``run_hooks``, before a stop: of a hook that the engine cannot begin it only warns.

    A container whose image has no such program could otherwise never be stopped.
    """
    for hook in hooks:
        if failure := _run(engine, container, hook, key, emit):
            message = f"{service} hook {failure.message}"
            if failure.began:
                raise ExecutionError(message)
            emit(Notice("warning", message))


def _run(engine: Engine, container: str, hook: Hook, key: str, emit: Listener) -> Failure | None:
    exec_id = engine.exec_create(container, hook_body(hook))
    code, printed = engine.exec_run(exec_id)
    text = printed.decode(errors="replace")
    if text:
        emit(Output(key, text))
    if not code:
        return None
    last = text.strip().splitlines()[-1:]
    command = " ".join(hook.command or ())
    message = ": ".join([f"exited with status {code}: {command!r}", *last])
    return Failure(message, code not in _NOT_BEGUN or bool(engine.exec_inspect(exec_id).get("Pid")))


def hook_body(hook: Hook) -> Json:
    """Return the body of ``POST /containers/{id}/exec``."""
    environment = [
        name if value is None else f"{name}={value}" for name, value in hook.environment.items()
    ]
    return {
        "Cmd": list(hook.command or ()),
        "User": hook.user,
        "Privileged": hook.privileged,
        "WorkingDir": hook.working_dir,
        "Env": environment,
        "AttachStdout": True,
        "AttachStderr": True,
    }
