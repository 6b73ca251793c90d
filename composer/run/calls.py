"""Each operation as calls of the engine, and what a refusal means.

What was to vanish and is gone already is done. A name that was taken meanwhile, or a container
that somebody removed, means that the world changed since the plan was made.

May import: run, engine, errors, identity, plan, spec, state.
"""

import re
import time
from collections.abc import Callable, Mapping
from signal import SIGINT

from composer.engine.port import Engine, Json
from composer.errors import (
    ComposerError,
    EngineAway,
    EngineConflict,
    EngineError,
    EngineNotFound,
    Failure,
    Interrupted,
)
from composer.identity import SERVICE, image_name, members, without_project
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
    Target,
    UnpauseContainer,
    WithdrawService,
)
from composer.run import payloads
from composer.run.blame import blame
from composer.run.cancel import Cancel
from composer.run.events import Event, Listener, Notice, Output, Progress
from composer.run.hooks import Place, run_hooks, run_last_hooks
from composer.run.registry import pull, push
from composer.run.removal import remove_container
from composer.run.turnstile import for_stops
from composer.run.verdict import still_runs
from composer.spec.project import Project
from composer.spec.service import Service
from composer.state import GOING

Builder = Callable[[str, Listener], str]
"""Builds the image of the service with this name; returns the image's id."""

Provider = Callable[[Op, Callable[[str], None]], Mapping[str, str]]
"""Carries out what another program does; returns the variables that it tells."""

_FORGETS_S, _PAUSE_S = 5.0, 0.1
_STUCK = re.compile(r"task \S+: already exists|id already in use")
"""What older engines say, for ever, of a container whose start they were killed in."""
IN_USE = "Resource is still in use"
_HELD = re.compile(r"in use|active endpoints|is using|being used|dependent child|is referenced")
"""What engines say of a network, volume or image that something else needs."""
_CHANGING = (
    ConnectNetwork, CreateContainer, CreateNetwork, RemoveContainer, RenameContainer, StartContainer
)  # fmt: skip
"""Operations that a conflict, or a missing object, concerns as a change of the world."""


