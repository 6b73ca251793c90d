"""The use cases: what a program, or the command line, can do with a project.

The one place where the pure parts (loading, planning) meet the engine, the disk and threads.

    with Composer(["compose.yaml"]) as app:
        app.up(UpPolicy(wait=True))
        print([container.name for container in app.ps()])
        app.down(DownPolicy(volumes=True))

May import: all but cli and ui.
"""

import os
import signal
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from composer.disk import Disk
from composer.engine.port import Engine
from composer.errors import (
    ConsistencyError,
    EngineConflict,
    EngineNotFound,
    EngineUnsupported,
    Interrupted,
)
from composer.load.discover import discover
from composer.load.pipeline import load, resolve_services
from composer.load.reader import Reader
from composer.load.request import Loaded, Request
from composer.load.select import only, with_named, without_unused
from composer.plan.ops import BuildImage, Op, Plan, PullImage
from composer.plan.policy import DownPolicy, UpPolicy
from composer.run.cancel import Cancel
from composer.run.events import Ended, Event, Listener, Notice
from composer.run.outcome import Outcome
from composer.source import Diagnostic, error
from composer.spec.project import Project
from composer.spec.shapes import EMPTY
from composer.state import ContainerState, Observed
from composer.tree import position
from composer.value import Value

if TYPE_CHECKING:
    from composer.logs.follow import Follower
    from composer.logs.read import LogOptions

ROUNDS = 4
"""Plans that one command makes at most, when the world changes while it runs."""

Answer = Callable[[Op], bool]
"""Asks whether a guarded operation may be done."""


def ignore(_: Event) -> None:
    """Drop an event."""


def refuse(_: Op) -> bool:
    """Consent to nothing."""
    return False


class _Turn(Value):
    """What is known when a command plans once more: images that are there, answers given."""

    settled: bool = False
    answers: Mapping[str, bool] = EMPTY


_Planner = Callable[[_Turn], tuple[Project, Plan]]


