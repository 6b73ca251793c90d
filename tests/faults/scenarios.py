"""What the fault bench plays: each command, what it starts from, and what it must reach.

`SCENARIOS` has them by name; `trial.py` plays one with a fault at one of its calls.
"""

import contextlib
import json
import re
import select
import signal
import tarfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from typing import NamedTuple

from docker.errors import APIError

from composer.spec.shapes import EMPTY
from tests.e2e.registry import serving
from tests.e2e.stage import IMAGE, PROGRAM, Result, Stage
from tests.faults.proxy import Proxy

LIMIT_S = 180
"""Seconds after which a command counts as hanging, also on a busy machine."""
PAUSE_S = 0.3
ENDED, KILLED = 128 + signal.SIGTERM, 128 + signal.SIGKILL

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
LIGHT = re.sub(r" +healthcheck:.*\n", "", STACK).replace("service_healthy", "service_started")
"""The same without a condition to wait for."""
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
TRANSFORMER = f"""
services:
  web:
    build:
      dockerfile_inline: |
        FROM {IMAGE}
        ENTRYPOINT ["sed", "-n", "p; w /out/made", "/in/compose.yaml"]
"""
IDLE = f"""
services:
  web:
    image: {IMAGE}
    init: true
    command: sleep 600
    stop_grace_period: 0s
    network_mode: none
    develop:
      watch:
        - {{action: sync, path: ./src, target: /app}}
"""


REGISTERED = """
services:
  web:
    image: {image}"""


def run(stage: Stage, command: tuple[str, ...], env: Mapping[str, str]) -> Result:
    """Run a command to its end."""
    return stage.run(*command, env=env, timeout=LIMIT_S)


Player = Callable[[Stage, Proxy, tuple[str, ...], Mapping[str, str]], Result]


def _played(stage: Stage, _: Proxy, command: tuple[str, ...], env: Mapping[str, str]) -> Result:
    return run(stage, command, env)


class Scenario(NamedTuple):
    """A command and what it must reach.

    *prepare* makes what it needs, *reached* asserts what must be there after a success and gets
    its output; *again* is the command that repairs, where it is not the same one. *after* asserts
    what must hold after a failure. *play* runs it, and ends it where it ends by a signal only.
    *reset* makes it possible to play again on the same stage; without one, a new one is needed.
    *already* is how the engine refuses what is done, where the command tells it as Compose does.
    """

    command: tuple[str, ...]
    prepare: Callable[[Stage], None]
    reached: Callable[[Stage, Result], None]
    again: tuple[str, ...] = ()
    env: Mapping[str, str] = EMPTY
    after: Callable[[Stage], None] = lambda _: None
    play: Player = _played
    reset: Callable[[Stage], object] | None = None
    already: str = ""


# what is given


def _written(text: str) -> Callable[[Stage], None]:
    def write(stage: Stage) -> None:
        stage.write("compose.yaml", text)

    return write


def _running(stage: Stage, text: str = LIGHT) -> None:
    stage.write("compose.yaml", text)
    stage.up()
    mark = "echo kept > /data/mark; echo kept > /anonymous/mark"
    stage.inside("db", "sh", "-c", mark)


def _healthy(stage: Stage) -> None:
    _running(stage, STACK)


def _idle(stage: Stage) -> None:
    stage.write("compose.yaml", IDLE)
    stage.write("src/file", "before\n")
    stage.up()


def _then(*command: str) -> Callable[[Stage], None]:
    """Return what brings the stack up, and then runs *command*."""

    def prepare(stage: Stage) -> None:
        _running(stage)
        stage.run(*command).ok()

    return prepare


def _spoken(stage: Stage) -> None:
    stage.write("compose.yaml", TALKER)
    stage.up()


# what must be reached


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
            kept = _kept(stage)
            assert kept == "kept\nkept\n", f"a volume was lost: {kept}"

    return check


def _kept(stage: Stage) -> str:
    """Return what the volumes hold."""
    db = stage.container("db")["Id"]
    return stage.read(db, "/data/mark") + stage.read(db, "/anonymous/mark")


