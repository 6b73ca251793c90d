"""Models: the model runner of Docker is asked to have them, and where they answer.

Compose Specification: "Models top-level element".
May import: plan.provided, run.plugins, errors, spec.
"""

import json
from collections.abc import Callable
from typing import Any

from composer.errors import ExecutionError
from composer.plan.provided import MODEL, URL
from composer.run.plugins import Surroundings, ask, cli_plugin, follow
from composer.spec.develop import Model
from composer.spec.project import Project

Tell = Callable[[str], None]


def prepare_model(
    project: Project, key: str, surroundings: Surroundings, tell: Tell
) -> dict[str, str]:
    """Pull and configure the model *key*; return its name and where it answers.

    Raises ExecutionError where there is no model runner, or it refuses.
    """
    path = cli_plugin("model", surroundings.environ)
    if not path:
        message = "'models' support requires Docker Model plugin"
        raise ExecutionError(message, hint="install the Docker CLI plugin docker-model")
    runner = _Runner(path, surroundings.within(project), tell)
    model = project.models[key]
    if model.model not in runner.tags():
        runner.run("pull", model.model, telling="Pulling ")
    tell("Configuring")
    runner.run("configure", *_configuration(model))
    return {URL: runner.endpoint(), MODEL: model.model}


def _configuration(model: Model) -> list[str]:
    size = str(model.context_size)
    words = ["--context-size", size] if model.context_size else []
    flags = ["--", *model.runtime_flags] if model.runtime_flags else []
    return [*words, model.model, *flags]


class _Runner:
    """The plugin ``docker-model``."""

    def __init__(self, path: str, around: Surroundings, tell: Tell) -> None:
        self._path, self._around, self._tell = path, around, tell

    def run(self, *words: str, telling: str = "") -> None:
        """Run a command to its end; what it prints is told behind *telling*."""
        command = [self._path, *words]
        code, last = follow(command, self._around, lambda text: self._tell(f"{telling}{text}"))
        if code:
            message = f"docker model {words[0]}: exit status {code}"
            raise ExecutionError(f"{message}: {last}" if last else message)

    def tags(self) -> set[str]:
        """Return the names of the models that are there."""
        listed = (one.get("tags") for one in _list(self._json("ls")) if isinstance(one, dict))
        return {tag for tags in listed for tag in _list(tags) if isinstance(tag, str)}

    def endpoint(self) -> str:
        """Return where models answer."""
        found = self._json("status")
        endpoint = found.get("endpoint") if isinstance(found, dict) else None
        if not endpoint:
            message = "docker model status tells no endpoint"
            raise ExecutionError(message, hint="start the model runner")
        return str(endpoint)

    def _json(self, command: str) -> Any:
        text = ask([self._path, command, "--json"], self._around)
        try:
            return json.loads(text)
        except ValueError:
            return None


def _list(found: Any) -> list[Any]:
    """Return *found*, nothing where it is no list."""
    return found if isinstance(found, list) else []
