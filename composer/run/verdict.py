"""How a command in a container ended, asked once its output has ended; and whether one runs.

May import: engine.port, errors.
"""

import time

from composer.engine.port import Engine, Json, Waiting
from composer.errors import EngineAway, EngineError, EngineNotFound

_PATIENCE, _PAUSE = 5.0, 0.02


def exec_code(engine: Engine, exec_id: str) -> int:
    """Return the exit code of a command that was run in a container.

    Its output may end a moment before the engine knows that it did, and no event is sent for
    that on older engines: look again a few times. One that goes on without output counts as 0.
    """
    deadline = time.monotonic() + _PATIENCE
    found = _inspected(engine, exec_id)
    while found.get("Running") and time.monotonic() < deadline:
        time.sleep(_PAUSE)
        found = _inspected(engine, exec_id)
    return int(found.get("ExitCode") or 0)


def _inspected(engine: Engine, exec_id: str) -> Json:
    try:
        return engine.exec_inspect(exec_id)
    except EngineNotFound:
        message = "the engine broke off the command, and has forgotten it: its exit code is unknown"
        raise EngineError(message, hint="it was restarted, or the container was removed") from None


def exit_code(engine: Engine, container: str, ending: Waiting) -> int:
    """Return the exit code of *container*; asks once more where the connection was lost."""
    try:
        return ending.result()
    except EngineAway:
        return exit_code_later(engine, container)
    finally:
        ending.close()


def exit_code_later(engine: Engine, container: str, condition: str = "not-running") -> int:
    """Return the exit code of *container*, where the connection was lost that it was to come by."""
    try:
        again = engine.wait_container(container, condition)
    except EngineNotFound:
        message = f"container {container[:12]} ended; its exit code was lost with the connection"
        raise EngineError(message) from None
    try:
        return again.result()
    finally:
        again.close()


def still_runs(engine: Engine, container: str) -> bool:
    """Tell whether *container* runs: engines refuse (409) what only one that runs can do.

    So do they for other reasons, and proxies for theirs; then this says that it does run.
    """
    try:
        state = engine.inspect_container(container)["State"]
    except EngineNotFound:
        return False
    return bool(state.get("Running")) and not state.get("Paused")
