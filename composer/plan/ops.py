"""The operations that a plan is made of. Each is one engine call (or one wait) with its cause.

An operation names what it acts on by the engine's name or id where that is known when the plan is
made; what an earlier operation of the plan will create is a Ref to that operation's key.

May import: plan.reasons, state, spec, value, errors.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from composer.errors import PlanError
from composer.plan.reasons import Reasons, told
from composer.spec.shapes import EMPTY
from composer.value import Value

Condition = Literal["running", "running_or_healthy", "healthy", "completed"]


class Ref(Value):
    """The id of what operation *key* will have created."""

    key: str


Target = str | Ref
"""An engine id or name, or a Ref."""


class Guard(Value):
    """A question that must be answered before the operation may run, and what would be lost."""

    question: str
    loses: str = ""


class Op(Value):
    """One step.

    *key* is unique in the plan and stable between runs (``create web-1``). *resource* is what
    people call the thing (``Container shop-web-1``). *reasons* say why it is done. *after* are the
    keys of the operations that must have succeeded before.
    """

    key: str
    resource: str
    reasons: Reasons = ()
    after: tuple[str, ...] = ()
    guard: Guard | None = None

    @property
    def cause(self) -> str:
        """Why, in words for a person; empty where another operation tells it."""
        return told(self.reasons)

    @property
    def shown(self) -> str:
        """What progress calls the thing."""
        return self.resource


class PullImage(Op):
    """Pull *image*; *optional* goes on without it where that fails.

    *buildable*: the service can be built instead. *stamped* lets the engine note the time, also
    where the registry had nothing newer.
    """

    image: str = ""
    platform: str = ""
    services: tuple[str, ...] = ()
    optional: bool = False
    buildable: bool = False
    stamped: bool = False

    @property
    def shown(self) -> str:
        """The first service that wants the image, as in Compose."""
        return next(iter(self.services), self.resource)


class BuildImage(Op):
    """Build the image of *service* and tag it *image*."""

    service: str = ""
    image: str = ""


class PushImage(Op):
    """Push *image* of *service*; *optional* only warns where that fails."""

    image: str = ""
    service: str = ""
    optional: bool = False

    @property
    def shown(self) -> str:
        """The service, as in Compose."""
        return self.service or self.resource


class ProvideService(Op):
    """Let the provider of *service* bring it, and tell the variables for its dependents."""

    service: str = ""


class WithdrawService(Op):
    """Let the provider of *service* take it down."""

    service: str = ""


class PrepareModel(Op):
    """Get *model* (a key of ``models``) ready, and learn where it answers."""

    model: str = ""


class CreateNetwork(Op):
    """Create the project's network *network* (a key of ``networks``)."""

    network: str = ""


class RemoveNetwork(Op):
    """Remove a network."""

    target: str = ""


class CreateVolume(Op):
    """Create the project's volume *volume* (a key of ``volumes``)."""

    volume: str = ""


class RemoveVolume(Op):
    """Remove a volume with its data."""

    target: str = ""


class RemoveImage(Op):
    """Remove an image."""

    target: str = ""


class CreateContainer(Op):
    """Create a container of *service*, with replica *number*, named *name*.

    *replaces* is the id of the container whose anonymous volumes it inherits (unless
    *renew_volumes*) and which a later operation removes. *joins* maps the services in whose
    namespaces or with whose volumes it lives to the containers that stand for them.
    """

    service: str = ""
    number: int = 1
    name: str = ""
    replaces: str = ""
    renew_volumes: bool = False
    joins: Mapping[str, Target] = EMPTY


class ConnectNetwork(Op):
    """Connect *container* to a network (a key of ``networks``) as *service* asks.

    The service of a container that is no longer ours (an orphan's) may be unknown: then it is
    connected by its name alone.
    """

    container: Target = ""
    service: str = ""
    network: str = ""


class DisconnectNetwork(Op):
    """Disconnect *container* from the network with this name or id."""

    container: Target = ""
    target: str = ""


class StartContainer(Op):
    """Start *container*; a service's post_start hooks run with it."""

    container: Target = ""
    service: str = ""


class StopContainer(Op):
    """Stop *container*; *timeout* in seconds, None for the container's own.

    It is *replaced* by another one: a pre_stop hook that fails does not hold that up.
    """

    container: Target = ""
    service: str = ""
    timeout: int | None = None
    replaced: bool = False


class RestartContainer(Op):
    """Stop and start *container* in one call; hooks run around it. *timeout* as for a stop."""

    container: Target = ""
    service: str = ""
    timeout: int | None = None


class PauseContainer(Op):
    """Freeze the processes of *container*."""

    container: Target = ""


class UnpauseContainer(Op):
    """Let the frozen processes of *container* go on."""

    container: Target = ""


class KillContainer(Op):
    """Send *signal* to *container*."""

    container: Target = ""
    signal: str = "SIGKILL"


class RemoveContainer(Op):
    """Remove *container*; *volumes* removes its anonymous volumes, *force* also a running one."""

    container: Target = ""
    volumes: bool = False
    force: bool = False


class RenameContainer(Op):
    """Give *container* the name *name*."""

    container: Target = ""
    name: str = ""


class Wait(Op):
    """Wait until each of *containers* of *service* meets *condition*.

    ``running``: it was started. ``healthy``: its health check passes; an error where it has none.
    ``running_or_healthy``: healthy where it has a check, else running (``up --wait``).
    ``completed``: it ended with exit code 0. An optional wait (*required* false) only warns when
    it fails, or when an operation that it comes after fails: what waits for it goes on in either
    case. *timeout* in seconds, None for no limit.
    """

    service: str = ""
    containers: tuple[Target, ...] = ()
    condition: Condition = "running"
    required: bool = True
    timeout: float | None = None
    names: tuple[str, ...] = ()
    """What progress calls the containers."""


class Plan(Value):
    """Operations in an order in which each comes after those that it needs.

    *unchanged* are the resources that need nothing, *resting* the containers among them that do not
    run, *met* those for whose health nobody needs to wait, because they have it; *warnings* are for
    the user. *again* says that this is only the first part: what comes next depends on what it
    yields (the id of an image that is pulled or built for containers that exist), so carry it out,
    observe, and plan once more with ``policy.images_settled``.

    *questions* are operations that nobody has agreed to yet, with their guards. The plan does
    without them and all that they would entail; where the answer is yes, plan again with it in
    ``policy.answers``.

    *present* are the containers (by id) that were there when the plan was made.
    """

    operations: tuple[Op, ...] = ()
    unchanged: tuple[str, ...] = ()
    resting: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    again: bool = False
    questions: tuple[Op, ...] = ()
    present: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Op]:
        return iter(self.operations)

    @property
    def empty(self) -> bool:
        """Whether nothing would change (waits alone change nothing)."""
        return all(isinstance(op, Wait) for op in self.operations)

    def text(self) -> str:
        """Return one stable line an operation: ``create web-1: why  (after: …)``."""
        lines = []
        for op in self.operations:
            after = f"  (after: {', '.join(op.after)})" if op.after else ""
            cause = f": {op.cause}" if op.cause else ""
            lines.append(f"{op.key}{cause}{after}")
        lines += [f"unchanged {name}" for name in self.unchanged]
        return "\n".join(lines)

    def checked(self) -> "Plan":
        """Return the plan; raise PlanError where a key is doubled or an order impossible."""
        seen: set[str] = set()
        for op in self.operations:
            missing = [key for key in op.after if key not in seen]
            if op.key in seen or missing:
                message = f"internal: operation {op.key!r} is out of order: {missing or 'doubled'}"
                raise PlanError(message)
            seen.add(op.key)
        return self
