"""Use cases on images: pull, push, build. They touch no container, and wait for no other command.

May import: all but cli and ui.
"""

from collections.abc import Collection, Iterator, Mapping

from composer.api.rounds import carry_out_once, rehearse
from composer.api.session import Session
from composer.asked import Asked
from composer.load.select import check_dependencies, only, with_named
from composer.plan.check import check_names_of_platforms, check_platforms
from composer.plan.draft import Draft
from composer.plan.ops import Plan, PullImage
from composer.plan.transfer import PullPolicy
from composer.run.cancel import Cancel
from composer.run.events import Notice
from composer.run.outcome import Outcome
from composer.spec.project import Project
from composer.spec.service import Service
from composer.spec.shapes import EMPTY

_TO_BUILD = "WARNING: Some service image(s) must be built from source by running:"


class BuildOptions(Asked):
    """Flags of ``build``; *arguments* add to the files' own, None takes the environment's."""

    arguments: Mapping[str, str | None] = EMPTY
    no_cache: bool = False
    pull: bool = False
    ssh: Mapping[str, str] = EMPTY
    dependencies: bool = False
    provenance: str = ""
    sbom: str = ""


def pull(
    session: Session,
    services: Collection[str],
    policy: PullPolicy,
    *,
    dependencies: bool,
    cancel: Cancel | None,
    dry_run: bool,
) -> Outcome:
    """Pull the images of *services*; what can be built instead is named where that fails."""
    from composer.plan.transfer import pull as plan_pull

    project = _chosen(session, services, dependencies=dependencies)
    check_names_of_platforms(draft := Draft(), project)
    draft.check()
    plan = plan_pull(project, session.observe(project), policy)
    outcome = _execute(session, project, plan, cancel, dry_run=dry_run)
    _tell_buildable(session, project, plan, outcome)
    return outcome.check()


def _tell_buildable(session: Session, project: Project, plan: Plan, outcome: Outcome) -> None:
    """Name the services that can be built of those whose pulls failed, or ended with a warning."""
    failed = {*outcome.warned, *(one.key for one in outcome.failures)}
    images = {op.image for op in plan if isinstance(op, PullImage) and op.key in failed}
    names = [name for name, one in project.services.items() if one.build and one.image in images]
    if names:
        session.emit(Notice("warning", f"{_TO_BUILD} composer build {' '.join(sorted(names))}"))


def push(
    session: Session,
    services: Collection[str],
    *,
    ignore_failures: bool,
    dependencies: bool,
    cancel: Cancel | None,
    dry_run: bool,
) -> Outcome:
    """Push the images that *services* build."""
    from composer.plan.transfer import push as plan_push

    project = _chosen(session, services, dependencies=dependencies)
    session.tell_of_variables()
    plan = plan_push(project, tuple(project.services), ignore_failures=ignore_failures)
    return _execute(session, project, plan, cancel, dry_run=dry_run).check()


def build(
    session: Session,
    services: Collection[str],
    options: BuildOptions,
    *,
    push: bool = False,
    cancel: Cancel | None,
    dry_run: bool,
) -> Outcome:
    """Build the images of *services*; with *push*, push all that were built, if they have names."""
    from composer.plan.transfer import build as plan_build
    from composer.plan.transfer import closure
    from composer.plan.transfer import push as plan_push

    project, chosen = _to_build(session, services, options)
    plan = plan_build(project, chosen)
    if dry_run:
        built = rehearse(session, plan)
    else:
        built = carry_out_once(session, project, plan, cancel, every_platform=True).check()
    if push:
        pushes = plan_push(project, closure(project, chosen))
        _execute(session, project, pushes, cancel, dry_run=dry_run).check()
    return built


def bake(
    session: Session,
    services: Collection[str],
    options: BuildOptions,
    *,
    push: bool,
    check: bool = False,
) -> str:
    """Return the builds of *services* as a file for ``docker buildx bake``, empty without any."""
    from composer.build import bake as write_bake
    from composer.build import with_given
    from composer.engine.docker.address import proxies, resolve
    from composer.plan.transfer import closure

    project, chosen = _to_build(session, services, options)
    if not any(project.services[name].build for name in chosen):
        return ""
    project = with_given(project, proxies(resolve(session.environ)), session.environ)
    needed = only(project, closure(project, chosen))
    return write_bake(needed, closure(project, chosen), pushed=push, checked=check)


def build_with(
    session: Session,
    builder: str,
    services: Collection[str],
    options: BuildOptions,
    *,
    push: bool,
    quiet: bool,
) -> None:
    """Build with a builder of ``docker buildx``. Raises ComposerError where it is missing."""
    from composer.build.buildx import build_with as build_beside

    if text := bake(session, services, options, push=push):
        build_beside(builder, text, session.environ, quiet=quiet)


def check(
    session: Session, services: Collection[str], options: BuildOptions
) -> Iterator[tuple[str, str, bool]]:
    """Yield what the checks of each service's Dockerfile say, and whether it passed."""
    from composer.build import check_image

    project, chosen = _to_build(session, services, options)
    for name in chosen:
        if project.services[name].build:
            yield name, *check_image(session.engine, project, name)


def _to_build(
    session: Session, services: Collection[str], options: BuildOptions
) -> tuple[Project, tuple[str, ...]]:
    """Return the project with what the flags say of its builds, and which are wanted, in order.

    The platforms of all builds must fit, also of those that are not wanted.
    """
    chosen = _chosen(session, services, dependencies=options.dependencies)
    whole = with_named(session.project, services)
    draft = Draft()
    check_platforms(draft, whole, sorted(whole.services))
    check_names_of_platforms(draft, chosen, built=True)
    draft.check()
    project = whole.replace(
        services={name: _adjusted(whole, name, options) for name in whole.services}
    )
    names = sorted(chosen.services) if options.dependencies else services
    return project, tuple(names or sorted(chosen.services))


def _adjusted(project: Project, name: str, options: BuildOptions) -> Service:
    """Return service *name* with what the flags say of its build."""
    service = project.services[name]
    if service.build is None:
        return service
    changed = service.build.replace(
        args={**service.build.args, **options.arguments},
        no_cache=service.build.no_cache or options.no_cache,
        pull=service.build.pull or options.pull,
        ssh={**service.build.ssh, **options.ssh},
        provenance=options.provenance or service.build.provenance,
        sbom=options.sbom or service.build.sbom,
    )
    return service.replace(build=changed)


def _chosen(session: Session, services: Collection[str], *, dependencies: bool) -> Project:
    """Return the project reduced to *services*; with *dependencies* to what they need too.

    What they need must be active in any case. Raises ConsistencyError.
    """
    project = with_named(session.project, services)
    check_dependencies(project, services)
    return only(project, services, dependencies=dependencies) if services else project


def _execute(
    session: Session, project: Project, plan: Plan, cancel: Cancel | None, *, dry_run: bool
) -> Outcome:
    if dry_run:
        return rehearse(session, plan)
    return carry_out_once(session, project, plan, cancel)
