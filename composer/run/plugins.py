"""Programs beside Composer: where they are, and how they are called.

May import: errors.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence

from composer.errors import ExecutionError

_FOLDERS = (
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
)


def cli_plugin(name: str, environ: Mapping[str, str]) -> str:
    """Return the path of the Docker CLI's plugin *name*, empty where it is not installed."""
    home = environ.get("DOCKER_CONFIG") or os.path.join(environ.get("HOME") or "~", ".docker")
    for folder in (os.path.join(home, "cli-plugins"), *_FOLDERS):
        path = os.path.join(folder, f"docker-{name}")
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return ""


def program(name: str, environ: Mapping[str, str]) -> str:
    """Return the path of the plugin *name*, or of the program with this name.

    Raises ExecutionError where there is neither.
    """
    found = cli_plugin(name, environ) or shutil.which(name, path=environ.get("PATH", os.defpath))
    if not found:
        message = f'exec: "{name}": executable file not found in $PATH'
        raise ExecutionError(
            message, hint=f"install {name}, or the Docker CLI plugin docker-{name}"
        )
    return found


def ask(words: Sequence[str], folder: str, environ: Mapping[str, str]) -> str:
    """Return what a program prints, empty where it fails."""
    try:
        done = subprocess.run(
            words, cwd=folder, env=environ, capture_output=True, text=True, check=False,
            errors="replace",
        )  # fmt: skip
    except OSError as failure:
        raise ExecutionError(f"cannot run {words[0]}: {failure.strerror}") from failure
    return "" if done.returncode else done.stdout


def follow(
    words: Sequence[str], folder: str, environ: Mapping[str, str], line: Callable[[str], None]
) -> tuple[int, str]:
    """Run a program, give each line that it prints to *line*; return its exit code.

    The second part is the last line of its error output. Where *line* raises, the program ends.
    """
    import tempfile

    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                words, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=errors, text=True, errors="replace",
            )  # fmt: skip
        except OSError as failure:
            raise ExecutionError(f"cannot run {words[0]}: {failure.strerror}") from failure
        except ValueError as failure:  # a NUL character, which no program can be given
            raise ExecutionError(f"cannot run {words[0]!r}: {failure}") from failure
        with process:
            try:
                for text in process.stdout or ():
                    line(text.rstrip("\n"))
            except BaseException:
                process.terminate()
                raise
            code = process.wait()
        errors.seek(0)
        last = errors.read().decode(errors="replace").strip().splitlines()[-1:]
    return code, "".join(last)
