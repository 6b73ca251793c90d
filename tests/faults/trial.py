"""One trial of the fault bench: a command, a fault at one of its calls, and what must hold after.

    trial = SCENARIOS["up"]
    calls = trial.calls(stage, proxy)                       # of an undisturbed run
    trial.under(stage, proxy, Fault("answer lost", *call))  # raises, or says how it went

Whatever the fault: no traceback; exit code 0 only where all is as wanted; else a message that names
the cause; the same command again (or `up`) reaches exactly the wanted state; nothing is left over,
no volume and none of its content is lost.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from composer.spec.shapes import EMPTY
from tests.e2e.stage import IMAGE, Result, Stage
from tests.faults.proxy import WORDS, Fault, Proxy, occurrences

DEFECTS = ("traceback", "internal error", "exception ignored", "threadexception")
CAUSES = (
    WORDS, "broke off", "did not answer", "not whole json", "no engine answers", "is not http",
    "left its answer",
)  # fmt: skip
"""What a message must say one of: in lower case."""
HURRY = {"COMPOSE_HTTP_TIMEOUT": "5"}
"""Seconds after which silence counts as such."""

STACK = f"""
services:
  db:
    image: {IMAGE}
    init: true
    command: sleep 600
    stop_grace_period: 0s
    environment: {{GENERATION: "${{GENERATION:-1}}"}}
    volumes: [data:/data, /anonymous]
    healthcheck: {{test: "true", interval: 200ms, retries: 100}}
  web:
    image: {IMAGE}
    init: true
    command: sleep 600
    stop_grace_period: 0s
    environment: {{GENERATION: "${{GENERATION:-1}}"}}
    networks: [default, back]
    configs: [greeting]
    depends_on: {{db: {{condition: service_healthy}}}}
configs: {{greeting: {{content: hello}}}}
networks: {{back: {{}}}}
volumes: {{data: {{}}}}
"""
TALKER = f"""
services:
  talker:
    image: {IMAGE}
    command: ["sh", "-c", "seq 1 300; sleep 0.3; seq 301 600"]
"""
TALK = [str(number) for number in range(1, 601)]
BUILT = f"""
services:
  web:
    build:
      dockerfile_inline: |
        FROM {IMAGE}
        RUN echo built
