"""Somebody else at the same engine: what they do just before a call of a command arrives there.

    Meddling(SCENARIOS["up"], stage, proxy).meddled("it removed", ("POST /containers/*/start", 2))

Whatever they do, and whenever: no defect shows; a failure names what it happened to; what is theirs
stays as it is; the same command again, then `up`, reach exactly the wanted state, so that nothing
is left to do; `down -v` leaves nothing. Only what they alone can put right (a name that they hold,
an image that they removed) they put right in between.
"""

import contextlib
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import yaml
from docker.errors import APIError

from tests.e2e.stage import IMAGE, MARK, PROJECT, SERVICE, Json, Result, Stage
from tests.faults.proxy import Fault, Proxy
from tests.faults.scenarios import ENDED, KILLED, LIMIT_S, Scenario
from tests.faults.trial import DEFECTS, Trial

PAUSED_S = 1.0
"""After which somebody lets go on what they paused."""
OWN = frozenset({"run", "exec"})
"""Commands that may end with the code of a container that somebody ended."""
ONE_OFF = "com.docker.compose.oneoff"
LEFT_OVER = "image"
"""What the image of a stage is called: its own, so that it can be removed."""


class Scene(NamedTuple):
    """Where a deed is done; *call* is the method and path of the call that is held meanwhile."""

    stage: Stage
    call: str

    def containers(self, service: str) -> list[str]:
        """Return the ids of a service's containers, the newest first, after those that run."""
        labels = [f"{PROJECT}={self.stage.name}", f"{SERVICE}={service}"]
        found = self.stage.engine.containers(all=True, filters={"label": labels})
        return [str(one["Id"]) for one in sorted(found, key=lambda one: one["State"] != "running")]

    def named(self, kind: str) -> str:
        """Return the *kind* of thing (``containers``) that the call names, or nothing."""
        parts = self.call.partition("?")[0].split("/")
        names = parts[parts.index(kind) + 1 :] if kind in parts else []
        return names[0] if names and names[0] not in {"json", "create", "prune"} else ""


class Impossible(Exception):
    """There is nothing that the deed could be done to."""


Deed = Callable[[Scene], object]


def _to(service: str, what: Callable[[Stage, str], object]) -> Deed:
    """Return what does it to the container of a service that runs, or to the newest one."""

    def do(scene: Scene) -> None:
        for one in scene.containers(service)[:1]:
            what(scene.stage, one)
            return
        raise Impossible

    return do


def _to_it(what: Callable[[Stage, str], object]) -> Deed:
    """Return what does it to the container that the call is about."""

    def do(scene: Scene) -> None:
        if not (one := scene.named("containers")):
            raise Impossible
        what(scene.stage, one)

    return do


def _kill(stage: Stage, one: str) -> None:
    stage.engine.kill(one)


def _stop(stage: Stage, one: str) -> None:
    stage.engine.stop(one, timeout=0)


def _remove(stage: Stage, one: str) -> None:
    stage.note_volumes()
    stage.engine.remove_container(one, force=True)


def _rename(stage: Stage, one: str) -> None:
    stage.engine.rename(one, f"{stage.name}-other-{one[:4]}")


def _pause(stage: Stage, one: str) -> None:
    stage.engine.pause(one)
    later = threading.Timer(PAUSED_S, partial(_unpause, stage, one))
    later.start()
    stage.opened.callback(later.join)


def _unpause(stage: Stage, one: str) -> None:
    with contextlib.suppress(APIError):  # somebody was faster
        stage.engine.unpause(one)


def _start(stage: Stage, one: str) -> None:
    stage.engine.start(one)


def _network_removed(scene: Scene) -> None:
    engine, name = scene.stage.engine, f"{scene.stage.name}_default"
    for one in [*scene.containers("db"), *scene.containers("web")]:
        with contextlib.suppress(APIError):  # it is not on it
            engine.disconnect_container_from_network(one, name, force=True)
    engine.remove_network(name)


def _network_made(scene: Scene) -> None:
    engine, name = scene.stage.engine, f"{scene.stage.name}_default"
    if engine.networks(names=[name]):
        raise Impossible  # older engines would make a second one
    engine.create_network(name, labels={MARK: scene.stage.name})


