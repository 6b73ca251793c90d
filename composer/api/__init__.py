"""The use cases: what a program, or the command line, can do with a project.

The package is the one place where the pure parts (loading, planning) meet the engine, the disk and
threads: session (a project and an engine), rounds (plan and execute), and this module. It is long
because it has one method for each use case, nearly all signature and docstring.

    with Composer(["compose.yaml"]) as app:
        app.up(UpPolicy(wait=True))
        print([container.name for container in app.ps()])
        app.down(DownPolicy(volumes=True))

May import: all but cli and ui.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from composer.api import endings, images, lifecycle, listing, planning
from composer.api.inside import Inside
from composer.api.rounds import Answer, Turn, carry_out, refuse, tell
from composer.api.session import ignore
from composer.asked import names
from composer.plan.ops import Plan
from composer.plan.policy import DownPolicy, UpPolicy
from composer.plan.transfer import PullPolicy
from composer.run.cancel import Cancel
from composer.run.events import Listener
from composer.run.outcome import Outcome
from composer.spec.project import Project
from composer.state import ContainerState, PublishedPort

if TYPE_CHECKING:
    from composer.api.publish import PublishOptions
    from composer.api.watch import Replacing, Watching, WatchOptions
    from composer.engine.port import EngineEvent, Json
    from composer.logs.follow import Follower
    from composer.logs.read import LogOptions
    from composer.plan.changes import Preview
    from composer.plan.publish import Question

__all__ = ["Answer", "Composer", "DownPolicy", "UpPolicy", "ignore"]


class Composer(Inside):
    """One project on one engine, and everything that can be done with it."""

    # -- changing ------------------------------------------------------------------------------

    def tell(self, plan: Plan) -> None:
        """Emit a plan's warnings, and what needs nothing."""
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
        anything is changed, ExecutionError after.
        """
        services = names(services)
        self.require_files()

        def plan(turn: Turn) -> tuple[Project, Plan]:
            return self.plan_up(turn.policy(policy), services, dependencies=dependencies)

        return carry_out(self, plan, cancel or Cancel(), answer)

    def plan_down(self, policy: DownPolicy) -> tuple[Project, Plan]:
        """Return what ``down`` would do; works by labels alone where there are no files."""
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
        """Stop and remove what the project has on the engine."""
        return carry_out(self, lambda _: self.plan_down(policy), cancel or Cancel())

    def stop(
        self,
        services: Collection[str] = (),
        *,
        timeout: int | None = None,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Stop the project's containers, or those of *services*, dependents first."""
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
        """Restart the containers of *services*, and *dependents* with ``depends_on.restart``."""
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
        """Freeze the running containers of *services*."""
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
        """Let the frozen containers of *services* go on."""
        services = names(services)
        plan = lifecycle.freeze(self, services, thaw=True)
        return lifecycle.perform(self, plan, cancel=cancel, dry_run=dry_run)

    def plan_rm(
        self, services: Collection[str] = (), *, stop: bool = False, volumes: bool = False
    ) -> tuple[Project, Plan]:
        """Return what ``rm`` would do."""
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
        """Remove the containers of *services* that do not run; *stop* stops them first."""
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
        """Wait until the containers of *services* (or the *first* one) end; return its code."""
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

    # -- images --------------------------------------------------------------------------------

    def pull(
        self,
        services: Collection[str] = (),
        policy: PullPolicy = PullPolicy(),  # noqa: B008 - immutable
        *,
        dependencies: bool = False,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Pull the images of *services*."""
        services = names(services)
        return images.pull(
            self, services, policy, dependencies=dependencies, cancel=cancel, dry_run=dry_run
        )

    def push(
        self,
        services: Collection[str] = (),
        *,
        ignore_failures: bool = False,
        dependencies: bool = False,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Push the images that *services* build under a name of their own."""
        services = names(services)
        return images.push(
            self,
            services,
            ignore_failures=ignore_failures,
            dependencies=dependencies,
            cancel=cancel,
            dry_run=dry_run,
        )

    def build(
        self,
        services: Collection[str] = (),
        options: images.BuildOptions = images.BuildOptions(),  # noqa: B008 - immutable
        *,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Build the images of *services*."""
        services = names(services)
        return images.build(self, services, options, cancel=cancel, dry_run=dry_run)

    def bake(
        self,
        services: Collection[str] = (),
        options: images.BuildOptions = images.BuildOptions(),  # noqa: B008 - immutable
        *,
        push: bool = False,
        check: bool = False,
    ) -> str:
        """Return the builds of *services*, or checks of them, as a file for ``buildx bake``."""
        services = names(services)
        return images.bake(self, services, options, push=push, check=check)

    def build_with(
        self,
        builder: str,
        services: Collection[str] = (),
        options: images.BuildOptions = images.BuildOptions(),  # noqa: B008 - immutable
        *,
        push: bool = False,
        quiet: bool = False,
    ) -> None:
        """Build the images of *services* with a builder of ``docker buildx``."""
        services = names(services)
        images.build_with(self, builder, services, options, push=push, quiet=quiet)

    def check_builds(
        self,
        services: Collection[str] = (),
        options: images.BuildOptions = images.BuildOptions(),  # noqa: B008 - immutable
    ) -> Iterator[tuple[str, str, bool]]:
        """Yield each service with what the checks of its Dockerfile say, and whether it passed."""
        services = names(services)
        return images.check(self, services, options)

    def publish(
        self,
        repository: str,
        options: "PublishOptions",
        *,
        consent: "Callable[[Question], bool] | None" = lambda _: False,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> bool:
        """Publish the project's files to *repository*; tell whether *consent* was given.

        None consents to everything, variables included.
        """
        from composer.api.publish import publish

        return publish(self, repository, options, consent=consent, dry_run=dry_run, cancel=cancel)

    # -- looking -------------------------------------------------------------------------------

    def ps(self, services: Collection[str] = ()) -> tuple[ContainerState, ...]:
        """Return the project's containers, or those of *services*; one-offs included."""
        services = names(services)
        from composer.engine.snapshot import containers  # with the engine

        self.check_services(services)
        found = containers(self.engine, self.name)
        return tuple(one for one in found if not services or one.service in services)

    def images(self, services: Collection[str] = ()) -> list[tuple[ContainerState, "Json"]]:
        """Return each container with the inspection of its image."""
        services = names(services)
        return listing.images(self, services)

    def volumes(self, services: Collection[str] = ()) -> list["Json"]:
        """Return the project's volumes; with *services*, those that their containers mount."""
        services = names(services)
        return listing.volumes(self, services)

    def port(
        self, service: str, target: int, *, protocol: str = "tcp", index: int = 0
    ) -> PublishedPort:
        """Return where a port of a running container is published."""
        return listing.port(self, service, target, protocol=protocol, index=index)

    def top(self, services: Collection[str] = ()) -> list[listing.Processes]:
        """Return the processes of the running containers."""
        services = names(services)
        return listing.top(self, services)

    def events(
        self,
        services: Collection[str] = (),
        *,
        since: str = "",
        until: str = "",
        cancel: Cancel | None = None,
    ) -> Iterator["EngineEvent"]:
        """Yield what happens to the containers; *since* and *until* are Unix seconds."""
        services = names(services)
        return listing.events(self, services, since=since, until=until, cancel=cancel)

    def logs(
        self, options: "LogOptions", *, cancel: Cancel | None = None, by_time: bool = False
    ) -> None:
        """Emit what the containers have logged up to now, as LogBlock events.

        With *by_time*, the lines of all containers come in the order of their times.
        """
        from composer.logs.read import read_logs  # with the engine

        self.check_services(options.services)
        read_logs(self.engine, self.name, options, emit=self.emit, cancel=cancel, by_time=by_time)

    def follower(
        self,
        options: "LogOptions",
        *,
        emit: Listener | None = None,
        cancel: Cancel | None = None,
        new_only: bool = False,
        awaited: Collection[str] = (),
    ) -> "Follower":
        """Return a follower of the logs; *new_only* leaves out what was logged before.

        It ends when the containers of *awaited* services have ended, of all unless given.
        """
        awaited = names(awaited)
        from composer.logs.follow import Follower  # with the engine

        self.check_services(options.services)
        return Follower(
            self.engine,
            self.name,
            options,
            emit=emit or self.emit,
            cancel=cancel,
            new_only=new_only,
            awaited=awaited,
        )
