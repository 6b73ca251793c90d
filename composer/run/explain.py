"""Why a container ended or is unhealthy, in the words that help: exit code, health output, log.

Asks the engine; what it cannot learn it leaves out, because it runs when something went wrong
already.

May import: engine, errors, source.
"""

import signal
from typing import Any

from composer.engine.frames import Demux, join
from composer.engine.port import Engine, Json
from composer.errors import EngineError
from composer.source import printable

TAIL = 10
"""Lines of the log, and of the health check's output, that are shown."""
_BLOCK = 1 << 16
_MOST = 1 << 20
_SIGNALLED = 128
_CODES = {
    125: "the engine could not run it",
    126: "the command cannot be executed",
    127: "the command was not found",
}


def explain(engine: Engine, container: str) -> list[str]:
    """Return lines about *container*, without an indent."""
    try:
        found = engine.inspect_container(container)
    except EngineError:
        return []
    state = found["State"]
    lines = []
    if not state.get("Running"):
        lines += _end(state, found)
    lines += _health(state.get("Health") or {})
    if log := _last_lines(engine, found):
        lines += [f"last log lines of {found['Name'].lstrip('/')}:", *(f"  {one}" for one in log)]
    return lines


def exit_reason(code: int, *, out_of_memory: bool = False) -> str:
    """Return what an exit code means, empty where only the program knows."""
    if out_of_memory:
        return "killed by the kernel: out of memory"
    if code in _CODES:
        return _CODES[code]
    if code <= _SIGNALLED:
        return ""
    try:
        name = signal.Signals(code - _SIGNALLED).name
    except ValueError:
        return ""
    return f"ended by signal {name}"


def _end(state: dict[str, Any], found: Json) -> list[str]:
    code, killed = state.get("ExitCode", 0), bool(state.get("OOMKilled"))
    reason = exit_reason(code, out_of_memory=killed)
    limit = (found.get("HostConfig") or {}).get("Memory") or 0
    if killed and limit:
        reason += f" (limit {limit / (1 << 20):g} MiB)"
    lines = [f"exit code {code}: {reason}"] if reason else []
    if state.get("Error"):
        lines.append(printable(str(state["Error"])))
    return lines


def _health(health: dict[str, Any]) -> list[str]:
    log = health.get("Log") or []
    if not log or health.get("Status") == "healthy":
        return []
    last = log[-1]
    output = printable(str(last.get("Output", ""))).strip().splitlines()[-TAIL:]
    head = f"the last health check ended with {last.get('ExitCode')}"
    return [f"{head}:" if output else head, *(f"  {line}" for line in output)]


def _last_lines(engine: Engine, found: Json) -> list[str]:
    tty = bool((found.get("Config") or {}).get("Tty"))
    try:
        stream = engine.container_logs(found["Id"], tail=str(TAIL))
        try:
            data = b""
            while (block := stream.read(_BLOCK)) and len(data) < _MOST:
                data += block
        finally:
            stream.close()
        text = data if tty else join(Demux().feed(data))
    except EngineError:
        return []
    lines = text.decode(errors="replace").splitlines()[-TAIL:]
    return [printable(line.rstrip()) for line in lines]
