"""Programs beside Composer: where they are, and how they are called.

May import: engine.docker.configuration, errors, spec, value.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence

from composer.engine.docker.configuration import plugin_folders
from composer.errors import ExecutionError
from composer.spec.project import Project
from composer.value import Value

_FOLDERS = (
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
)


class Surroundings(Value):
    """Where a program is called, and with which variables."""

    cwd: str
    environ: Mapping[str, str]

    def within(self, project: Project) -> "Surroundings":
        """Return them with the variables of *project*; those of the environment count before."""
        ours = {"COMPOSE_PROJECT_NAME": project.name}
        return self.replace(environ={**project.environment, **self.environ, **ours})


def cli_plugin(name: str, environ: Mapping[str, str]) -> str:
    """Return the path of the Docker CLI's plugin *name*, empty where it is not installed."""
    for folder in (*plugin_folders(environ), *_FOLDERS):
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


def ask(words: Sequence[str], around: Surroundings) -> str:
    """Return what a program prints, empty where it fails."""
    try:
        done = subprocess.run(
            words, cwd=around.cwd, env=around.environ, capture_output=True, text=True, check=False,
            errors="replace",
        )  # fmt: skip
    except OSError as failure:
        raise ExecutionError(f"cannot run {words[0]}: {failure.strerror}") from failure
    return "" if done.returncode else done.stdout


def follow(
    words: Sequence[str], around: Surroundings, line: Callable[[str], None]
) -> tuple[int, str]:
    """Run a program, give each line that it prints to *line*; return its exit code.

    The second part is the last line of its error output. Where *line* raises, the program ends.
    """
    import tempfile

    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                words, cwd=around.cwd, env=around.environ, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=errors, text=True, errors="replace",
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
