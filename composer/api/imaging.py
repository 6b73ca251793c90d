"""The use cases on images: pull, push, build, publish, bridge.

Composer takes its methods from here; what they do is in the modules beside this one.
May import: all but cli and ui.
"""

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from composer.api import images
from composer.api.inside import Inside
from composer.asked import names
from composer.plan.transfer import PullPolicy
from composer.run.cancel import Cancel
from composer.run.outcome import Outcome

if TYPE_CHECKING:
    from composer.api.bridge import Conversion, ConvertRequest
    from composer.api.publish import PublishOptions
    from composer.plan.publish import Question
    from composer.run.interactive import Console


class Imaging(Inside):
    """A session with what is done with images."""

    def pull(
        self,
        services: Collection[str] = (),
        policy: PullPolicy = PullPolicy(),  # noqa: B008 - immutable
        *,
        dependencies: bool = False,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Pull the images of *services*.

        Raises LoadError, PlanError, EngineError, ExecutionError, Interrupted.
        """
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
        """Push the images that *services* build under a name of their own.

        Raises LoadError, PlanError, EngineError, ExecutionError, Interrupted.
        """
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
        push: bool = False,
        dry_run: bool = False,
        cancel: Cancel | None = None,
    ) -> Outcome:
        """Build the images of *services*, and push all that were built where *push* is true.

        Raises LoadError, PlanError, EngineError, ExecutionError, Interrupted.
        """
        services = names(services)
        return images.build(self, services, options, push=push, cancel=cancel, dry_run=dry_run)

    def bake(
        self,
        services: Collection[str] = (),
        options: images.BuildOptions = images.BuildOptions(),  # noqa: B008 - immutable
        *,
        push: bool = False,
        check: bool = False,
    ) -> str:
        """Return the builds of *services*, or checks of them, as a file for ``buildx bake``.

        Raises LoadError, PlanError.
        """
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
        """Build the images of *services* with a builder of ``docker buildx``.

        Raises LoadError, PlanError; ComposerError where the builder is missing or fails.
        """
        services = names(services)
        images.build_with(self, builder, services, options, push=push, quiet=quiet)

    def check_builds(
        self,
        services: Collection[str] = (),
        options: images.BuildOptions = images.BuildOptions(),  # noqa: B008 - immutable
    ) -> Iterator[tuple[str, str, bool]]:
        """Yield each service with what the checks of its Dockerfile say, and whether it passed.

        Raises LoadError, PlanError, EngineError.
        """
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
        Raises LoadError, EngineError, ExecutionError, Interrupted; ComposerError for what cannot be
        published.
        """
        from composer.api.publish import publish

        return publish(self, repository, options, consent=consent, dry_run=dry_run, cancel=cancel)

    def prepare_conversion(
        self, asked: "ConvertRequest", *, cancel: Cancel | None = None
    ) -> "Conversion":
        """Read what is to be converted, as ``bridge convert``; pull the images that are missing.

        `transform` goes on. Raises LoadError, EngineError, ExecutionError, Interrupted; UsageError
        for a folder that is not there.
        """
        from composer.api.bridge import prepare  # with the engine

        return prepare(self, asked, cancel or Cancel())

    def rehearse_conversion(self, asked: "ConvertRequest") -> None:
        """Tell what would be pulled, and which transformers would run.

        Raises LoadError, EngineError; UsageError for a folder that is not there.
        """
        from composer.api.bridge import rehearsed

        rehearsed(self, asked)

    def transform(self, conversion: "Conversion", console: "Console") -> int:
        """Run transformers one after the other until one fails; return the last one's exit code.

        What the folder for their output had in it is removed before.
        Raises EngineError, Interrupted; ComposerError where that folder cannot be made.
        """
        from composer.api.bridge import transform

        return transform(self, conversion, console)

    def transformers(self) -> list[dict[str, Any]]:
        """Return the images of transformers that the engine has, as it lists them.

        Raises EngineError.
        """
        from composer.api.bridge import transformers

        return transformers(self)

    def create_transformer(self, path: str, image: str = "", *, dry_run: bool = False) -> str:
        """Make a folder with the templates of *image*, to build a transformer; return where it is.

        Raises EngineError; ComposerError where there is something already.
        """
        from composer.api.bridge import create_transformer

        return create_transformer(self, path, image, dry_run=dry_run)
