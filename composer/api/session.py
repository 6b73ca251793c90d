"""A project and an engine, each reached when it is first needed.

May import: all but cli and ui.
"""

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from types import TracebackType
from typing import Any, Self

from composer.api.remote import discovered
from composer.asked import names
from composer.disk import Disk
from composer.engine.port import Engine
from composer.errors import ConsistencyError, LoadError, UsageError
from composer.load.api_socket import with_api_socket
from composer.load.check import check_container_names
from composer.load.contents import contents
from composer.load.discover import env_warnings
from composer.load.pipeline import load, resolve_services, with_variables
from composer.load.reader import Reader
from composer.load.request import Loaded, Request
from composer.load.select import (
    check_dependencies,
    chosen,
    only,
    unknown_service,
    with_named,
    without_unused,
)
from composer.run.events import Event, Listener, Notice
from composer.source import Diagnostic, error, warning
from composer.spec.project import Project
from composer.state import Observed

Path = str | os.PathLike[str]
Paths = Path | Collection[Path]
"""One path, or several."""


def ignore(_: Event) -> None:
    """Drop an event."""


def _texts(paths: Paths) -> tuple[str, ...]:
    found = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    return names(os.fspath(one) for one in found)


class Session:
    """One project on one engine.

    *files* as with ``-f`` (found as the command line finds them where empty), likewise the other
    options; a single text is one of them. *environ* and *cwd* are the process's own unless given;
    *engine* is connected to when it is first needed. *emit* receives every event, one at a time
    but from several threads; what it raises ends the call. *warned* hears once what loading warns
    of.
    """

    def __init__(  # noqa: PLR0913 - one parameter a global option
        self,
        files: Paths = (),
        *,
        project_name: str = "",
        project_directory: Path = "",
        env_files: Paths = (),
        profiles: Collection[str] = (),
        environ: Mapping[str, str] | None = None,
        cwd: Path = "",
        reader: Reader | None = None,
        engine: Engine | None = None,
        emit: Listener = ignore,
        parallel: int = -1,
        all_resources: bool = False,
        warned: Callable[[tuple[Diagnostic, ...]], None] = lambda _: None,
    ) -> None:
        self.environ: Mapping[str, str] = dict(os.environ) if environ is None else environ
        self.cwd = os.fspath(cwd) or os.getcwd()
        self.reader = reader or Disk()
        self.emit = emit
        self.parallel = parallel
        self.all_resources = all_resources
        self.attached = False
        """Whether somebody follows the containers, who is to see what hooks print."""
        self.by_name = False
        """Whether the name that the user gave is enough where the files cannot be read."""
        self.may_be_empty = False
        """Whether there is nothing to do, rather than an error, where no service is active."""
        self._warned = warned
        self._name = project_name
        self._options = {
            "files": _texts(files),
            "project_directory": os.fspath(project_directory),
            "env_files": _texts(env_files),
            "project_name": project_name,
            "profiles": names(profiles),
        }
        self._engine = engine
        self._given = engine is not None
        self._unreadable = False
        self._told: set[Diagnostic] = set()

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
        """Close the connection to the engine, if there is one: it is asked nothing more."""
        if self._engine is not None:
            self._engine.close()

    @property
    def engine(self) -> Engine:
        """The engine; connects when it is first asked for. Raises EngineUnreachable."""
        if self._engine is None:
            from composer.engine.docker.configuration import misfit_of
            from composer.engine.docker.connect import connect

            if told := misfit_of(self.environ):
                self._warn([warning("docker-configuration", told)])
            self._engine = connect(self.environ)
        return self._engine

    @cached_property
    def place(self) -> str:
        """Where the engine is, whatever names it: a variable, a context or the default.

        Empty for an engine that was given. Raises EngineUnreachable.
        """
        from composer.engine.docker.address import resolve

        host = "" if self._given else resolve(self.environ).host
        scheme, _, path = host.partition("://")
        return f"unix://{os.path.realpath(path)}" if scheme == "unix" else host

    @cached_property
    def keys_that_detach(self) -> str:
        """The keys that leave a container alone, as the user configured them (else empty)."""
        from composer.engine.docker.configuration import keys_that_detach

        return keys_that_detach(self.environ)

    def format_of(self, command: str) -> str:
        """Return the format of ``ps`` or ``stats`` that the user configured (else empty)."""
        from composer.engine.docker.configuration import format_of

        return format_of(self.environ, command)

    @cached_property
    def request(self) -> Request:
        """What is to be loaded. Raises LoadError where no file is found."""
        return discovered(self.reader, self.cwd, self.environ, **self._options)

    @cached_property
    def loaded(self) -> Loaded:
        """The whole project with its warnings; environment files are not read yet."""
        request = self.request.replace(
            resolve_environment=False, unique_names=False, keep_label_files=True
        )
        found = load(request, self.reader)
        self._warn(found.warnings)
        return found

    def _warn(self, found: Iterable[Diagnostic]) -> None:
        """Pass on what nobody has been told of yet."""
        if new := tuple(one for one in found if one not in self._told):
            self._told.update(new)
            self._warned(new)

    @property
    def project(self) -> Project:
        """The whole project, loaded once: changes of the files need a new object.

        Raises LoadError.
        """
        return self.loaded.project

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What loading warned of."""
        return self.loaded.warnings

    @property
    def name(self) -> str:
        """The project's name, known without files where the user gave one."""
        project = self.known()
        return project.name if project else self._name.lower() or self.name_in_environment

    def known(self) -> Project | None:
        """Return the project, None where only its name counts: then labels tell what it has.

        That is so where the user gave a name and no file: what lies in the working directory may
        be another project; unless the command needed the files before. A name in the environment
        counts where the files are missing or wrong, with ``by_name`` one that the user gave, too: a
        command that only takes away, or shows, is not to wait until they are mended.
        """
        if self._name and not self._options["files"] and "loaded" not in self.__dict__:
            self._warn(self._env_warnings)
            return None
        if self._unreadable:
            return None
        try:
            return self.project
        except (LoadError, UsageError) as wrong:
            if not (self.name_in_environment or (self.by_name and self._name)):
                raise
            self._unreadable = True
            if isinstance(wrong, UsageError):
                self.emit(Notice("warning", wrong.message))
                return None
            found = [one for one in wrong.diagnostics if one.code != "no-file"]
            told = [one.replace(severity="warning") for one in found]
            self._warn([*wrong.warnings, *told])
            return None

    @cached_property
    def _env_warnings(self) -> tuple[Diagnostic, ...]:
        places = ("files", "project_directory", "env_files")
        options: dict[str, Any] = {name: self._options[name] for name in places}
        try:
            return env_warnings(self.reader, self.cwd, self.environ, **options)
        except UsageError as wrong:
            self.emit(Notice("warning", wrong.message))
            return ()

    def require_files(self) -> None:
        """Raise LoadError where the files cannot be read: for this command no name will do.

        Before ``known`` is asked, which would warn of what is then told as the error.
        """
        _ = self.loaded

    @property
    def name_in_environment(self) -> str:
        """The project's name that the process's environment gives, empty where it gives none."""
        return self.environ.get("COMPOSE_PROJECT_NAME", "").lower()

    def selected(self, services: Iterable[str] = (), *, dependencies: bool = True) -> Project:
        """Return the project reduced to *services* and what they need, ready to be planned.

        The other services are kept as disabled, so that their containers are no orphans. Networks
        and volumes of *services* and all that they need stay, also without *dependencies*.
        """
        project = self.project
        if names := list(services):
            project = with_named(project, names)
            if dependencies:
                check_dependencies(project, names)
            project = self._without_unused(only(project, names))
            project = only(project, names, dependencies=dependencies)
        elif not (project.services or self.may_be_empty or self.all_resources):
            raise ConsistencyError(error("no-service", "no service selected"))
        if doubled := check_container_names(project):
            raise ConsistencyError(doubled)
        project = self.resolved(project).with_platforms()
        project = project if names else self._without_unused(project)
        project = project.replace(contents=contents(project, self.reader))
        return with_api_socket(project, self._credentials)

    def complete(self, services: Collection[str] = ()) -> Project:
        """Return the project, or *services* with what they need, with all files of services read.

        As ``config`` prints it. Raises LoadError.
        """
        found = load(self.request, self.reader)
        if services:
            found = found.replace(project=chosen(found.project, services))
            found = with_variables(found, self.reader, self.cwd)
        self._warn(found.warnings)
        return self._without_unused(found.project)

    def resolved(self, project: Project) -> Project:
        """Return *project* with the files of its services read; warn of what they refer to in vain.

        Raises LoadError.
        """
        project, warnings = resolve_services(project, self.reader, self.cwd)
        self._warn(warnings)
        return project

    def tell_of_variables(self) -> None:
        """Warn of what the files of services refer to in vain, where they serve nothing else.

        As in Docker Compose; but files that cannot be read do not hinder then.
        """
        if project := self.known():
            with suppress(LoadError):
                self.resolved(project)

    def _without_unused(self, project: Project) -> Project:
        return project if self.all_resources else without_unused(project)

    def _credentials(self) -> Mapping[str, Any]:
        return self.engine.credentials()

    def observe(self, project: Project) -> Observed:
        """Look at the engine."""
        from composer.engine.snapshot import observe

        return observe(self.engine, project)

    def shown(self, path: str) -> str:
        """Return *path* as the user knows it: relative to the working directory if below it."""
        return path.removeprefix(self.cwd.rstrip("/") + "/")

    def known_with(self, names: Collection[str]) -> Project | None:
        """Return what ``known`` does, but None where the files lack a service of these *names*.

        That is so, as with Docker Compose, where the environment names the project: what it has of
        other services is as much its own.
        """
        project = self.known()
        if project and self.name_in_environment and not project.all_services.keys() >= set(names):
            return None
        return project

    def check_services(self, names: Collection[str]) -> None:
        """Raise ConsistencyError for a name that is no service of the files."""
        project = self.known_with(names)
        if project is None:
            return
        known = project.all_services
        for name in names:
            if name not in known:
                raise unknown_service(name, known)
