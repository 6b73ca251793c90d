"""How a command in a container ended, asked once its output has ended.

May import: engine.port.
"""

import time

from composer.engine.port import Engine, Waiting

_PATIENCE, _PAUSE = 5.0, 0.02


def exec_code(engine: Engine, exec_id: str) -> int:
    """Return the exit code of a command that was run in a container.

    Its output may end a moment before the engine knows that it did, and no event is sent for
    that on older engines: look again a few times. One that goes on without output counts as 0.
    """
    deadline = time.monotonic() + _PATIENCE
    found = engine.exec_inspect(exec_id)
    while found.get("Running") and time.monotonic() < deadline:
        time.sleep(_PAUSE)
        found = engine.exec_inspect(exec_id)
    return int(found.get("ExitCode") or 0)


def exit_code(ending: Waiting) -> int:
    """Return the exit code of a container."""
    try:
        return ending.result()
    finally:
        ending.close()
