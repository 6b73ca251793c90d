"""The hooks of a service: commands that run inside its container after start and before stop.

Compose Specification: services "post_start", "pre_stop".
May import: run.events, engine.port, errors, spec.
"""

from collections.abc import Sequence

from composer.engine.port import Engine, Json
from composer.errors import ExecutionError
from composer.run.events import Listener, Output
from composer.spec.develop import Hook


def run_hooks(
    engine: Engine, container: str, hooks: Sequence[Hook], service: str, key: str, emit: Listener
) -> None:
    """Run *hooks* of *service* one after the other; raise ExecutionError where one fails."""
    for hook in hooks:
        exec_id = engine.exec_create(container, hook_body(hook))
        code, printed = engine.exec_run(exec_id)
        text = printed.decode(errors="replace")
        if text:
            emit(Output(key, text))
        if code:
            last = text.strip().splitlines()[-1:]
            command = " ".join(hook.command or ())
            message = f"{service} hook exited with status {code}: {command!r}"
            raise ExecutionError(": ".join([message, *last]))


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
