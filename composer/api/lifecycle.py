"""Use cases on containers that exist: start, restart, kill, pause, unpause, rm.

Where there are no files, the labels of the containers stand for them.
May import: all but cli and ui.
"""

from collections.abc import Callable, Collection

from composer.api.rounds import carry_out, carry_out_once, rehearse
from composer.api.session import Session
from composer.errors import ComposerError
from composer.load.select import check_dependencies, only, unknown_service, with_named
from composer.plan.down import not_running
from composer.plan.ops import Plan
from composer.run.cancel import Cancel
from composer.run.events import Notice
from composer.run.outcome import Outcome
from composer.spec.project import Project
from composer.state import Observed

Scene = tuple[Project, Observed]


def look(session: Session, services: Collection[str] = (), *, strict: bool = False) -> Scene:
    """Return the project and what is there of it; raise ConsistencyError for unknown services.

    Where there are no files, what has no container is only told of, as by Compose, unless *strict*.
    """
    from composer.plan.labels import labelled_project

    known = session.known_with(services)
    basis = known or Project(name=session.name, working_dir=session.cwd)
    observed = session.observe(basis)
    project = known or labelled_project(session.name, observed, session.cwd)
    there = project.all_services.keys()
    unknown = [name for name in services if name not in there]
    if unknown and (known or strict):
        raise unknown_service(unknown[0], there)
    if unknown:
        session.emit(Notice("info", not_running(session.name, unknown)))
    return with_named(project, services), observed


def perform(
    session: Session,
    plan: Callable[[], tuple[Project, Plan]],
    *,
    cancel: Cancel | None,
    dry_run: bool,
) -> Outcome:
    """Carry out what *plan* returns, one command a project at a time; or only tell it."""
    if dry_run:
        return rehearse(session, plan()[1])
    return carry_out(session, lambda _: plan(), cancel or Cancel())


def stop(
    session: Session, services: Collection[str], *, timeout: int | None
) -> tuple[Project, Plan]:
    """Return the plan that stops *services*, or all that the project has."""
    from composer.plan.stop import stop as plan_stop

    project, observed = look(session, services)
    return project, plan_stop(project, observed, services=tuple(services), timeout=timeout)


def start(
    session: Session,
    services: Collection[str],
    *,
    wait: bool,
    wait_timeout: float | None,
) -> tuple[Project, Plan]:
    """Return the plan that starts *services* and what they need."""
    from composer.plan.start import start as plan_start

    project, observed = look(session, services, strict=True)
    if not observed.containers and session.known() is None:
        raise ComposerError(f'no container found for project "{session.name}": not found')
    check_dependencies(project, services)
    project = only(project, services) if services else project
    return project, plan_start(project, observed, wait=wait, timeout=wait_timeout)


def restart(
    session: Session, services: Collection[str], *, timeout: int | None, dependents: bool
) -> tuple[Project, Plan]:
    """Return the plan that restarts *services*, and their dependents where those ask for it."""
    from composer.plan.restart import restart as plan_restart

    project, observed = look(session, services, strict=True)
    plan = plan_restart(
        project, observed, services=services, timeout=timeout, dependents=dependents
    )
    return project, plan


def kill(
    session: Session,
    services: Collection[str],
    *,
    signal: str,
    orphans: bool,
    cancel: Cancel | None,
    dry_run: bool,
) -> Outcome:
    """Send a signal; waits for no other command, which may be what hangs."""
    from composer.plan.signals import kill as plan_kill

    project, observed = look(session, services)
    plan = plan_kill(project, observed, services=services, signal=signal, orphans=orphans)
    if dry_run:
        return rehearse(session, plan)
    return carry_out_once(session, project, plan, cancel).check()


def freeze(
    session: Session, services: Collection[str], *, thaw: bool = False
) -> Callable[[], tuple[Project, Plan]]:
    """Return what plans to pause *services*, or to unpause them; it knows what it has asked for."""
    asked: set[str] = set()

    def plan() -> tuple[Project, Plan]:
        from composer.plan import signals

        project, observed = look(session, services)
        made = signals.freeze(project, observed, services, frozenset(asked), thaw=thaw)
        asked.update(one.id for one in observed.containers if one.running)
        return project, made

    return plan


def rm(
    session: Session, services: Collection[str], *, stop: bool, volumes: bool
) -> tuple[Project, Plan]:
    """Return the plan that removes containers that do not run, or all once they are stopped."""
    from composer.plan.signals import rm as plan_rm

    project, observed = look(session, services)
    return project, plan_rm(project, observed, services=services, stop=stop, volumes=volumes)