"""


class Scenario(NamedTuple):
    """A command and what it must reach.

    *prepare* makes what it needs, *reached* asserts what must be there after a success and gets
    its output; *again* is the command that repairs. *resumes* says that a connection that ends
    once must not be noticed at all.
    """

    command: tuple[str, ...]
    prepare: Callable[[Stage], None]
    reached: Callable[[Stage, Result], None]
    again: tuple[str, ...] = ("up", "-d")
    env: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple's default, never changed
    after: Callable[[Stage], None] = lambda _: None

    def calls(self, stage: Stage, proxy: Proxy) -> list[tuple[str, int]]:
        """Return the calls of an undisturbed run."""
        self.prepare(stage)
        proxy.harm(None)
        result = self._run(stage, proxy, self.command)
        assert result.code == 0, result
        self.reached(stage, result)
        return list(occurrences(proxy.calls))

    def under(self, stage: Stage, proxy: Proxy, fault: Fault) -> str:
        """Play with *fault*; return ``unnoticed``, ``repaired`` or ``not reached``."""
        self.prepare(stage)
        proxy.harm(fault)
        result = self._run(stage, proxy, self.command, HURRY if fault.kind == "silence" else {})
        struck = proxy.struck.is_set()
        proxy.harm(None)
        check_words(result)
        if result.code == 0:
            self.reached(stage, result)
        else:
            self.after(stage)
            again = self._run(stage, proxy, self.again)
            assert again.code == 0, f"not repaired after:\n{result}\nby:\n{again}"
            self.reached(stage, again)
        if not struck:
            return "not reached"
        return "repaired" if result.code else "unnoticed"

    def _run(
        self,
        stage: Stage,
        proxy: Proxy,
        words: tuple[str, ...],
        more: Mapping[str, str] = EMPTY,
    ) -> Result:
        return stage.run(*words, env={"DOCKER_HOST": proxy.address, **self.env, **more})


def check_words(result: Result) -> None:
    """Fail where a defect shows, or a failure does not say what it comes from."""
    said = (result.stdout + result.stderr).lower()
    shown = [one for one in DEFECTS if one in said]
    assert not shown, f"shows {shown}:\n{result}"
    assert result.code in {0, 1}, result
    if result.code:
        assert any(one in result.stderr.lower() for one in CAUSES), f"names no cause:\n{result}"


def _stack(stage: Stage) -> None:
    stage.write("compose.yaml", STACK)


def _running(stage: Stage) -> None:
    _stack(stage)
    stage.up()
    mark = "echo kept > /data/mark; echo kept > /anonymous/mark"
    stage.inside("db", "sh", "-c", mark)


def _written(text: str) -> Callable[[Stage], None]:
    def write(stage: Stage) -> None:
        stage.write("compose.yaml", text)

    return write


def _spoken(stage: Stage) -> None:
    stage.write("compose.yaml", TALKER)
    stage.up()


def _stands(generation: str = "1", webs: int = 1, *, marked: bool = True) -> Callable[..., None]:
    """Return what asserts that the stack is up, whole, and nothing else is there."""

    def check(stage: Stage, _: Result) -> None:
        found = stage.containers()
        names = [one["Name"].removeprefix(f"/{stage.name}-") for one in found]
        replicas = [one for one in names if re.fullmatch(r"web-\d+", one)]
        assert names == ["db-1", "web-1", *replicas[1:]], names
        assert len(replicas) == webs, names  # after a gap, a new one has the next highest number
        assert {one["State"]["Status"] for one in found} == {"running"}, stage.states()
        for one in found:
            assert f"GENERATION={generation}" in one["Config"]["Env"]
            networks = {"default", "back"} if "web" in one["Name"] else {"default"}
            wanted = {f"{stage.name}_{network}" for network in networks}
            assert set(one["NetworkSettings"]["Networks"]) == wanted
        assert set(stage.networks()) == {f"{stage.name}_default", f"{stage.name}_back"}
        assert set(stage.volumes()) == {f"{stage.name}_data"}
        if marked:
            kept = stage.inside("db", "cat", "/data/mark", "/anonymous/mark")
            assert kept == "kept\nkept\n", f"a volume was lost: {kept}"

    return check


def _gone(stage: Stage, _: Result) -> None:
    assert stage.names() == []
    assert stage.networks() == {}
    assert set(stage.volumes()) == {f"{stage.name}_data"}


def _greeted(stage: Stage, result: Result) -> None:
    assert result.stdout == "hello\n", result
    assert stage.names() == ["db-1"], "a one-off container is left"


def _told(_: Stage, result: Result) -> None:
    lines = [line.rpartition("| ")[2].strip() for line in result.stdout.splitlines()]
    numbers = [line for line in lines if line.isdigit()]
    assert numbers == TALK, f"{len(numbers)} lines, {len(set(numbers))} different"


def _built(stage: Stage, _: Result) -> None:
    assert stage.images() == [f"{stage.name}-web:latest"]


def _listed(_: Stage, result: Result) -> None:
    assert result.stdout.split() == ["db", "web"], result


def _stopped(stage: Stage, _: Result) -> None:
    assert set(stage.states().values()) == {"exited"}


def _alone(stage: Stage) -> None:
    """A one-off container of the failed command must not be there any more."""
    left = [name for name in stage.names() if "-run-" in name]
    assert not left, f"left behind: {left}"


SCENARIOS = {
    "up": Scenario(("up", "-d"), _stack, _stands(marked=False)),
    "recreate": Scenario(
        ("up", "-d"), _running, _stands("2"), env={"GENERATION": "2"}
    ),
    "scale": Scenario(
        ("scale", "web=3"), _running, _stands(webs=3), again=("scale", "web=3")
    ),
    "down": Scenario(("down",), _running, _gone, again=("down",)),
    "stop": Scenario(("stop",), _running, _stopped, again=("stop",)),
    "restart": Scenario(("restart",), _running, _stands()),
    "run": Scenario(
        ("run", "--rm", "-T", "web", "echo", "hello"), _stack, _greeted,
        again=("run", "--rm", "-T", "web", "echo", "hello"), after=_alone,
    ),
    "logs -f": Scenario(
        ("logs", "-f", "--no-log-prefix"), _spoken, _told, again=("logs", "--no-log-prefix")
    ),
    "up attached": Scenario(
        ("up",), _written(TALKER), _told, again=("logs", "--no-log-prefix")
    ),
    "exec": Scenario(
        ("exec", "-T", "db", "echo", "hello"), _running,
        lambda _, result: _equal(result.stdout, "hello\n"),
        again=("exec", "-T", "db", "echo", "hello"),
    ),
    "ps": Scenario(("ps", "--services"), _running, _listed, again=("ps", "--services")),
    "build": Scenario(("build",), _written(BUILT), _built, again=("build",)),
}  # fmt: skip
MAIN = ("up", "recreate", "scale", "down", "run", "logs -f", "build")


def _equal(found: str, wanted: str) -> None:
    assert found == wanted


def slug(text: str) -> str:
    """Return *text* as a part of a test's name."""
    return re.sub(r"[^a-zA-Z0-9]+", "-", text).strip("-")
