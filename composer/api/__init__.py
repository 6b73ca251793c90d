"""The use cases: what a program, or the command line, can do with a project.

The package is the one place where the pure parts (loading, planning) meet the engine, the disk and
threads: session (a project and an engine), rounds (plan and execute), and this module.

    with Composer(["compose.yaml"]) as app:
        app.up(UpPolicy(wait=True))
        print([container.name for container in app.ps()])
        app.down(DownPolicy(volumes=True))

May import: all but cli and ui.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

from composer.api.rounds import (
    Answer,
    Turn,
    carry_out,
    refuse,
    refuse_missing,
    refuse_unsupported,
    tell,
)
from composer.api.session import Session, ignore
from composer.errors import EngineConflict, EngineNotFound
from composer.plan.ops import Plan
from composer.plan.policy import DownPolicy, UpPolicy
from composer.run.cancel import Cancel
from composer.run.events import Listener
from composer.run.outcome import Outcome
from composer.spec.project import Project
from composer.state import ContainerState

if TYPE_CHECKING:
    from composer.logs.follow import Follower
    from composer.logs.read import LogOptions

__all__ = ["Answer", "Composer", "DownPolicy", "UpPolicy", "ignore"]


class Composer(Session):
    """One project on one engine, and everything that can be done with it."""

    # -- changing ------------------------------------------------------------------------------

    def tell(self, plan: Plan) -> None:
        """Emit a plan's warnings, and what needs nothing."""
        tell(self, plan)

    def plan_up(
        self, policy: UpPolicy, services: Collection[str] = (), *, dependencies: bool = True
    ) -> tuple[Project, Plan]:
        """Return what ``up`` would do. Raises LoadError, PlanError, EngineError."""
        from composer.engine.holders import refuse_held
        from composer.plan.up import up  # with the engine

        project = self.selected(services, dependencies=dependencies)
        refuse_missing(self, project)
        observed = self.observe(project)
        refuse_unsupported(project, observed)
        plan = up(project, observed, policy.replace(targets=tuple(services)))
        refuse_held(self.engine, project, plan)
        return project, plan

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

        def plan(turn: Turn) -> tuple[Project, Plan]:
            asked = policy.replace(images_settled=turn.settled, answers=turn.answers)
            return self.plan_up(asked, services, dependencies=dependencies)

        return carry_out(self, plan, cancel or Cancel(), answer)

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
        return carry_out(self, lambda _: self.plan_down(policy), cancel or Cancel())

    def stop(
        self,
        services: Collection[str] = (),
        *,
        timeout: int | None = None,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Stop the project's containers, or those of *services*, dependents first."""
        from composer.plan.stop import stop  # with the engine

        def plan(_: Turn) -> tuple[Project, Plan]:
            project = self.known()
            stand_in = project or Project(name=self._name, working_dir=self.cwd)
            observed = self.observe(stand_in)
            return stand_in, stop(project, observed, services=tuple(services), timeout=timeout)

        return carry_out(self, plan, cancel or Cancel())

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

        self.check_services(services)
        found = containers(self.engine, self.name)
        return tuple(one for one in found if not services or one.service in services)

    def logs(self, options: "LogOptions", *, cancel: Cancel | None = None) -> None:
        """Emit what the containers have logged up to now, as LogBlock events."""
        from composer.logs.read import read_logs  # with the engine

        self.check_services(options.services)
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

        self.check_services(options.services)
        return Follower(
            self.engine,
            self.name,
            options,
            emit=emit or self.emit,
            cancel=cancel,
            new_only=new_only,
        )
