"""Provider services: a program brings the service, and answers with variables.

The program is a plugin of the Docker CLI or any other. It is asked for its parameters
(``PROGRAM compose metadata``) and called with those options that it knows
(``PROGRAM compose --project-name=NAME up --OPTION=VALUE SERVICE``). It prints JSON objects, each
with a ``type`` and a ``message``, one after the other, wherever its lines end.

Compose Specification: services "provider".
May import: run.events, run.plugins, errors, spec.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

from composer.errors import ExecutionError
from composer.run.plugins import Surroundings, ask, follow, program
from composer.spec.develop import Provider
from composer.spec.project import Project

Action = Literal["up", "down"]
Tell = Callable[[str], None]
_DECODER = json.JSONDecoder()
_UNFIT = (ValueError, RecursionError)
"""What the decoder raises."""
_HINT = 'it is to print objects: {"type": …, "message": …}'


def call_provider(
    project: Project, service: str, action: Action, surroundings: Surroundings, tell: Tell
) -> dict[str, str]:
    """Let the provider of *service* bring it up or down; return the variables that it sets.

    *tell* receives its messages. Raises ExecutionError.
    """
    provider = project.services[service].provider or Provider()
    around = surroundings.within(project)
    path = _program(provider, around.environ)
    metadata = _metadata(ask([path, "compose", "metadata"], around))
    options = _options(provider, metadata, action)
    words = [path, "compose", f"--project-name={project.name}", action, *options, service]
    answers = _Answers(provider, tell)
    code, last = follow(words, around, answers.hear)
    if code:
        doing = "create" if action == "up" else "remove"
        message = f"failed to {doing} service provider: exit status {code}"
        raise ExecutionError(f"{message}: {last}" if last else message)
    answers.end()
    return answers.variables


def _program(provider: Provider, environ: Mapping[str, str]) -> str:
    if provider.type == "compose":
        raise ExecutionError("'compose' is not a valid provider type")
    return program(provider.type, environ)


def _metadata(text: str) -> dict[str, Any]:
    """Return what the provider says of itself; nothing where it says nothing of use."""
    try:
        found = json.loads(text)
        said = found.get("description"), *(_parameters(found, one) for one in ("up", "down"))
    except (*_UNFIT, TypeError, AttributeError):
        return {}
    return found if any(one or one == [] for one in said) else {}


def _parameters(metadata: Mapping[str, Any], action: str) -> Any:
    """Return the list of parameters, None where there is none; raise for what is no such list."""
    found = (metadata.get(action) or {}).get("parameters")
    if found is None or (isinstance(found, list) and all(_is_named(one) for one in found)):
        return found
    raise TypeError(action)


def _is_named(parameter: Any) -> bool:
    return isinstance(parameter, dict) and isinstance(parameter.get("name", ""), str)


def _options(provider: Provider, metadata: Mapping[str, Any], action: Action) -> list[str]:
    """Return the options that the provider knows; all of them where it does not say."""
    given = provider.options
    if metadata:
        parameters = _parameters(metadata, action) or ()
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


class _Answers:
    """Takes what the provider prints.

    *variables* are those that it has set so far.
    """

    def __init__(self, provider: Provider, tell: Tell) -> None:
        self.variables: dict[str, str] = {}
        self._provider = provider
        self._tell = tell
        self._pending = ""

    def hear(self, line: str) -> None:
        """Take one line, with what was still pending before it."""
        self._pending = f"{self._pending}\n{line}".lstrip()
        while self._pending.startswith("{"):
            try:
                answer, end = _DECODER.raw_decode(self._pending)
            except _UNFIT:
                return
            self._pending = self._pending[end:].lstrip()
            self._take(answer)
        self.end()

    def end(self) -> None:
        """Raise ExecutionError where something pends that is no object."""
        if self._pending:
            said = self._pending.splitlines()[0][:200]
            raise ExecutionError(f"{self._called} printed what is no message: {said}", hint=_HINT)

    @property
    def _called(self) -> str:
        return f"provider {self._provider.type}"

    def _take(self, answer: Mapping[str, Any]) -> None:
        kind, message = answer.get("type") or "", answer.get("message") or ""
        if not isinstance(kind, str) or not isinstance(message, str):
            raise ExecutionError(f"{self._called} printed what is no message: {answer}", hint=_HINT)
        match kind:
            case "error":
                raise ExecutionError(message)
            case "info":
                self._tell(message)
            case "debug":
                return
            case "setenv" if "=" in message:
                name, _, value = message.partition("=")
                self.variables[name] = value
            case _:
                wrong_part = message if kind == "setenv" else kind
                raise ExecutionError(f"invalid response from plugin: {wrong_part}")