def _gone(*, volumes: bool) -> Callable[[Stage, Result], None]:
    """Return what asserts that nothing is left, or nothing but the volume."""

    def check(stage: Stage, _: Result) -> None:
        assert stage.names() == []
        assert stage.networks() == {}
        assert set(stage.volumes()) == (set() if volumes else {f"{stage.name}_data"})

    return check


def _removed(stage: Stage, _: Result) -> None:
    assert stage.names() == []
    assert set(stage.volumes()) == {f"{stage.name}_data"}


def _states(*wanted: str) -> Callable[[Stage, Result], None]:
    """Return what asserts the states of db and web."""

    def check(stage: Stage, _: Result) -> None:
        assert stage.states() == dict(zip(("db-1", "web-1"), wanted, strict=True))

    return check


def _said(text: str) -> Callable[[Stage, Result], None]:
    def check(_: Stage, result: Result) -> None:
        assert result.stdout == text, result

    return check


def _greeted(stage: Stage, result: Result) -> None:
    _said("hello\n")(stage, result)
    assert stage.names() == ["db-1"], "a one-off container is left"


def _began(stage: Stage, result: Result) -> None:
    states = stage.states()
    assert states.pop("db-1") == "running"
    begun = [name for name, state in states.items() if state != "created"]  # refused: stays, as is
    assert len(begun) == 1, f"not one: {states}"
    assert states[begun[0]] == "running", states
    assert result.stdout.strip(), result


def _told(_: Stage, result: Result) -> None:
    lines = [line.rpartition("| ")[2].strip() for line in result.stdout.splitlines()]
    numbers = [line for line in lines if line.isdigit()]
    assert numbers == TALK, f"{len(numbers)} lines, {len(set(numbers))} different"


def _built(stage: Stage, _: Result) -> None:
    assert stage.images() == [f"{stage.name}-web:latest"]


def _copied_in(stage: Stage, _: Result) -> None:
    assert stage.read(stage.container("web")["Id"], "/copied") == "before\n"


def _copied_out(stage: Stage, _: Result) -> None:
    assert (stage.folder / "hostname").read_text().strip(), "nothing was copied"
    begun = [one.name for one in stage.folder.iterdir()]
    assert sorted(begun) == ["compose.yaml", "hostname", "src"], begun


def _nothing(_: Stage, __: Result) -> None:
    """What had to come was waited for."""


def _shows(*words: str) -> Callable[[Stage, Result], None]:
    """Return what asserts that standard output has all *words*."""

    def check(_: Stage, result: Result) -> None:
        assert all(word in result.stdout for word in words), result

    return check


def _alone(stage: Stage) -> None:
    """A one-off container of the failed command must not be there any more."""
    left = [name for name in stage.names() if "-run-" in name]
    assert not left, f"left behind: {left}"


# what ends by a signal only


def _listening(act: Callable[[Stage], object], done: Callable[[Stage, bool], bool]) -> Player:
    """Return what does *act* beside the command until it is *done*, and then ends the command.

    *done* is told whether the command has printed something. That the signal ended it is its 0.
    """

    def play(stage: Stage, _: Proxy, command: tuple[str, ...], env: Mapping[str, str]) -> Result:
        process = stage.begin(*command, env=env)
        deadline, well = time.monotonic() + LIMIT_S, False
        while process.poll() is None and not well:
            assert time.monotonic() < deadline, "nothing was heard of what happened"
            act(stage)
            assert process.stdout
            printed = bool(select.select([process.stdout], [], [], PAUSE_S)[0])
            well = process.poll() is None and done(stage, printed)
        if well:
            process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=LIMIT_S)
        code = process.returncode
        ended = Result((*PROGRAM, *command), 0 if well and code == ENDED else code, stdout, stderr)
        stage.steps.append(str(ended))
        return ended

    return play


def _edit(stage: Stage) -> None:
    stage.write("src/file", "after\n")


