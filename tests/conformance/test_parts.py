"""What `config` prints instead of the model is what Docker Compose prints, in some order."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.oracle import version

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not version(), reason="docker compose is not installed"),
]

FILE = """
name: ${NAME:-parts}
services:
  b: {image: "b:${TAG:-1}", profiles: [p1, p2]}
  a: {build: ., volumes: ["v1:/x"], networks: [n2, n1], environment: ["A=${REQ:?need}", "B=$ALT"]}
  c: {image: c, models: [m], volumes: ["v3:/y"]}
volumes: {v1: , v2: , v3: {name: "n-${TAG}"}}
networks: {n1: , n2: {name: real}, n3: }
models: {m: {model: ai/x}, unused: {model: y}}
"""
ASKED = (
    "--services", "--volumes", "--networks", "--models", "--images", "--profiles", "--hash *",
    "--services --volumes", "--images --hash a", "--images --profiles", "--format= --services",
    "--no-interpolate --services", "--no-interpolate --volumes", "--no-interpolate --images",
    "--no-interpolate --hash *", "--no-interpolate --profiles", "--variables",
    "--quiet --services", "--quiet --hash *", "--quiet --environment", "--quiet",
)  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_parts_are_those_of_docker_compose(tmp_path: Path, asked: str) -> None:
    (tmp_path / "compose.yaml").write_text(FILE)
    (tmp_path / ".env").write_text("REQ=1\n")
    ours, theirs = (
        subprocess.run(
            [*program, "config", *asked.split()],
            cwd=tmp_path, capture_output=True, text=True, check=True,
        ).stdout
        for program in ([sys.executable, "-m", "composer"], ["docker", "compose"])
    )  # fmt: skip
    if asked == "--variables":  # with several defaults Docker Compose shows any of them
        ours, theirs = (
            "\n".join(line.split()[0] for line in text.splitlines()) for text in (ours, theirs)
        )
    assert sorted(ours.splitlines()) == sorted(theirs.splitlines())
