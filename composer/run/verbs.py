"""What people read while an operation runs, in Compose's words.

A recreation is several operations on one container (create under another name, stop, remove,
rename). It is told as one: ``Recreate`` when the new one is being created, ``Recreated`` when the
last operation is done.

May import: plan, value.
"""

from collections.abc import Mapping

from composer.plan.ops import (
    BuildImage,
    ConnectNetwork,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    DisconnectNetwork,
    KillContainer,
    Op,
    PauseContainer,
    Plan,
    PrepareModel,
    ProvideService,
    PullImage,
    PushImage,
    Ref,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    RenameContainer,
    RestartContainer,
    StartContainer,
    StopContainer,
    UnpauseContainer,
    Wait,
    WithdrawService,
)

Verbs = tuple[str, str]

_VERBS: Mapping[type[Op], Verbs] = {
    PullImage: ("Pulling", "Pulled"),
    BuildImage: ("Building", "Built"),
    PushImage: ("Pushing", "Pushed"),
    ProvideService: ("Creating", "Created"),
    WithdrawService: ("Removing", "Removed"),
    PrepareModel: ("Pulling", "Pulled"),
    CreateNetwork: ("Creating", "Created"),
    RemoveNetwork: ("Removing", "Removed"),
    CreateVolume: ("Creating", "Created"),
    RemoveVolume: ("Removing", "Removed"),
    RemoveImage: ("Removing", "Removed"),
    CreateContainer: ("Creating", "Created"),
    ConnectNetwork: ("Connecting", "Connected"),
    DisconnectNetwork: ("Disconnecting", "Disconnected"),
    StartContainer: ("Starting", "Started"),
    StopContainer: ("Stopping", "Stopped"),
    RemoveContainer: ("Removing", "Removed"),
    RenameContainer: ("Renaming", "Renamed"),
    RestartContainer: ("Restarting", "Started"),
    PauseContainer: ("", "Paused"),
    UnpauseContainer: ("", "Unpaused"),
    KillContainer: ("Killing", "Killed"),
    Wait: ("Waiting", "Healthy"),
}


def verbs(op: Op) -> Verbs:
    """Return the present participle, empty where only the end is told, and the past form."""
    if isinstance(op, CreateContainer) and op.replaces:
        return "Recreate", "Recreated"
    return _VERBS.get(type(op), ("Working", "Done"))


def is_aside(op: Op) -> bool:
    """Tell whether nobody needs to hear of *op* unless it fails.

    It belongs to what another one tells: a container's connections to its start, a wait for the
    start of an optional dependency to that start. Compose is silent there.
    """
    optional = isinstance(op, Wait) and op.condition == "running"
    return optional or isinstance(op, (ConnectNetwork, DisconnectNetwork))


def recreations(plan: Plan) -> Mapping[str, str]:
    """Map the operations that are parts of a recreation to the key of its create operation."""
    makers = {op.replaces: op.key for op in plan if isinstance(op, CreateContainer) and op.replaces}
    parts: dict[str, str] = {}
    for op in plan:
        match op:
            case StopContainer(container=str(one)) | RemoveContainer(container=str(one)):
                if one in makers:
                    parts[op.key] = makers[one]
            case RenameContainer(container=Ref(key=key)) if key in makers.values():
                parts[op.key] = key
            case _:
                pass
    return parts
