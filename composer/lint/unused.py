"""Rules about resources that nobody uses.

May import: lint.context, spec.
"""

from composer.lint.context import Context, Found
from composer.spec.service import Service

_KINDS = ("networks", "volumes", "secrets", "configs", "models")


def unused(context: Context) -> Found:
    """``unused-network`` and its like: declared in the file, used by no service of any profile."""
    used: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    for service in context.services.values():
        _add(used, service)
    for kind in _KINDS:
        declared = context.node(kind)
        if declared is None or not declared.is_mapping:
            continue
        for key in declared.value:
            if key not in used[kind] and not key.startswith("x-"):
                message = "is used by no service"
                hint = "remove it, or use it"
                yield context.at((kind, key), f"unused-{kind[:-1]}", message, hint)


def _add(used: dict[str, set[str]], service: Service) -> None:
    used["networks"].update(service.networks)
    used["volumes"].update(one.source for one in service.volumes)
    used["secrets"].update(one.source for one in service.secrets)
    used["configs"].update(one.source for one in service.configs)
    used["models"].update(service.models)
    if service.build:
        used["secrets"].update(one.source for one in service.build.secrets)
    if service.credential_spec:
        used["configs"].add(service.credential_spec.config)