class Composer:
    """One project on one engine.

    *files* as with ``-f`` (found as the command line finds them where empty), likewise the other
    options. *environ* and *cwd* are the process's own unless given; *engine* is connected to when
    it is first needed. *emit* receives every event.
    """

    def __init__(  # noqa: PLR0913 - one parameter a global option
        self,
        files: Collection[str] = (),
        *,
        project_name: str = "",
        project_directory: str = "",
        env_files: Collection[str] = (),
        profiles: Collection[str] = (),
        environ: Mapping[str, str] | None = None,
        cwd: str = "",
        reader: Reader | None = None,
        engine: Engine | None = None,
        emit: Listener = ignore,
        parallel: int = -1,
        all_resources: bool = False,
    ) -> None:
        self.environ: Mapping[str, str] = dict(os.environ) if environ is None else environ
        self.cwd = cwd or os.getcwd()
        self.reader = reader or Disk()
        self.emit = emit
        self.parallel = parallel
        self.all_resources = all_resources
        self._name = project_name
        self._options = {
            "files": tuple(files),
            "project_directory": project_directory,
            "env_files": tuple(env_files),
            "project_name": project_name,
            "profiles": tuple(profiles),
        }
        self._engine = engine

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection to the engine, if there is one."""
        if self._engine is not None:
            self._engine.close()

    @property
    def engine(self) -> Engine:
        """The engine; connects when it is first asked for. Raises EngineUnreachable."""
        if self._engine is None:
            from composer.engine.docker.connect import connect

            self._engine = connect(self.environ)
        return self._engine

    @cached_property
    def request(self) -> Request:
        """What is to be loaded. Raises LoadError where no file is found."""
        return discover(self.reader, self.cwd, self.environ, **self._options)  # type: ignore[arg-type]

    @cached_property
    def loaded(self) -> Loaded:
        """The whole project with its warnings; environment files are not read yet."""
        return load(self.request.replace(resolve_environment=False), self.reader)

    @property
    def project(self) -> Project:
        """The whole project. Raises LoadError."""
        return self.loaded.project

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What loading warned of."""
        return self.loaded.warnings

    @property
    def name(self) -> str:
        """The project's name, known without files where the user gave one."""
        project = self.known()
        return project.name if project else self._name

    def known(self) -> Project | None:
        """Return the project, None where there are no files but the user gave a name."""
        try:
            return self.project
        except ConsistencyError as wrong:
            if self._name and any(one.code == "no-file" for one in wrong.diagnostics):
                return None
            raise

    def selected(self, services: Iterable[str] = (), *, dependencies: bool = True) -> Project:
        """Return the project reduced to *services* and what they need, ready to be planned.

        The other services are kept as disabled, so that their containers are no orphans.
        """
        project = self.project
        if names := list(services):
            project = only(with_named(project, names), names, dependencies=dependencies)
        project = resolve_services(project, self.reader, self.cwd)
        return project if self.all_resources else without_unused(project)

    def observe(self, project: Project) -> Observed:
        """Look at the engine."""
        from composer.engine.snapshot import observe

        return observe(self.engine, project)

    # -- up and down ---------------------------------------------------------------------------

    def plan_up(
        self, policy: UpPolicy, services: Collection[str] = (), *, dependencies: bool = True
    ) -> tuple[Project, Plan]:
        """Return what ``up`` would do. Raises LoadError, PlanError, EngineError."""
        from composer.plan.up import up  # with the engine

        project = self.selected(services, dependencies=dependencies)
        observed = self.observe(project)
        self._refuse_unsupported(project, observed)
        return project, up(project, observed, policy.replace(targets=tuple(services)))

    def up(
        self,
        policy: UpPolicy = UpPolicy(),  # noqa: B008 - immutable
        services: Collection[str] = (),
        *,
        dependencies: bool = True,
        cancel: Cancel | None = None,
        answer: Answer = refuse,
    ) -> Outcome:
        """Bring the project, or *services* with what they need, to the wanted state.

        *answer* is asked before a volume is replaced. Raises LoadError and PlanError before
        anything is changed, ExecutionError after.
        """

        def plan(turn: _Turn) -> tuple[Project, Plan]:
            asked = policy.replace(images_settled=turn.settled, answers=turn.answers)
            return self.plan_up(asked, services, dependencies=dependencies)

        return self._carry_out(plan, cancel or Cancel(), answer)

    def plan_down(self, policy: DownPolicy) -> tuple[Project, Plan]:
        """Return what ``down`` would do; works by labels alone where there are no files."""
        from composer.plan.down import down

        project = self.known()
        stand_in = project or Project(name=self._name, working_dir=self.cwd)
        return stand_in, down(stand_in.name, project, self.observe(stand_in), policy)

    def down(
        self,
        policy: DownPolicy = DownPolicy(),  # noqa: B008 - immutable
        *,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Stop and remove what the project has on the engine."""
        return self._carry_out(lambda _: self.plan_down(policy), cancel or Cancel())

    def _carry_out(self, plan: _Planner, cancel: Cancel, answer: Answer = refuse) -> Outcome:
        """Plan and execute, one command a project at a time."""
        from composer.run.lock import project_lock  # with the engine

        name = self.name
        waiting = Notice("info", f"waiting for another command that changes project {name}")
        address = self.environ.get("DOCKER_HOST", "")
        with project_lock(address, name, cancel, lambda: self.emit(waiting)) as held:
            if not held:
                raise Interrupted(signal.SIGINT)
            return self._rounds(plan, cancel, answer).check()

    def _rounds(self, plan: _Planner, cancel: Cancel, answer: Answer) -> Outcome:
        """Images first, so that one that cannot be had leaves nothing half-made; then the rest.

        Where the world changed meanwhile, look and plan again, a few times.
        """
        turn = _Turn()
        outcome = Outcome()
        for _ in range(ROUNDS):
            project, wanted = plan(turn)
            if asked := {op.key: answer(op) for op in wanted.questions}:
                turn = turn.replace(answers={**turn.answers, **asked})
                project, wanted = plan(turn)
            if not turn.settled and (images := _image_operations(wanted)):
                outcome = self._execute(project, images, cancel)
                if not outcome.ok:
                    break
                turn = turn.replace(settled=True)
                project, wanted = plan(turn)
            self.tell(wanted)
            outcome = self._execute(project, wanted, cancel)
            if not outcome.replan:
                break
        return outcome

    def _execute(self, project: Project, plan: Plan, cancel: Cancel) -> Outcome:
        from composer.run.execute import execute  # with the engine

        return execute(
            plan,
            project,
            self.engine,
            emit=self.emit,
            parallel=self.parallel,
            cancel=cancel,
            build=self._builder(project),
        )

    def tell(self, plan: Plan) -> None:
        """Emit a plan's warnings, and what needs nothing."""
        for text in plan.warnings:
            self.emit(Notice("warning", text))
        for name in plan.unchanged:
            if name.startswith("Container "):
                self.emit(Ended(name, name, "Running"))

    def _builder(self, project: Project) -> Callable[[str, Listener], str]:
        def build(service: str, emit: Listener) -> str:
            from composer.build import build_image

            return build_image(self.engine, project, service, emit)

        return build

    def _refuse_unsupported(self, project: Project, observed: Observed) -> None:
        """Refuse what the engine's API version cannot do, before anything is created."""
        from composer.engine.translate import unsupported  # with the engine

        found = unsupported(project, observed.api)
        if not found or project.node is None:
            return
        places = [(position(project.node, one.path), one) for one in found]
        listed = "\n".join(f"{place}: {one}" if place else str(one) for place, one in places)
        api = ".".join(map(str, observed.api))
        message = f"the engine's API version is {api}, too old for:\n{listed}"
        raise EngineUnsupported(message, hint="use a newer engine, or leave the attribute out")

    def stop(
        self,
        services: Collection[str] = (),
        *,
        timeout: int | None = None,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Stop the project's containers, or those of *services*, dependents first."""
        from composer.plan.stop import stop  # with the engine

        def plan(_: _Turn) -> tuple[Project, Plan]:
            project = self.known()
            stand_in = project or Project(name=self._name, working_dir=self.cwd)
            observed = self.observe(stand_in)
            return stand_in, stop(project, observed, services=tuple(services), timeout=timeout)

        return self._carry_out(plan, cancel or Cancel())

    def kill(self, services: Collection[str] = (), signal_name: str = "SIGKILL") -> None:
        """Send a signal to every running container of the project, or of *services*."""
        for one in self.ps(services):
            if one.running:
                try:
                    self.engine.kill_container(one.id, signal_name)
                except (EngineNotFound, EngineConflict):
                    continue  # it ended meanwhile

    # -- looking -------------------------------------------------------------------------------

    def ps(self, services: Collection[str] = ()) -> tuple[ContainerState, ...]:
        """Return the project's containers, or those of *services*; one-offs included."""
        from composer.engine.snapshot import containers  # with the engine

        self._check_services(services)
        found = containers(self.engine, self.name)
        return tuple(one for one in found if not services or one.service in services)

    def logs(self, options: "LogOptions", *, cancel: Cancel | None = None) -> None:
        """Emit what the containers have logged up to now, as LogBlock events."""
        from composer.logs.read import read_logs  # with the engine

        self._check_services(options.services)
        read_logs(self.engine, self.name, options, emit=self.emit, cancel=cancel)

    def follower(
        self,
        options: "LogOptions",
        *,
        emit: Listener | None = None,
        cancel: Cancel | None = None,
        new_only: bool = False,
    ) -> "Follower":
        """Return a follower of the logs; *new_only* leaves out what was logged before."""
        from composer.logs.follow import Follower  # with the engine

        self._check_services(options.services)
        return Follower(
            self.engine,
            self.name,
            options,
            emit=emit or self.emit,
            cancel=cancel,
            new_only=new_only,
        )

    def _check_services(self, names: Iterable[str]) -> None:
        """Raise ConsistencyError for a name that is no service of the files."""
        project = self.known()
        if project is None:
            return
        for name in names:
            if name not in project.services and name not in project.disabled:
                raise ConsistencyError(error("unknown-service", f"no such service: {name}"))


def _image_operations(plan: Plan) -> Plan | None:
    """Return the part of *plan* that pulls and builds, None where there is none."""
    images = [op for op in plan if isinstance(op, (PullImage, BuildImage))]
    keys = {op.key for op in images}
    alone = [op.replace(after=tuple(key for key in op.after if key in keys)) for op in images]
    return Plan(tuple(alone)) if alone else None
