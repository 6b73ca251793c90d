"""Builders beside the engine's own: ``docker buildx`` builds, where it is installed.

May import: errors.
"""

import json
import os.path
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

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
    words = ["bake", "--file", "-", "--builder", builder]
    words += [word for one in allowances(bake) for word in ("--allow", one)]
    words += ["--progress", "quiet"] if quiet else []
    if code := _run(words, environ, quiet=False, stdin=bake):
        raise ComposerError(f"docker buildx bake ended with exit code {code}")


def allowances(bake: str) -> list[str]:
    """Return what the builds of the text *bake* ask for, as values of ``--allow``; no more.

    The file is the user's own, so what it names may be read: contexts, Dockerfiles, secrets, keys.
    """
    targets = json.loads(bake)["target"].values()
    return sorted({one for target in targets for one in _asked(target)})


def _asked(target: Mapping[str, Any]) -> Iterator[str]:
    yield from target.get("entitlements", ())
    if target.get("network") == "host":
        yield "network.host"
    if target.get("ssh"):
        yield "ssh"
    for cache in target.get("cache-to", ()):
        yield from (f"fs.write={path}" for path in _fields(cache, "dest"))
    for path in _read(target):
        if os.path.isabs(path):
            yield f"fs.read={path}"


def _read(target: Mapping[str, Any]) -> Iterator[str]:
    yield target.get("context", "")
    yield target.get("dockerfile", "")
    yield from target.get("contexts", {}).values()
    for secret in target.get("secret", ()):
        yield from _fields(secret, "src")
    for cache in target.get("cache-from", ()):
        yield from _fields(cache, "src")
    for key in target.get("ssh", ()):
        yield from key.partition("=")[2].split(",")


def _fields(text: str, name: str) -> Iterator[str]:
    """Yield the values of the field *name* in ``type=local,dest=/cache``."""
    for field in text.split(","):
        key, _, value = field.partition("=")
        if key == name:
            yield value


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
