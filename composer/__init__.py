"""Run multi-container applications described in Compose files.

The public names; each is imported when it is first used, so that importing the package costs
nothing. Everything else may change without notice. The methods of `Composer` are the use cases.

    from composer import Composer, DownPolicy, UpPolicy

    with Composer(["compose.yaml"]) as app:
        app.up(UpPolicy(wait=True))
        app.down(DownPolicy(volumes=True))
"""

TYPE_CHECKING = False  # as typing's, without importing it

if TYPE_CHECKING:
    from composer.api import Composer
    from composer.api.bridge import Conversion, ConvertRequest
    from composer.api.copy import CopyRequest
    from composer.api.dependencies import Dependencies
    from composer.api.execute import AttachRequest, ExecRequest
    from composer.api.extract import CommitRequest, ExportRequest
    from composer.api.images import BuildOptions
    from composer.api.listing import Processes, Stack
    from composer.api.publish import PublishOptions
    from composer.api.rounds import Answer
    from composer.api.watch import Replacing, Watching, WatchOptions
    from composer.engine.port import Engine, EngineEvent
    from composer.errors import (
        ComposerError,
        ConsistencyError,
        CycleError,
        EngineAway,
        EngineConflict,
        EngineError,
        EngineNotFound,
        EngineSilent,
        EngineUnauthorized,
        EngineUnreachable,
        EngineUnsupported,
        ExecutionError,
        Failure,
        Interrupted,
        LoadError,
        MergeError,
        ParseError,
        PlanError,
        SchemaError,
        TemplateError,
        UsageError,
    )
    from composer.load.reader import Reader
    from composer.logs.follow import Follower
    from composer.logs.read import LogOptions
    from composer.plan.changes import Preview
    from composer.plan.ops import Op, Plan
    from composer.plan.policy import DownPolicy, UpPolicy
    from composer.plan.publish import Question
    from composer.plan.transfer import PullPolicy
    from composer.run.cancel import Cancel
    from composer.run.events import (
        ContainerEvent,
        Ended,
        Event,
        Listener,
        LogBlock,
        LogLine,
        LogsFound,
        Notice,
        Output,
        Progress,
        Rehearsed,
        Started,
        WatchNote,
    )
    from composer.run.interactive import Console
    from composer.run.oneoff import OneOff
    from composer.run.outcome import Outcome
    from composer.source import Diagnostic, Position
    from composer.spec.mounts import Mount, Port
    from composer.spec.project import Project
    from composer.spec.service import Service
    from composer.state import ContainerState, PublishedPort, Usage

__all__ = [
    "Answer",
    "AttachRequest",
    "BuildOptions",
    "Cancel",
    "CommitRequest",
    "Composer",
    "ComposerError",
    "ConsistencyError",
    "Console",
    "ContainerEvent",
    "ContainerState",
    "Conversion",
    "ConvertRequest",
    "CopyRequest",
    "CycleError",
    "Dependencies",
    "Diagnostic",
    "DownPolicy",
    "Ended",
    "Engine",
    "EngineAway",
    "EngineConflict",
    "EngineError",
    "EngineEvent",
    "EngineNotFound",
    "EngineSilent",
    "EngineUnauthorized",
    "EngineUnreachable",
    "EngineUnsupported",
    "Event",
    "ExecRequest",
    "ExecutionError",
    "ExportRequest",
    "Failure",
    "Follower",
    "Interrupted",
    "Listener",
    "LoadError",
    "LogBlock",
    "LogLine",
    "LogOptions",
    "LogsFound",
    "MergeError",
    "Mount",
    "Notice",
    "OneOff",
    "Op",
    "Outcome",
    "Output",
    "ParseError",
    "Plan",
    "PlanError",
    "Port",
    "Position",
    "Preview",
    "Processes",
    "Progress",
    "Project",
    "PublishOptions",
    "PublishedPort",
    "PullPolicy",
    "Question",
    "Reader",
    "Rehearsed",
    "Replacing",
    "SchemaError",
    "Service",
    "Stack",
    "Started",
    "TemplateError",
    "UpPolicy",
    "Usage",
    "UsageError",
    "WatchNote",
    "WatchOptions",
    "Watching",
]

_HOMES = {
    "api": "Composer",
    "api.bridge": "Conversion ConvertRequest",
    "api.copy": "CopyRequest",
    "api.dependencies": "Dependencies",
    "api.execute": "AttachRequest ExecRequest",
    "api.extract": "CommitRequest ExportRequest",
    "api.images": "BuildOptions",
    "api.listing": "Processes Stack",
    "api.publish": "PublishOptions",
    "api.rounds": "Answer",
    "api.watch": "Replacing Watching WatchOptions",
    "engine.port": "Engine EngineEvent",
    "load.reader": "Reader",
    "logs.follow": "Follower",
    "logs.read": "LogOptions",
    "plan.changes": "Preview",
    "plan.ops": "Op Plan",
    "plan.policy": "DownPolicy UpPolicy",
    "plan.publish": "Question",
    "plan.transfer": "PullPolicy",
    "run.cancel": "Cancel",
    "run.events": "ContainerEvent Ended Event Listener LogBlock LogLine LogsFound Notice Output"
    " Progress Rehearsed Started WatchNote",
    "run.interactive": "Console",
    "run.oneoff": "OneOff",
    "run.outcome": "Outcome",
    "source": "Diagnostic Position",
    "spec.mounts": "Mount Port",
    "spec.project": "Project",
    "spec.service": "Service",
    "state": "ContainerState PublishedPort Usage",
}
"""The modules of the public names; those that are listed nowhere are in `errors`."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home = next((home for home, names in _HOMES.items() if name in names.split()), "errors")
    return getattr(import_module(f"composer.{home}"), name)


def __dir__() -> list[str]:
    return __all__