def _disconnected(scene: Scene) -> None:
    name = f"{scene.stage.name}_default"
    _to("web", lambda stage, one: stage.engine.disconnect_container_from_network(one, name))(scene)


def _guest(scene: Scene) -> None:
    stage = scene.stage
    stage.engine.inspect_network(f"{stage.name}_default")
    name = f"{stage.name}-guest"
    try:
        stage.foreign(name, network_mode=f"{stage.name}_default")
    except APIError:  # the network has just gone
        stage.engine.remove_container(name, force=True)
        raise


def _name_taken(scene: Scene) -> None:
    stage = scene.stage
    taken = set(stage.names())
    for name in ("web-1", "db-1", "web-2", "web-3"):
        if name not in taken:
            # not this one: another call of the command has just made it
            with contextlib.suppress(APIError):
                stage.foreign(f"{stage.name}-{name}", network_mode="none")
                return
    raise Impossible


def _volume_removed(scene: Scene) -> None:
    scene.stage.engine.remove_volume(scene.named("volumes") or f"{scene.stage.name}_data")


def _volume_made(scene: Scene) -> None:
    engine, name = scene.stage.engine, f"{scene.stage.name}_data"
    with contextlib.suppress(APIError):
        engine.inspect_volume(name)
        raise Impossible
    engine.create_volume(name, labels={MARK: scene.stage.name})


def _image_removed(scene: Scene) -> None:
    scene.stage.engine.remove_image(f"{scene.stage.name}-{LEFT_OVER}", force=True)


def _another(*command: str, env: Mapping[str, str] | None = None) -> Deed:
    """Return what runs the same program as somebody at another machine would: without our lock."""

    def do(scene: Scene) -> None:
        stage = scene.stage
        elsewhere = stage.folder.parent / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        stage.run(*command, env={"TMPDIR": str(elsewhere), **(env or {})}, timeout=LIMIT_S)

    return do


DEEDS: dict[str, Deed] = {
    "it killed": _to_it(_kill),
    "it removed": _to_it(_remove),
    "it renamed": _to_it(_rename),
    "it paused": _to_it(_pause),
    "it started": _to_it(_start),
    "db killed": _to("db", _kill),
    "db removed": _to("db", _remove),
    "db renamed": _to("db", _rename),
    "db paused": _to("db", _pause),
    "db started": _to("db", _start),
    "web stopped": _to("web", _stop),
    "web removed": _to("web", _remove),
    "web renamed": _to("web", _rename),
    "network removed": _network_removed,
    "network made": _network_made,
    "off the network": _disconnected,
    "guest": _guest,
    "volume removed": _volume_removed,
    "volume made": _volume_made,
    "image removed": _image_removed,
    "name taken": _name_taken,
    "another up": _another("up", "-d"),
    "another recreation": _another("up", "-d", "--force-recreate"),
    "another down": _another("down"),
}
"""By name; "it" is the container that the call is about."""
MEDDLED = (
    "up", "up attached", "recreate", "scale up", "scale down", "down", "down -v", "run", "run -d",
    "create", "stop", "start", "restart", "kill", "rm", "exec", "logs -f",
)  # fmt: skip
"""Scenarios that this is played with: those that work with containers and end by themselves."""


