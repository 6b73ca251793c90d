"""The use cases: what a program, or the command line, can do with a project.

The package is the one place where the pure parts (loading, planning) meet the engine, the disk and
threads: session (a project and an engine), rounds (plan and execute), and the methods of Composer.
Those that look are in looking, those that reach inside containers in inside, those on images in
imaging, and the rest here: nearly all of it is signature and docstring.

    with Composer(["compose.yaml"]) as app:
        app.up(UpPolicy(wait=True))
        print([container.name for container in app.ps()])
        app.down(DownPolicy(volumes=True))

May import: all but cli and ui.
"""

from collections.abc import Callable, Collection
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from composer.api import endings, lifecycle, planning
from composer.api.imaging import Imaging
from composer.api.rounds import Answer, Turn, carry_out, refuse, tell
from composer.api.session import ignore
from composer.asked import names
from composer.plan.ops import Plan
from composer.plan.policy import DownPolicy, UpPolicy
from composer.run.cancel import Cancel
from composer.run.events import Listener
from composer.run.outcome import Outcome
from composer.spec.project import Project
from composer.state import ContainerState

if TYPE_CHECKING:
    from composer.api.watch import Replacing, Watching, WatchOptions
    from composer.plan.changes import Preview

__all__ = ["Answer", "Composer", "DownPolicy", "UpPolicy", "ignore"]


