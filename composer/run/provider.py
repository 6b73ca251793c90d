"""Provider services: a program brings the service, and answers with variables.

The program is a plugin of the Docker CLI or any other. It is asked for its parameters
(``PROGRAM compose metadata``) and called with those options that it knows
(``PROGRAM compose --project-name=NAME up --OPTION=VALUE SERVICE``). Each line that it prints is a
JSON object with a ``type`` and a ``message``.

Compose Specification: services "provider".
May import: run.events, run.plugins, errors, spec.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

from composer.errors import ExecutionError
from composer.run.plugins import ask, follow, program
from composer.spec.develop import Provider
from composer.spec.project import Project

Action = Literal["up", "down"]
Tell = Callable[[str], None]


def call_provider(
    project: Project, service: str, action: Action, environ: Mapping[str, str], tell: Tell
) -> dict[str, str]:
    """Let the provider of *service* bring it up or down; return the variables that it sets.

    *tell* receives its messages. Raises ExecutionError.
    """
    provider = project.services[service].provider or Provider()
    path = program(provider.type, environ)
    surroundings = {**project.environment, **environ, "COMPOSE_PROJECT_NAME": project.name}
    metadata = _metadata(ask([path, "compose", "metadata"], project.working_dir, surroundings))
    options = _options(provider, metadata, action)
    words = [path, "compose", f"--project-name={project.name}", action, *options, service]
    made: dict[str, str] = {}
    code, last = follow(
        words, project.working_dir, surroundings, lambda line: _take(line, provider, made, tell)
    )
    if code:
        doing = "create" if action == "up" else "remove"
        message = f"failed to {doing} service provider: exit status {code}"
        raise ExecutionError(f"{message}: {last}" if last else message)
    return made


def _metadata(text: str) -> dict[str, Any]:
    """Return what the provider says of itself; nothing where it has no such command."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _options(provider: Provider, metadata: Mapping[str, Any], action: Action) -> list[str]:
    """Return the options that the provider knows; all of them where it does not say."""
    given = provider.options
    if metadata:
        parameters = (metadata.get(action) or {}).get("parameters") or ()
        for one in parameters:
            if one.get("required") and one.get("name") not in given:
                raise ExecutionError(
                    f'required parameter "{one.get("name")}" is missing from provider '
                    f'"{provider.type}" definition',
                    hint="add it to `options`",
                )
        known = {one.get("name") for one in parameters}
        given = {name: values for name, values in given.items() if name in known}
    return [f"--{name}={value}" for name, values in given.items() for value in values]


def _take(line: str, provider: Provider, made: dict[str, str], tell: Tell) -> None:
    """Take one line of the provider."""
    if not line.strip():
        return
    try:
        answer = json.loads(line)
        kind, message = str(answer["type"]), str(answer["message"])
    except (ValueError, TypeError, KeyError) as wrong:
        text = f"provider {provider.type} printed what is no message: {line[:200]}"
        raise ExecutionError(text, hint='each line is to be {"type": …, "message": …}') from wrong
    match kind:
        case "error":
            raise ExecutionError(message)
        case "info":
            tell(message)
        case "debug":
            return
        case "setenv" if "=" in message:
            name, _, value = message.partition("=")
            made[name] = value
        case _:
            wrong_part = message if kind == "setenv" else kind
            raise ExecutionError(f"invalid response from plugin: {wrong_part}")