class Meddling(Trial):
    """A scenario on a stage of its own whose image bears its name."""

    def __init__(self, scenario: Scenario, stage: Stage, proxy: Proxy) -> None:
        stage.engine.tag(IMAGE, f"{stage.name}-{LEFT_OVER}")
        written = stage.write
        stage.write = lambda name, text: written(  # type: ignore[method-assign]
            name, text.replace(IMAGE, f"{stage.name}-{LEFT_OVER}")
        )
        super().__init__(scenario, stage, proxy)
        self._marked = bool(stage.volumes()) and "-v" not in scenario.command

    def meddled(self, deed: str, call: tuple[str, int]) -> str:
        """Let somebody do *deed* at *call*; return how it went, as ``under``.

        Where there is nothing that it could be done to, that is ``impossible``.
        """
        stage, scenario, done = self._stage, self._scenario, threading.Event()

        def act() -> None:
            # nothing to do it to, or no longer
            with contextlib.suppress(Impossible, APIError):
                DEEDS[deed](Scene(stage, self._proxy.target))
                done.set()

        self._marked &= not deed.startswith("volume")
        self._proxy.harm(Fault("", *call, act=act))
        result = self.run(scenario.command)
        struck = self._proxy.struck.is_set()
        self._proxy.harm(None)
        stage.opened.close()
        check_told(result, stage)
        self._put_right()
        again = self.run(scenario.command)
        assert again.code == 0 or scenario.command[0] in _ONCE, f"{result}\n{again}"
        check_told(again, stage)
        self._repaired(result)
        if not done.is_set():
            return "impossible" if struck else "not reached"
        return "repaired" if result.code else "unnoticed"

    def _put_right(self) -> None:
        """Let somebody take back what only they can, which is as they made it."""
        stage = self._stage
        for one in stage.engine.containers(all=True, filters={"label": f"{MARK}={stage.name}"}):
            assert one["State"] == "running", "a container of somebody else was touched"
            stage.engine.remove_container(one["Id"], force=True)
        for one in stage.engine.networks(filters={"label": f"{MARK}={stage.name}"}):
            stage.engine.remove_network(one["Id"])
        stage.engine.tag(IMAGE, f"{stage.name}-{LEFT_OVER}")

    def _repaired(self, result: Result) -> None:
        """Fail unless `up` makes everything whole, and `down -v` ends it."""
        stage = self._stage
        self.run(("unpause",))
        up = self.run(("up", "-d", "--remove-orphans"))
        assert up.code == 0, f"not repaired after:\n{result}\nby:\n{up}"
        check_whole(stage, one_off=self._scenario.command[:2] == ("run", "-d"))
        if self._marked:
            kept = stage.read(stage.container("db")["Id"], "/data/mark")
            assert kept == "kept\n", f"lost:\n{result}"
        planned = self.run(("plan", "--detailed-exitcode"))
        spoken = "exited" in stage.states().values()  # the talker ends by itself, soon after `up`
        assert planned.code == 0 or spoken, f"still to do after:\n{result}\n{up}\n{planned}"
        self.run(("down", "-v", "--remove-orphans")).ok()
        left = (stage.names(), [*stage.networks()], [*stage.volumes()])
        assert left == ([], [], []), f"{left} after:\n{result}"


_ONCE = frozenset({"exec", "kill", "start"})
"""Commands that rightly fail where somebody ended what they are about."""


def check_told(result: Result, stage: Stage) -> None:
    """Fail where a defect shows, or a failure does not say what it happened to."""
    said = result.stdout + result.stderr
    shown = [one for one in DEFECTS if one in said.lower()]
    assert not shown, f"shows {shown}:\n{result}"
    own = {ENDED, KILLED} if OWN & set(result.command) else set()
    assert result.code in {0, 1} | own, result
    if result.code == 1:
        names = (stage.name, *_services(stage))
        assert any(one in result.stderr for one in names), f"names no resource:\n{result}"


def _services(stage: Stage) -> dict[str, Json]:
    file: Any = yaml.safe_load((stage.folder / "compose.yaml").read_text())
    return dict(file["services"])


def check_whole(stage: Stage, *, one_off: bool = False) -> None:
    """Fail unless there is one container a service, each on its networks, and nothing else.

    With *one_off*, the containers of a `run` that has not ended may be there beside them.
    """
    services = _services(stage)
    found = [one for one in stage.containers() if not (one_off and _is_one_off(one))]
    labels = sorted(one["Config"]["Labels"][SERVICE] for one in found)
    assert labels == sorted(services), stage.names()
    networks = set()
    for one in found:
        service = services[one["Config"]["Labels"][SERVICE]]
        if "sleep" in str(service.get("command")) and "seq" not in str(service["command"]):
            assert one["State"]["Status"] == "running", stage.states()
        if "network_mode" not in service:
            wanted = {f"{stage.name}_{name}" for name in service.get("networks", ["default"])}
            assert set(one["NetworkSettings"]["Networks"]) == wanted, one["Name"]
            networks |= wanted
    assert set(stage.networks()) == networks


def _is_one_off(one: Json) -> bool:
    return bool(one["Config"]["Labels"][ONE_OFF] == "True")