class Composer(Imaging):
    """One project on one engine, and everything that can be done with it.

    It is closed at the end of ``with``, and asks the engine nothing after that. Every timeout is a
    number of seconds; durations in the model (``Service.stop_grace_period``) are nanoseconds.
    Where a method is given a *cancel*, another thread ends it by ``cancel.request()``; calls of the
    engine that are under way are let end.

    The methods raise LoadError for files that are wrong and names that are no services, PlanError
    for what cannot be reached, EngineError for what the engine refuses, ExecutionError for
    operations that failed, Interrupted after *cancel*, UsageError for wrong arguments. All are
    ComposerErrors.
    """

    def tell(self, plan: Plan) -> None:
        """Emit a plan's warnings, and what needs nothing.

        Raises what ``emit`` does.
        """
        tell(self, plan)

    def plan_up(
        self, policy: UpPolicy, services: Collection[str] = (), *, dependencies: bool = True
    ) -> tuple[Project, Plan]:
        """Return what ``up`` would do. Raises LoadError, PlanError, EngineError."""
        services = names(services)
        made = planning.plan_up(self, policy, services, dependencies=dependencies)
        return made.project, made.plan

    def preview_up(
        self,
        policy: UpPolicy = UpPolicy(),  # noqa: B008 - immutable
        services: Collection[str] = (),
        *,
        dependencies: bool = True,
    ) -> "Preview":
        """Return what ``up`` would do, resource by resource, with what somebody changed by hand.

        Raises what plan_up raises.
        """
        services = names(services)
        return planning.preview_up(self, policy, services, dependencies=dependencies)

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
        anything is changed; EngineError, ExecutionError, Interrupted.
        """
        services = names(services)
        self.require_files()

        def plan(turn: Turn) -> tuple[Project, Plan]:
            return self.plan_up(turn.policy(policy), services, dependencies=dependencies)

        return carry_out(self, plan, cancel or Cancel(), answer)

    def plan_down(self, policy: DownPolicy) -> tuple[Project, Plan]:
        """Return what ``down`` would do; works by labels alone where there are no files.

        Raises LoadError, EngineError.
        """
        from composer.engine.snapshot import built_images  # with the engine
        from composer.plan.down import down

        project = self.known_with(policy.services)
        stand_in = project or Project(name=self.name, working_dir=self.cwd)
        built = built_images(self.engine, stand_in.name) if policy.images else {}
        policy = policy.replace(unused=policy.unused or self.all_resources)
        described = None if policy.everything else project
        return stand_in, down(stand_in.name, described, self.observe(stand_in), policy, built)

    def down(
        self,
        policy: DownPolicy = DownPolicy(),  # noqa: B008 - immutable
        *,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Stop and remove what the project has on the engine.

        Raises LoadError, PlanError, EngineError, ExecutionError, Interrupted.
        """
        return carry_out(self, lambda _: self.plan_down(policy), cancel or Cancel())

    def stop(
        self,
        services: Collection[str] = (),
        *,
        timeout: int | None = None,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Stop the project's containers, or those of *services*, dependents first.

        Raises LoadError, PlanError, EngineError, ExecutionError, Interrupted.
        """
        services = names(services)
        plan = partial(lifecycle.stop, self, services, timeout=timeout)
        return lifecycle.perform(self, plan, cancel=cancel, dry_run=dry_run)

    def start(
        self,
        services: Collection[str] = (),
        *,
        wait: bool = False,
        wait_timeout: float | None = None,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Start the containers of *services* and of what they need; none is created.

        *wait* returns once they run or are healthy, within *wait_timeout* seconds.
        Raises LoadError, PlanError, EngineError, ExecutionError, Interrupted; ComposerError where
        there is no container.
        """
        services = names(services)
        plan = partial(lifecycle.start, self, services, wait=wait, wait_timeout=wait_timeout)
        return lifecycle.perform(self, plan, cancel=cancel, dry_run=dry_run)

    def restart(
        self,
        services: Collection[str] = (),
        *,
        timeout: int | None = None,
        dependents: bool = True,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Restart the containers of *services*, and *dependents* with ``depends_on.restart``.

        Raises LoadError, PlanError, EngineError, ExecutionError, Interrupted.
        """
        services = names(services)
        plan = partial(lifecycle.restart, self, services, timeout=timeout, dependents=dependents)
        return lifecycle.perform(self, plan, cancel=cancel, dry_run=dry_run)

    def kill(
        self,
        services: Collection[str] = (),
        signal_name: str = "SIGKILL",
        *,
        orphans: bool = False,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Send a signal to the running containers of *services*, and to *orphans*.

        Waits for no other command.
        Raises LoadError, PlanError, EngineError, ExecutionError, Interrupted.
        """
        services = names(services)
        return lifecycle.kill(
            self,
            services,
            signal=signal_name,
            orphans=orphans,
            cancel=cancel,
            dry_run=dry_run,
        )

    def pause(
        self,
        services: Collection[str] = (),
        *,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Freeze the running containers of *services*.

        Raises LoadError, PlanError, EngineError, ExecutionError, Interrupted.
        """
        services = names(services)
        plan = lifecycle.freeze(self, services)
        return lifecycle.perform(self, plan, cancel=cancel, dry_run=dry_run)

    def unpause(
        self,
        services: Collection[str] = (),
        *,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Let the frozen containers of *services* go on.

        Raises LoadError, PlanError, EngineError, ExecutionError, Interrupted.
        """
        services = names(services)
        plan = lifecycle.freeze(self, services, thaw=True)
        return lifecycle.perform(self, plan, cancel=cancel, dry_run=dry_run)

    def plan_rm(
        self, services: Collection[str] = (), *, stop: bool = False, volumes: bool = False
    ) -> tuple[Project, Plan]:
        """Return what ``rm`` would do.

        Raises LoadError, EngineError.
        """
        services = names(services)
        return lifecycle.rm(self, services, stop=stop, volumes=volumes)

    def rm(
        self,
        services: Collection[str] = (),
        *,
        stop: bool = False,
        volumes: bool = False,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Remove the containers of *services* that do not run; *stop* stops them first.

        Raises LoadError, PlanError, EngineError, ExecutionError, Interrupted.
        """
        services = names(services)
        plan = partial(self.plan_rm, services, stop=stop, volumes=volumes)
        return lifecycle.perform(self, plan, cancel=cancel, dry_run=dry_run)

    def wait(
        self,
        services: Collection[str] = (),
        *,
        first: bool = False,
        told: Callable[[ContainerState, int], None] = lambda *_: None,
        cancel: Cancel | None = None,
    ) -> int:
        """Wait until the containers of *services* (or the *first* one) end; return its code.

        Raises LoadError, EngineError, Interrupted; ComposerError where there are no containers.
        """
        services = names(services)
        return endings.wait(self, services, first=first, told=told, cancel=cancel)

    def watching(
        self,
        services: Collection[str] = (),
        options: "WatchOptions | None" = None,
        *,
        emit: Listener | None = None,
        cancel: Cancel | None = None,
        replacing: "Replacing" = nullcontext,
    ) -> "Watching":
        """Return what keeps the containers of *services* as the files that their rules watch.

        ``run`` does so until *cancel* is requested; *replacing* surrounds what ends containers.
        Raises LoadError for rules that cannot work.
        """
        services = names(services)
        from composer.api.watch import Watching, WatchOptions  # with the engine

        return Watching(
            self,
            services,
            options or WatchOptions(),
            emit=emit or self.emit,
            cancel=cancel or Cancel(),
            replacing=replacing,
        )