class Calls:
    """Makes the calls of a plan's operations; may be used from several threads.

    *cancel* breaks off what goes to and comes from registries, and the waiting for others.
    *heard* tells whether somebody sees what hooks print, *stops* how many containers will be
    stopped.
    *made* maps the keys of operations to the ids of what they created, *provided* to the variables
    that other programs told; *started* are the ids of
    the containers that were started.
    """

    def __init__(  # noqa: PLR0913 - what the calls are about, and who hears of them
        self,
        project: Project,
        engine: Engine,
        emit: Listener,
        build: Builder | None = None,
        provide: Provider | None = None,
        *,
        cancel: Cancel | None = None,
        heard: bool = False,
        stops: int = 0,
    ) -> None:
        self.project = project
        self.engine = engine
        self.made: dict[str, str] = {}
        self.provided: dict[str, Mapping[str, str]] = {}
        self.started: list[str] = []
        self._emit = emit
        self._build = build
        self._provide = provide
        self._cancel = cancel or Cancel()
        self._heard = heard
        self._images: dict[str, Json] = {}
        self._stops = for_stops(stops, engine.version().api)

    def resolve(self, target: Target) -> str:
        """Return the engine's id or name of *target*."""
        return self.made[target.key] if isinstance(target, Ref) else target

    def mostly_waits(self, op: Op) -> bool:
        """Tell whether the call is mostly a wait: for processes, other programs, registries."""
        match op:
            case StartContainer(service=service):
                return bool(self._service(service).post_start)
            case (
                StopContainer() | RestartContainer() | PullImage() | PushImage() | BuildImage()
                | ProvideService() | WithdrawService() | PrepareModel()
            ):  # fmt: skip
                return True
        return False

    def perform(self, op: Op) -> str:  # noqa: PLR0911, C901, PLR0912 - one line an operation
        """Make the call; return a warning, or nothing."""
        match op:
            case PullImage():
                return pull(self.engine, op, self._emit, self._cancel)
            case PushImage():
                return push(self.engine, op, self._emit, self._cancel)
            case BuildImage():
                return self._build_image(op)
            case ProvideService() | PrepareModel() | WithdrawService():
                self._ask(op)
            case CreateNetwork(key=key, network=network):
                self.made[key] = self.engine.create_network(
                    payloads.network(self.project, network, self.engine)
                )
            case CreateVolume(key=key, volume=volume):
                made = self.engine.create_volume(payloads.volume(self.project, volume))
                self.made[key] = made["Name"]
            case CreateContainer():
                self._create(op)
            case ConnectNetwork():
                self._connect(op)
            case StartContainer():
                self._start(op)
            case StopContainer():
                self._stop(op)
            case RestartContainer():
                self._restart(op)
            case KillContainer(container=one, signal=signal):
                self._kill(self.resolve(one), signal)
            case PauseContainer(container=one):
                self.engine.pause_container(self.resolve(one))
            case UnpauseContainer(container=one):
                self.engine.unpause_container(self.resolve(one))
            case RenameContainer():
                self._rename(op)
            case DisconnectNetwork():
                return self._disconnect(op)
            case RemoveContainer(container=one):
                remove_container(self.engine, self.resolve(one), op, self._cancel)
            case RemoveNetwork(target=target):
                return self._remove_network(target)
            case RemoveVolume(target=target):
                return _removed(lambda: self.engine.remove_volume(target))
            case RemoveImage(target=target):
                return _removed(lambda: self.engine.remove_image(target))
            case _:
                raise ComposerError(f"internal: no call for {type(op).__name__}")
        return ""

    def failure(self, op: Op, error: ComposerError) -> Failure:
        """Return *error* as the failure of *op*."""
        gone = isinstance(error, EngineNotFound) and not isinstance(op, CreateNetwork)  # its driver
        changed = isinstance(error, EngineAway) or (
            isinstance(op, _CHANGING) and (gone or isinstance(error, EngineConflict))
        )
        lines = str(error).strip().splitlines() or [type(error).__name__]
        details = (*lines[1:], *blame(self.project, op, str(error)))
        stuck = ""
        if isinstance(op, StartContainer) and _STUCK.search(str(error)):
            stuck, changed = self.resolve(op.container), True
            details = (*details, "the engine was killed in its start; `up` makes it anew")
        network = op.resource.removeprefix("Network ") if isinstance(op, CreateNetwork) else ""
        doing = f"failed to create network {network}" if network else ""
        return Failure(op.key, op.resource, lines[0], error, details, changed, stuck, doing)

    # other programs

    def _ask(self, op: Op) -> None:
        if self._provide is None:
            raise ComposerError("internal: the plan asks other programs, but nobody calls them")
        self.provided[op.key] = self._provide(
            op, lambda text: self._emit(Progress(op.key, op.resource, text=text))
        )

    # images

    def _build_image(self, op: BuildImage) -> str:
        if self._build is None:
            raise ComposerError("internal: the plan builds images, but no builder was given")

        def told(event: Event) -> None:
            """Pass on what the builder tells, as told of this operation."""
            if isinstance(event, Progress):
                event = event.replace(key=op.key, resource=op.resource)
            elif isinstance(event, Output):
                event = event.replace(key=op.key)
            self._emit(event)

        self.made[op.key] = self._build(op.service, told)
        return ""

    def _image(self, image: str) -> Json:
        """Return the inspection of an image, which the plan has provided by now."""
        if image not in self._images:
            self._images[image] = self.engine.inspect_image(image)
        return self._images[image]

    # containers

    def _create(self, op: CreateContainer) -> None:
        joins = {name: self.resolve(one) for name, one in op.joins.items()}
        image = self._image(image_name(self.project, op.service))
        body = payloads.container(self.project, op, joins, image, self.engine)
        platform = self.project.platform(self._service(op.service))
        self.made[op.key], warnings = self.engine.create_container(op.name, body, platform)
        for text in warnings:
            self._emit(Notice("warning", f"{op.resource}: {text}"))

    def _connect(self, op: ConnectNetwork) -> None:
        container = self.resolve(op.container)
        body = payloads.connection(self.project, op.service, op.network, container, self.engine)
        self.engine.connect_network(self.project.networks[op.network].name, body)

    def _disconnect(self, op: DisconnectNetwork) -> str:
        container = self.resolve(op.container)
        try:
            self.engine.disconnect_network(op.target, container, force=True)
        except EngineNotFound:
            return ""
        except EngineError as error:
            if "is not connected" not in error.message:
                raise
        return ""

    def _start(self, op: StartContainer) -> None:
        """Start; contents of secrets and configs go in just before, so that none is ever stale."""
        container = self.resolve(op.container)
        service = self._service(op.service)
        if archive := payloads.archive(self.project, op.service):
            self.engine.put_archive(container, "/", archive)
        self.engine.start_container(container)
        self.started.append(container)
        run_hooks(self.engine, self._place(op, container), service.post_start, self._emit)

    def _stop(self, op: StopContainer) -> None:
        container = self.resolve(op.container)
        try:
            with self._stops.passed():
                if self._cancel.requested:  # while it waited for its place
                    raise Interrupted(SIGINT)
                self._say_goodbye(op, container, binding=not op.replaced)
                self.engine.stop_container(container, op.timeout)
        except EngineNotFound:
            return

    def _restart(self, op: RestartContainer) -> None:
        container = self.resolve(op.container)
        self._say_goodbye(op, container, binding=True)
        self.engine.restart_container(container, op.timeout)
        self.started.append(container)
        hooks = self._service(op.service).post_start
        run_hooks(self.engine, self._place(op, container), hooks, self._emit)

    def _say_goodbye(
        self, op: StopContainer | RestartContainer, container: str, *, binding: bool
    ) -> None:
        hooks, place = self._service(op.service).pre_stop, self._place(op, container)
        try:
            run_last_hooks(self.engine, place, hooks, self._emit, binding=binding)
        except EngineConflict:  # where it does not run, nobody is there to run a hook
            if still_runs(self.engine, container):
                raise

    def _kill(self, container: str, signal: str) -> None:
        """Kill; one that has ended meanwhile is as wanted."""
        try:
            self.engine.kill_container(container, signal)
        except EngineNotFound:
            return
        except EngineConflict:
            if still_runs(self.engine, container):
                raise

    def _place(self, op: StartContainer | StopContainer | RestartContainer, where: str) -> Place:
        name = without_project(self.project, op.resource.removeprefix("Container "))
        return Place(where, op.service, name, self._heard)

    def _rename(self, op: RenameContainer) -> None:
        """Rename; somebody else may have given it this very name."""
        container = self.resolve(op.container)
        try:
            self.engine.rename_container(container, op.name)
        except EngineNotFound:
            raise
        except EngineError:
            if self.engine.inspect_container(container)["Name"] != f"/{op.name}":
                raise

    def superseded(self, container: str) -> bool:
        """Return whether *container* is gone, or is being removed or replaced by somebody."""
        try:
            found = self.engine.inspect_container(container)
        except EngineNotFound:
            return True
        if found["State"].get("Status") in GOING:
            return True
        service = (found["Config"].get("Labels") or {}).get(SERVICE, "")
        labels = [*members(self.project.name), f"{SERVICE}={service}"]
        others = self.engine.list_containers({"label": labels})
        names = (name.lstrip("/") for one in others for name in one["Names"])
        return any(name.startswith(f"{found['Id'][:12]}_") for name in names)

    def _remove_network(self, network: str) -> str:
        """Remove; ask again while only containers that are gone hold it.

        A loaded engine forgets their endpoints a moment after it has told of their end, and sends
        no event for that. Some engines lose count of them, until they are restarted.
        """
        deadline = time.monotonic() + _FORGETS_S
        while told := _removed(lambda: self.engine.remove_network(network)):
            if self._used(network):
                return told
            if time.monotonic() > deadline:
                raise EngineError(
                    "has active endpoints, though no container is on it: the engine lost count",
                    hint="restart the engine, and remove the network again",
                )
            time.sleep(_PAUSE_S)
        return ""

    def _used(self, network: str) -> bool:
        """Return whether a container that exists is on the network."""
        try:
            members = self.engine.inspect_network(network).get("Containers") or {}
        except EngineNotFound:
            return False
        return any(map(self._exists, members))

    def _exists(self, container: str) -> bool:
        try:
            self.engine.inspect_container(container)
        except EngineNotFound:
            return False
        return True

    def _service(self, name: str) -> Service:
        """Return the service, also a disabled one; an empty one for an orphan's."""
        return self.project.services.get(name) or self.project.disabled.get(name) or Service()


def _removed(remove: Callable[[], None]) -> str:
    """Remove; what is gone is gone, what others use stays and is a warning."""
    try:
        remove()
    except EngineNotFound:
        return ""
    except EngineError as error:
        if not _HELD.search(error.message):
            raise
        return IN_USE
    return ""
