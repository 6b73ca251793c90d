"""Keys that are given to a build by an agent of its own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from composer.build.agent import agents
from composer.errors import ComposerError

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("ssh-agent", "ssh-add", "ssh-keygen"))),
    reason="the programs of OpenSSH are missing",
)


def key(path: Path, passphrase: str = "") -> str:
    made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(path)]
    subprocess.run(made, check=True)
    return str(path)


def test_a_key_that_others_may_read_is_given_all_the_same(tmp_path: Path) -> None:
    """What a secret store mounts is often so."""
    place = key(tmp_path / "key")
    Path(place).chmod(0o644)
    with agents({"k": place}, os.environ) as found:
        listed = subprocess.run(
            ["ssh-add", "-L"], env={**os.environ, "SSH_AUTH_SOCK": found["k"]},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    public = Path(f"{place}.pub").read_text()
    assert listed.stdout.split()[:2] == public.split()[:2]


def test_what_is_no_usable_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no key\n")
    for wrong in ("text", "", "locked"):
        place = key(tmp_path / wrong, "secret") if wrong == "locked" else str(tmp_path / wrong)
        with (
            pytest.raises(ComposerError, match=f"the ssh key {place}:"),
            agents({"k": place}, os.environ),
        ):
            pass
