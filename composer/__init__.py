"""Run multi-container applications described in Compose files.

The public names; each is imported when it is first used, so that importing the package costs
nothing. Everything else may change without notice.

    from composer import Composer, DownPolicy, UpPolicy

    with Composer(["compose.yaml"]) as app:
        app.up(UpPolicy(wait=True))
        app.down(DownPolicy(volumes=True))
"""

TYPE_CHECKING = False  # as typing's, without importing it

if TYPE_CHECKING:
    from composer.api import Composer
    from composer.errors import (
        ComposerError,
        EngineError,
        ExecutionError,
        LoadError,
        PlanError,
        UsageError,
    )
    from composer.plan.policy import DownPolicy, UpPolicy
    from composer.source import Diagnostic, Position
    from composer.spec.project import Project
    from composer.spec.service import Service
    from composer.state import ContainerState

__all__ = [
    "Composer",
    "ComposerError",
    "ContainerState",
    "Diagnostic",
    "DownPolicy",
    "EngineError",
    "ExecutionError",
    "LoadError",
    "PlanError",
    "Position",
    "Project",
    "Service",
    "UpPolicy",
    "UsageError",
]

_HOMES = {
    "Composer": "api",
    "ContainerState": "state",
    "Diagnostic": "source",
    "DownPolicy": "plan.policy",
    "Position": "source",
    "Project": "spec.project",
    "Service": "spec.service",
    "UpPolicy": "plan.policy",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"composer.{_HOMES.get(name, 'errors')}"), name)


def __dir__() -> list[str]:
    return __all__
