"""SecurityOpt of a container, with the seccomp profiles that are files here.

May import: errors, spec, engine.translate.
"""

import json
from collections.abc import Callable, Iterable
from posixpath import join, normpath

from composer.engine.translate.fields import Json, given
from composer.errors import PlanError
from composer.spec.project import Project
from composer.spec.service import Service

Read = Callable[[str], bytes]
_NAMED = frozenset({"unconfined", "builtin"})
"""Profiles that the engine has."""


def check_security(project: Project, services: Iterable[str], read: Read) -> None:
    """Raise PlanError where one of the services has options that no container can get."""
    for name in sorted(services):
        security(project, project.services[name], read)


def security(project: Project, service: Service, read: Read) -> Json:
    """Return SecurityOpt; ``systempaths=unconfined`` empties the lists of hidden paths instead.

    Raises PlanError, with the place in the file, for a profile that cannot be read or is not JSON.
    """
    options: list[str] = []
    for index, text in enumerate(service.security_opt):
        if text == "systempaths=unconfined":
            continue
        try:
            options.append(_option(project, text, read))
        except PlanError as wrong:
            place = service.where("security_opt", index)
            raise PlanError(f"{place}: {wrong}" if place else str(wrong)) from wrong
    made = given(SecurityOpt=options)
    if len(options) < len(service.security_opt):
        made |= {"MaskedPaths": [], "ReadonlyPaths": []}
    return made


def _option(project: Project, text: str, read: Read) -> str:
    """Return an option as it is, or with the seccomp profile that it names."""
    name, sign, value = text.partition("=" if "=" in text else ":")
    if not sign and name != "no-new-privileges":
        raise PlanError(f"security_opt: {text!r} is not of the form NAME=VALUE")
    if name != "seccomp" or value in _NAMED:
        return text
    path = normpath(join(project.working_dir, value))
    try:
        profile = json.loads(read(path))
    except OSError as wrong:
        why = (wrong.strerror or str(wrong)).lower()
        raise PlanError(f"security_opt: the seccomp profile {path}: {why}") from wrong
    except (ValueError, RecursionError) as wrong:
        message = f"security_opt: the seccomp profile {path} is not JSON: {wrong}"
        raise PlanError(message) from wrong
    return f"seccomp={json.dumps(profile, separators=(',', ':'), ensure_ascii=False)}"