def _unedited(stage: Stage) -> None:
    stage.write("src/file", "before\n")
    stage.inside("web", "rm", "-r", "/app")


def _not_copied(stage: Stage) -> None:
    (stage.folder / "hostname").unlink()


def _arrived(stage: Stage, _: bool) -> bool:  # noqa: FBT001 - as _listening calls it
    return stage.read(stage.container("web")["Id"], "/app/file") == "after\n"


def _poke(stage: Stage) -> None:
    stage.inside("web", "true")


def _printed(_: Stage, printed: bool) -> bool:  # noqa: FBT001 - as above
    return printed


def _kill(stage: Stage) -> None:
    with contextlib.suppress(APIError):  # it has ended
        stage.engine.kill(stage.container("web")["Id"])


def _awaited(
    stage: Stage, proxy: Proxy, command: tuple[str, ...], env: Mapping[str, str]
) -> Result:
    """Kill what is waited for; its exit code is the command's, which is this one's 0."""
    ended = _listening(_kill, lambda _, __: False)(stage, proxy, command, env)
    return ended._replace(code=0) if ended.code == KILLED else ended


def _by(*command: str) -> Callable[[Stage], object]:
    """Return what goes back by a command."""
    return lambda stage: stage.run(*command).ok()


def _registered(stage: Stage, text: str) -> str:
    """Give the stage a registry, and a file that names an image there; return the name."""
    registry = stage.opened.enter_context(serving(stage.folder.parent / "registry"))
    name = f"{registry.address}/{stage.name}:1"
    stage.engine.tag(IMAGE, name)
    stage.opened.callback(_forget, stage, name)
    stage.write("compose.yaml", text.format(image=name))
    return name


def _forget(stage: Stage, name: str) -> None:
    with contextlib.suppress(APIError):
        stage.engine.remove_image(name, force=True)


def _offered(stage: Stage) -> None:
    """Let the registry have the image, and the engine not."""
    name = _registered(stage, REGISTERED)
    stage.engine.push(name)
    _forget(stage, name)


def _image_of(stage: Stage) -> str:
    return (stage.folder / "compose.yaml").read_text().split()[-1]


def _pulled(stage: Stage, _: Result) -> None:
    assert stage.engine.images(_image_of(stage))


def _to_push(stage: Stage) -> None:
    _registered(stage, f"{REGISTERED}\n    build: .")


def _pushed(stage: Stage, _: Result) -> None:
    text = (stage.folder / "compose.yaml").read_text()
    address = re.findall(r"image: (\S+)/", text)[0]
    with urllib.request.urlopen(f"http://{address}/v2/{stage.name}/tags/list") as answer:
        assert json.load(answer)["tags"] == ["1"]


def _transformer(stage: Stage) -> None:
    stage.write("compose.yaml", TRANSFORMER)
    stage.run("build").ok()


def _converting(stage: Stage, _: Proxy, command: tuple[str, ...], env: Mapping[str, str]) -> Result:
    """Convert by the image of the project itself."""
    return run(stage, (*command, "-t", f"{stage.name}-web"), env)


def _converted(stage: Stage, result: Result) -> None:
    assert result.stdout == (stage.folder / "out" / "made").read_text()
    assert not stage.containers()


def _listed(stage: Stage, result: Result) -> None:
    assert stage.name in result.stdout, result


def _exported(stage: Stage, _: Result) -> None:
    with tarfile.open(stage.folder / "web.tar") as archive:
        assert "etc/hostname" in archive.getnames()


def _as_it_is(_: Stage) -> None:
    """The command has changed nothing."""


def _unbuilt(stage: Stage) -> None:
    stage.engine.remove_image(f"{stage.name}-web")


