"""The use cases that look: containers, images, volumes, ports, processes, events, logs.

Composer takes its methods from here; what they do is in the modules beside this one.
May import: all but cli and ui.
"""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, Literal

from composer.api import listing
from composer.api.session import Session
from composer.asked import names
from composer.run.cancel import Cancel
from composer.run.events import Listener
from composer.source import Diagnostic
from composer.state import ContainerState, PublishedPort, Usage

if TYPE_CHECKING:
    from composer.api.dependencies import Dependencies
    from composer.engine.port import EngineEvent
    from composer.logs.follow import Follower
    from composer.logs.read import LogOptions
    from composer.spec.project import Project


class Looking(Session):
    """A session with what looks at the project and its containers, and changes nothing."""

    def config(
        self, services: Collection[str] = (), *, form: Literal["yaml", "json"] = "yaml"
    ) -> str:
        """Return the project as ``config`` prints it, with *services* reduced to what they need.

        Raises LoadError.
        """
        return listing.config(self, names(services), form)

    def validate(
        self, *, select: Collection[str] = (), ignore: Collection[str] = (), repository: str = ""
    ) -> tuple[Diagnostic, ...]:
        """Return every problem of the files, by place, as ``validate``: also what is but doubtful.

        Files that are wrong raise nothing, so that all is told at once. *select* and *ignore* are
        codes; *repository* is the folder that no path should leave.
        Raises UsageError where there is no file, or for a code that is none.
        """
        from composer.lint.choice import Choice  # loading alone does without the rules
        from composer.lint.inspect import examine

        choice = Choice().also(names(select), names(ignore), strict=False)
        known = self.reader, self.cwd, self.environ
        return examine(*known, self._options, choice, lambda _: repository).problems

    def generate(self, containers: Collection[str], name: str = "") -> "Project":
        """Return a project that describes *containers*, as ``alpha generate``.

        They are names, parts of names, or ids. Raises EngineError; ComposerError where there are
        none.
        """
        from composer.api.generate import generate  # with the engine

        return generate(self, names(containers), name)

    def graph(self, *, state: bool = True) -> "Dependencies":
        """Return which service needs which; with *state* also what runs, asking the engine.

        Raises LoadError, EngineError.
        """
        from composer.api.dependencies import dependencies

        return dependencies(self.project, self.ps() if state else None)

    def stacks(self, *, everything: bool = False, pattern: str = "") -> list[listing.Stack]:
        """Return the projects on the engine, as ``ls``; *pattern* is one for their names.

        With *everything* also those of which nothing runs.
        Raises EngineError.
        """
        return listing.stacks(self.engine, everything=everything, pattern=pattern)

    def ps(self, services: Collection[str] = ()) -> tuple[ContainerState, ...]:
        """Return the project's containers, or those of *services*; one-offs included.

        Raises LoadError, EngineError.
        """
        services = names(services)
        from composer.engine.snapshot import containers  # with the engine

        self.check_services(services)
        found = containers(self.engine, self.name)
        return tuple(one for one in found if not services or one.service in services)

    def images(self, services: Collection[str] = ()) -> list[tuple[ContainerState, dict[str, Any]]]:
        """Return each container with the inspection of its image.

        Raises LoadError, EngineError.
        """
        services = names(services)
        return listing.images(self, services)

    def volumes(self, services: Collection[str] = ()) -> list[dict[str, Any]]:
        """Return the project's volumes; with *services*, those that their containers mount.

        Raises LoadError, EngineError.
        """
        services = names(services)
        return listing.volumes(self, services)

    def port(
        self, service: str, target: int, *, protocol: str = "tcp", index: int = 0
    ) -> PublishedPort:
        """Return where a port of a running container is published.

        Raises LoadError, EngineError; ComposerError where it is not published.
        """
        return listing.port(self, service, target, protocol=protocol, index=index)

    def top(
        self, services: Collection[str] = (), *, skip_restarting: bool = False
    ) -> list[listing.Processes]:
        """Return the processes of the running containers.

        Raises LoadError, EngineError; also where one is about to restart, unless *skip_restarting*.
        """
        services = names(services)
        return listing.top(self, services, skip_restarting=skip_restarting)

    def stats(self, services: Collection[str] = (), *, everything: bool = False) -> list[Usage]:
        """Return what the running containers use, or *everything*, the newest first.

        The engine takes a second for it. Services without containers are no error.
        Raises LoadError, EngineError.
        """
        return listing.stats(self, names(services), everything=everything)

    def events(
        self,
        services: Collection[str] = (),
        *,
        since: str = "",
        until: str = "",
        cancel: Cancel | None = None,
    ) -> Iterator["EngineEvent"]:
        """Yield what happens to the containers; *since* and *until* are Unix seconds.

        Raises LoadError, EngineError.
        """
        services = names(services)
        return listing.events(self, services, since=since, until=until, cancel=cancel)

    def logs(
        self, options: "LogOptions", *, cancel: Cancel | None = None, by_time: bool = False
    ) -> None:
        """Emit what the containers have logged up to now, as LogBlock events.

        With *by_time*, the lines of all containers come in the order of their times.
        Raises LoadError, EngineError, ExecutionError; UsageError for a wrong time or pattern.
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

        ``open`` begins, ``run`` follows: until *cancel* is requested or, after
        ``finish_when_ended``, the containers of *awaited* services (all unless given) have ended.
        Raises LoadError; UsageError for a wrong pattern. Its ``run`` raises EngineError,
        ExecutionError.
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
