"""Builders beside the engine's own: ``docker buildx`` builds, where it is installed.

May import: errors.
"""

import subprocess
from collections.abc import Mapping

from composer.errors import ComposerError


def build_with(builder: str, bake: str, environ: Mapping[str, str], *, quiet: bool) -> None:
    """Build what the text *bake* says with the builder of that name; its output is ours.

    Raises ComposerError where it is missing or fails.
    """
    if _run(["version"], environ, quiet=True):
        raise ComposerError(
            f"the builder {builder!r} is one of `docker buildx`, which is not installed",
            hint="leave --builder out: the engine's own BuildKit then builds",
        )
    words = ["bake", "--file", "-", "--builder", builder, "--allow", "fs.read=*"]
    words += ["--allow", "ssh", "--allow", "network.host", "--allow", "security.insecure"]
    words += ["--progress", "quiet"] if quiet else []
    if code := _run(words, environ, quiet=False, stdin=bake):
        raise ComposerError(f"docker buildx bake ended with exit code {code}")


def _run(words: list[str], environ: Mapping[str, str], *, quiet: bool, stdin: str = "") -> int:
    nowhere = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(
            ["docker", "buildx", *words], env=dict(environ), input=stdin, text=True,
            stdout=nowhere, stderr=nowhere, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        return 127
    return done.returncode
