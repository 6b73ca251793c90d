"""When has a container come as far as a wait wants it? Pure: looks and events in, verdicts out.

A Watch is shown the container once, then its events. Where an event alone does not decide (a
container that ended may be about to be restarted by the engine) it asks for another look.

May import: engine.port, engine.moments, plan, value.
"""

from enum import Enum
from typing import Any

from composer.engine.moments import unix_time
from composer.engine.port import EngineEvent, Json
from composer.plan.ops import Condition
from composer.value import Value

SETTLE = 1.0
"""Seconds that a container without a health check must keep running to count as running."""
STEADY = 10.0
"""The same after the engine restarted it: so long a run ends the series for the engine, too."""
CRASHES = 3
"""So many ends while one waits are a crash loop."""
CRASHES_CHECKED = 6
"""The same for a container with a health check, which may well need its database up first."""

EVENTS = ("start", "die", "oom", "destroy", "health_status")
"""The actions that watches want to see."""


class Verdict(Enum):
    """What a watch has to say."""

    GOING = "going on"
    LOOK = "look again"
    MET = "met"
    FAILED = "failed"


class Seen(Value):
    """What an inspection showed of a container, as far as conditions go."""

    id: str
    name: str
    status: str
    exit_code: int = 0
    health: str = ""
    checked: bool = False
    restarts: int = 0
    uptime: float = 0.0

    @classmethod
    def of(cls, container: Json, now: float = 0.0) -> "Seen":
        """Read ``GET /containers/{id}/json``; *now* is in Unix seconds."""
        state: dict[str, Any] = container["State"]
        check = (container.get("Config") or {}).get("Healthcheck") or {}
        test = check.get("Test") or []
        return cls(
            id=container["Id"],
            name=container["Name"].lstrip("/"),
            status=state.get("Status", ""),
            exit_code=state.get("ExitCode", 0),
            health=(state.get("Health") or {}).get("Status", ""),
            checked=bool(test) and test[0] != "NONE",
            restarts=container.get("RestartCount", 0),
            uptime=max(0.0, now - unix_time(state.get("StartedAt") or "")),
        )


class History:
    """What happened to a container since the events are being read."""

    def __init__(self) -> None:
        self.began: float | None = None
        self.ends = 0
        self.exit_code = 0

    def feed(self, event: EngineEvent, now: float) -> None:
        """Take note."""
        if event.action == "start":
            self.began = now
        elif event.action == "die":
            self.ends += 1
            self.exit_code = event.exit_code or 0


class Watch:
    """One container on its way to a condition. *reason* tells why it failed.

    *deadline* is when ``tick`` wants to be called, in the seconds of the caller's clock.
    """

    def __init__(self, container: str, condition: Condition, history: History) -> None:
        self.container = container
        self.condition = condition
        self.history = history
        self.name = container
        self.seen: Seen | None = None
        self.reason = ""
        self.deadline: float | None = None
        self._restarts = -1
        self._settled = 0.0
        self._runs_from: float | None = None

    def runs(self, now: float) -> bool:
        """Tell whether nothing is missing but that it has kept running for long after a restart."""
        return self._runs_from is not None and now >= self._runs_from

    def look(self, seen: Seen, now: float) -> Verdict:
        """Judge by what an inspection showed."""
        self.container, self.name, self.seen = seen.id, seen.name, seen
        self.deadline = self._runs_from = None
        match self.condition:
            case "running":
                return Verdict.GOING if seen.status == "created" else Verdict.MET
            case "completed":
                return self._ended(seen) if seen.status in _OVER else Verdict.GOING
            case "healthy" if not seen.checked and seen.status not in _OVER:
                return self._fail("has no healthcheck configured")
            case _:
                return self._alive(seen, now)

    def feed(self, event: EngineEvent) -> Verdict:
        """Judge by an event."""
        match event.action.partition(":")[0]:
            case "destroy":
                return self._fail("was removed")
            case "start" if self.condition == "running":
                return Verdict.MET
            case "die" if self.condition == "completed" and self.history.exit_code == 0:
                return Verdict.MET  # though the engine may be about to restart it
            case "start" | "die":
                return Verdict.LOOK
            case "health_status" if self.condition in {"healthy", "running_or_healthy"}:
                return self._health(event.action.partition(":")[2].strip())
            case _:
                return Verdict.GOING

    def gone(self) -> Verdict:
        """Judge that the container does not exist."""
        return self._fail("was removed")

    def tick(self, now: float) -> Verdict:
        """Judge that time has passed."""
        if self.deadline is None or now < self.deadline:
            return Verdict.GOING
        self.deadline = None
        return Verdict.LOOK  # the event of an end may still be under way

    @property
    def outcome(self) -> str:
        """Return in a word what the container was found to be when the condition was met."""
        over = self.condition == "completed" or (self.seen and self.seen.status in _OVER)
        if over:
            return "Exited"
        return "Healthy"

    def _alive(self, seen: Seen, now: float) -> Verdict:
        if seen.status in _OVER:
            return self._ended(seen)
        if seen.status == "created":
            return Verdict.GOING
        looping = self.condition == "running_or_healthy"
        if looping and self.history.ends >= (CRASHES_CHECKED if seen.checked else CRASHES):
            return self._fail(f"keeps restarting, last exit code {self.history.exit_code}")
        if seen.checked:
            return self._health(seen.health)
        return self._settle(seen, now)

    def _settle(self, seen: Seen, now: float) -> Verdict:
        """Only a start that was seen just now, or a restart ever, raises a doubt."""
        if seen.status == "restarting":
            return Verdict.GOING
        began = self.history.began
        if began is None and not seen.restarts:
            return Verdict.MET
        if self._restarts != seen.restarts:
            self._restarts = seen.restarts
            if began is None:
                self._settled = now + max(SETTLE, STEADY - seen.uptime)
            else:
                self._settled = began + (STEADY if seen.restarts else SETTLE)
        if now >= self._settled:
            return Verdict.MET
        self.deadline = self._settled
        self._runs_from = (now - seen.uptime if began is None else began) + SETTLE
        return Verdict.GOING

    def _ended(self, seen: Seen) -> Verdict:
        if seen.exit_code == 0 and self.condition != "healthy":
            return Verdict.MET
        return self._fail(f"exited ({seen.exit_code})")

    def _health(self, health: str) -> Verdict:
        if health == "unhealthy":
            return self._fail("is unhealthy")
        return Verdict.MET if health == "healthy" else Verdict.GOING

    def _fail(self, reason: str) -> Verdict:
        self.reason = reason
        return Verdict.FAILED


_OVER = frozenset({"exited", "dead", "removing"})
