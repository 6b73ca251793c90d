"""The use cases that reach inside containers: exec, attach, run, cp, export, commit, stats.

Composer takes its methods from here; what they do is in the modules beside this one.
May import: all but cli and ui.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from composer.api.looking import Looking
from composer.plan.policy import UpPolicy
from composer.run.cancel import Cancel

if TYPE_CHECKING:
    from composer.api.copy import CopyRequest
    from composer.api.execute import AttachRequest, ExecRequest
    from composer.api.extract import CommitRequest, ExportRequest
    from composer.run.interactive import Console
    from composer.run.oneoff import OneOff


class Inside(Looking):
    """A session with what reaches inside containers."""

    def run_in(self, service: str, request: "ExecRequest", console: "Console") -> int:
        """Run a command in a container of *service*, as ``exec``; return its exit code.

        Raises LoadError, EngineError, Interrupted; ComposerError where the user detached.
        """
        from composer.api.execute import run_in  # with the engine

        return run_in(self, service, request, console)

    def start_in(self, service: str, request: "ExecRequest") -> None:
        """Start a command in the background of a container of *service*.

        Raises LoadError, EngineError.
        """
        from composer.api.execute import start_in

        start_in(self, service, request)

    def attach(self, service: str, request: "AttachRequest", console: "Console") -> int:
        """Talk with the process of a container of *service*; return its exit code.

        Raises LoadError, EngineError, Interrupted; ComposerError where the user detached.
        """
        from composer.api.execute import attach

        return attach(self, service, request, console)

    def takes_keys(self, service: str, index: int = 0) -> bool:
        """Tell whether the process of a container of *service* reads from a terminal of its own.

        Raises LoadError, EngineError.
        """
        from composer.api.target import target

        found = self.engine.inspect_container(target(self, service, index).id)
        return bool(found["Config"].get("Tty") and found["Config"].get("OpenStdin"))

    def create_one_off(
        self,
        service: str,
        asked: "OneOff",
        policy: UpPolicy = UpPolicy(),  # noqa: B008 - immutable
        *,
        dependencies: bool = True,
        cancel: Cancel | None = None,
    ) -> str:
        """Create a one-off container of *service*, as ``run``; return its id.

        What the service depends on is started before. `start_one_off` or `talk_one_off` go on.
        Raises LoadError, PlanError, EngineError, ExecutionError, Interrupted.
        """
        from composer.api.oneoff import create, prepare

        project = prepare(self, service, policy, cancel or Cancel(), dependencies=dependencies)
        return create(self, project, service, asked)

    def rehearse_one_off(
        self,
        service: str,
        asked: "OneOff",
        policy: UpPolicy = UpPolicy(),  # noqa: B008 - immutable
        *,
        dependencies: bool = True,
    ) -> str:
        """Tell what `create_one_off` would do; return the name that the container would have.

        Raises LoadError, PlanError, EngineError.
        """
        from composer.api.oneoff import rehearsed

        return rehearsed(self, service, asked, policy, dependencies=dependencies)

    def start_one_off(self, container: str, asked: "OneOff") -> None:
        """Start a one-off container in the background.

        Raises LoadError, EngineError, ExecutionError.
        """
        from composer.api.oneoff import start

        start(self, container, asked)

    def talk_one_off(self, container: str, asked: "OneOff", console: "Console") -> int:
        """Start a one-off container and talk with it; return its exit code.

        Raises LoadError, EngineError, ExecutionError, Interrupted.
        """
        from composer.api.oneoff import talk

        return talk(self, container, asked, console)

    def copy_in(self, asked: "CopyRequest", source: BinaryIO | None = None) -> None:
        """Copy files into containers, as ``cp``; *source* is a tar archive in place of files.

        Raises LoadError, EngineError; ComposerError for what cannot be copied there.
        """
        from composer.api.copy import copy_in

        copy_in(self, asked, source)

    def copy_out(self, asked: "CopyRequest", sink: Callable[[bytes], object]) -> None:
        """Copy files out of a container; *sink* takes a tar archive where ``-`` is asked for.

        Raises LoadError, EngineError; ComposerError for what cannot be copied there.
        """
        from composer.api.copy import copy_out

        copy_out(self, asked, sink)

    def export(self, service: str, asked: "ExportRequest", sink: Callable[[bytes], object]) -> None:
        """Give the file system of a container of *service* to *sink*, as a tar archive.

        Raises LoadError, EngineError.
        """
        from composer.api.extract import export

        export(self, service, asked, sink)

    def commit(self, service: str, asked: "CommitRequest") -> str:
        """Make an image of a container of *service*; return its id.

        Raises LoadError, EngineError; ComposerError for a reference that is no tag.
        """
        from composer.api.extract import commit

        return commit(self, service, asked)
