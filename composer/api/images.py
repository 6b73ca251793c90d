"""Use cases on images: pull, push, build. They touch no container, and wait for no other command.

May import: all but cli and ui.
"""

from collections.abc import Collection, Mapping

from composer.api.rounds import carry_out_once, rehearse
from composer.api.session import Session
from composer.errors import ExecutionError
from composer.load.select import only, with_named
from composer.plan.ops import Plan, PullImage
from composer.plan.transfer import PullPolicy
from composer.run.cancel import Cancel
from composer.run.events import Notice
from composer.run.outcome import Outcome
from composer.spec.project import Project
from composer.spec.service import Service
from composer.spec.shapes import EMPTY
from composer.value import Value


class BuildOptions(Value):
    """Flags of ``build``; *arguments* add to the files' own, None takes the environment's."""

    arguments: Mapping[str, str | None] = EMPTY
    no_cache: bool = False
    pull: bool = False
    ssh: Mapping[str, str] = EMPTY
    dependencies: bool = False


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
    plan = plan_pull(project, session.observe(project), policy)
    try:
        return _execute(session, project, plan, cancel, dry_run=dry_run)
    except ExecutionError as failed:
        names = _buildable(project, plan, failed.message)
        if not names:
            raise
        hint = f"build what cannot be pulled: composer build {' '.join(names)}"
        raise ExecutionError(failed.message, failed.failures, hint=hint) from failed


def _buildable(project: Project, plan: Plan, message: str) -> list[str]:
    """Return the services that can be built of those whose pull failed."""
    failed = {op.image for op in plan if isinstance(op, PullImage) and op.image in message}
    return [name for name, one in project.services.items() if one.build and one.image in failed]


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
    plan = plan_push(project, tuple(project.services), ignore_failures=ignore_failures)
    return _execute(session, project, plan, cancel, dry_run=dry_run)


def build(
    session: Session,
    services: Collection[str],
    options: BuildOptions,
    *,
    cancel: Cancel | None,
    dry_run: bool,
) -> Outcome:
    """Build the images of *services*; says so where there is nothing to build."""
    from composer.plan.transfer import build as plan_build

    chosen = _chosen(session, services, dependencies=options.dependencies)
    whole = with_named(session.project, services)
    project = whole.replace(
        services={name: _adjusted(whole, name, options) for name in whole.services}
    )
    plan = plan_build(project, tuple(chosen.services))
    if not plan.operations:
        session.emit(Notice("warning", "No services to build"))
    return _execute(session, project, plan, cancel, dry_run=dry_run)


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
    )
    return service.replace(build=changed)


def _chosen(session: Session, services: Collection[str], *, dependencies: bool) -> Project:
    """Return the project reduced to *services*; with *dependencies* to what they need too."""
    project = with_named(session.project, services)
    return only(project, services, dependencies=dependencies) if services else project


def _execute(
    session: Session, project: Project, plan: Plan, cancel: Cancel | None, *, dry_run: bool
) -> Outcome:
    if dry_run:
        return rehearse(session, plan)
    return carry_out_once(session, project, plan, cancel)