SCENARIOS = {
    "up": Scenario(("up", "-d"), _written(STACK), _stands(marked=False)),
    "up attached": Scenario(
        ("up",), _written(TALKER), _told, again=("up", "--force-recreate", "--no-log-prefix")
    ),
    "recreate": Scenario(("up", "-d"), _healthy, _stands("2"), env={"GENERATION": "2"}),
    "scale up": Scenario(
        ("scale", "web=3"), _running, _stands(webs=3), reset=_by("scale", "web=1")
    ),
    "scale down": Scenario(
        ("scale", "web=1"), _then("scale", "web=3"), _stands(), reset=_by("scale", "web=3")
    ),
    "down": Scenario(("down",), _running, _gone(volumes=False)),
    "down -v": Scenario(("down", "-v"), _running, _gone(volumes=True)),
    "run": Scenario(
        ("run", "--rm", "-T", "web", "echo", "hello"), _written(LIGHT), _greeted, after=_alone
    ),
    "run -d": Scenario(
        ("run", "-d", "web", "sleep", "600"), _written(LIGHT), _began
    ),
    "exec": Scenario(
        ("exec", "-T", "web", "echo", "hello"), _idle, _said("hello\n"), reset=_as_it_is
    ),
    "logs -f": Scenario(
        ("logs", "-f", "--no-log-prefix"), _spoken, _told, again=("logs", "--no-log-prefix")
    ),
    "build": Scenario(("build",), _written(BUILT), _built, reset=_unbuilt),
    "watch": Scenario(
        ("watch",), _idle, _nothing, play=_listening(_edit, _arrived), reset=_unedited
    ),
    "events": Scenario(
        ("events", "--json"), _idle, _shows('"service"'), play=_listening(_poke, _printed),
        reset=_as_it_is,
    ),
    "create": Scenario(("create",), _written(STACK), _states("created", "created")),
    "stop": Scenario(
        ("stop",), _running, _states("exited", "exited"), reset=_by("start")
    ),
    "start": Scenario(("start",), _then("stop"), _stands(), reset=_by("stop")),
    "restart": Scenario(("restart",), _running, _stands(), reset=_as_it_is),
    "kill": Scenario(("kill",), _running, _states("exited", "exited"), reset=_by("start")),
    "rm": Scenario(("rm", "-f"), _then("stop"), _removed),
    "pause": Scenario(
        ("pause",), _running, _states("paused", "paused"), reset=_by("unpause"),
        already="is already paused",
    ),
    "unpause": Scenario(
        ("unpause",), _then("pause"), _stands(), reset=_by("pause"), already="is not paused"
    ),
    "cp in": Scenario(("cp", "src/file", "web:/copied"), _idle, _copied_in, reset=_as_it_is),
    "cp out": Scenario(
        ("cp", "web:/etc/hostname", "."), _idle, _copied_out, reset=_not_copied
    ),
    "wait": Scenario(
        ("wait", "web"), _idle, _shows("status code 137"), play=_awaited, reset=_by("start")
    ),
    "plan": Scenario(("plan",), _idle, _shows("web"), reset=_as_it_is),
    "ps": Scenario(("ps",), _idle, _shows("web-1"), reset=_as_it_is),
    "top": Scenario(("top",), _idle, _shows("sleep"), reset=_as_it_is),
    "stats": Scenario(("stats", "--no-stream"), _idle, _shows("web-1"), reset=_as_it_is),
    "stats on": Scenario(
        ("stats",), _idle, _shows("web-1"), play=_listening(_as_it_is, _printed), reset=_as_it_is
    ),
    "images": Scenario(("images",), _idle, _shows("web-1"), reset=_as_it_is),
    "ls": Scenario(("ls",), _idle, _listed, reset=_as_it_is),
    "volumes": Scenario(("volumes",), _running, _listed, reset=_as_it_is),
    "export": Scenario(("export", "-o", "web.tar", "web"), _idle, _exported, reset=_as_it_is),
    "pull": Scenario(("pull",), _offered, _pulled, reset=lambda one: _forget(one, _image_of(one))),
    "push": Scenario(("push",), _to_push, _pushed),
    "convert": Scenario(
        ("bridge", "convert"), _transformer, _converted, after=_alone, play=_converting,
        reset=_as_it_is,
    ),
}  # fmt: skip
"""By name; those on which most depends come first."""
