"""Plays a scenario with one program on the engine that the environment names.

The project's name and folder are made from the scenario, so both programs see the same ones and
what they print has the same width. All of it is removed, before and afterwards. A scenario that
speaks of ``@registry`` or ``$REGISTRY`` gets one of its own, with TLS.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from docker.errors import APIError

from tests.e2e.registry import serving
from tests.e2e.stage import IDLE, IMAGE, Stage, connect
from tests.parity import normal, world
from tests.parity.scenario import Scenario, Step

PRELUDE = Path(__file__).with_name("prelude.sh")
_TIMEOUT_S = 90


class Outcome(NamedTuple):
    """What a step came to, in words that do not differ from run to run."""

    code: int | None
    stdout: str
    stderr: str
    state: tuple[str, ...]


def play(scenario: Scenario, program: Sequence[str]) -> list[Outcome]:
    """Play all steps; return an outcome for each (code None: it did not end in time)."""
    with _staged(scenario, program) as stage:
        return [_step(stage, step) for step in scenario.steps]


@contextmanager
def _staged(scenario: Scenario, program: Sequence[str]) -> Iterator[Stage]:
    digest = hashlib.sha256(f"{Path(__file__)} {scenario.title}".encode()).hexdigest()[:8]
    name = f"parity-{digest}"
    home = Path(tempfile.gettempdir()) / name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    engine = connect()
    stage = Stage(home, engine, name)
    image = f"{name}-image:latest"
    stage.env |= {
        "COMPOSE": " ".join(program), "PROJECT": name, "IMAGE": image, "SAID": str(home / "said"),
    }  # fmt: skip
    try:
        stage.clear()
        engine.tag(IMAGE, f"{name}-image", "latest")
        if _needs_a_registry(scenario):
            _open_registry(stage, home / "registry")
        for path, content in scenario.files.items():
            _write(stage, path, content)
        yield stage
    finally:
        _forget_registry(stage)
        stage.clear()
        engine.close()
        shutil.rmtree(home, ignore_errors=True)


def _needs_a_registry(scenario: Scenario) -> bool:
    texts = [*scenario.files.values(), *(step.command for step in scenario.steps)]
    return any("@registry" in text or "$REGISTRY" in text for text in texts)


def _open_registry(stage: Stage, folder: Path) -> None:
    """Run one until the stage is cleared; programs trust its authority."""
    registry = stage.opened.enter_context(serving(folder, tls=True))
    stage.env |= {"REGISTRY": registry.address, "SSL_CERT_FILE": str(registry.authority)}


def _forget_registry(stage: Stage) -> None:
    """Remove the images that are named for it."""
    reference = f"{stage.env.get('REGISTRY', 'none')}/*"
    for one in stage.engine.images(filters={"reference": reference}):
        for tag in one["RepoTags"] or ():
            with suppress(APIError):
                stage.engine.remove_image(tag, force=True)


def _write(stage: Stage, path: str, content: str) -> None:
    idle = IDLE.replace(IMAGE, stage.env["IMAGE"]) if "*idle" in content else ""
    for word in ("image", "project", "registry"):
        content = content.replace(f"@{word}", stage.env.get(word.upper(), ""))
    written = stage.folder / path
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(idle + content)
    if content.startswith("#!"):
        written.chmod(0o755)


def _step(stage: Stage, step: Step) -> Outcome:
    code, *streams = _run(f"{PRELUDE.read_text()}\n{step.command}", stage)
    said, complained = (_normal(stage, one.decode(errors="replace")) for one in streams)
    return Outcome(code, said, complained, _state(stage) if step.compared else ())


def _run(script: str, stage: Stage) -> tuple[int | None, bytes, bytes]:
    """Run *script*, and end what it leaves running, also where it does not end itself in time."""
    with subprocess.Popen(
        ["bash", "-c", script], cwd=stage.folder, env=stage.env, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    ) as bash:  # fmt: skip
        try:
            streams = bash.communicate(timeout=_TIMEOUT_S)
            code = bash.returncode
        except subprocess.TimeoutExpired:
            code = None
        _end_session(bash.pid)
        return code, *(streams if code is not None else bash.communicate())


def _end_session(leader: int) -> None:
    """Kill what is left of a session, whose groups are several: ``timeout`` makes its own."""
    for number in filter(str.isdigit, os.listdir("/proc")):
        with suppress(ProcessLookupError):
            if os.getsid(int(number)) == leader:
                os.kill(int(number), signal.SIGKILL)


def _normal(stage: Stage, text: str) -> str:
    places = {str(stage.folder): "<folder>", str(stage.folder.parent): "<home>"}
    if "REGISTRY" in stage.env:
        places[stage.env["REGISTRY"]] = "<registry>"
    return normal.text(text, places)


def _state(stage: Stage) -> tuple[str, ...]:
    try:
        return tuple(_normal(stage, line) for line in world.state(stage))
    except APIError as changed:  # what was listed is gone meanwhile
        return (f"changing: {changed}",)
