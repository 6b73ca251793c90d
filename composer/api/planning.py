"""Planning an ``up``, and looking at what the plan comes to before anything is done.

May import: all but cli and ui.
"""

from collections.abc import Collection

from composer.api.rounds import refuse_missing, refuse_unmakeable, refuse_unsupported
from composer.api.session import Session
from composer.identity import image_name
from composer.plan.changes import Change, Preview, changes
from composer.plan.ops import BuildImage, Plan, PrepareModel, ProvideService, PullImage
from composer.plan.policy import UpPolicy
from composer.plan.provided import with_answers
from composer.spec.project import Project
from composer.state import Observed
from composer.value import Value


class Planned(Value):
    """A plan with what it was made from."""

    project: Project
    observed: Observed
    policy: UpPolicy
    plan: Plan


def plan_up(
    session: Session, policy: UpPolicy, services: Collection[str], *, dependencies: bool
) -> Planned:
    """Load, look, plan, and refuse what cannot work. Raises LoadError, PlanError, EngineError."""
    from composer.engine.holders import refuse_held
    from composer.plan.up import up  # with the engine

    project = session.selected(services, dependencies=dependencies)
    project = with_answers(project, policy.provided)
    refuse_missing(session, project, _with_containers(project, policy))
    observed = session.observe(project)
    refuse_unsupported(project, observed)
    policy = policy.replace(targets=tuple(services), now=policy.now or session.engine.clock())
    plan = up(project, observed, policy)
    refuse_unmakeable(project, plan)
    refuse_held(session.engine, project, plan)
    return Planned(project, observed, policy, plan)


def _with_containers(project: Project, policy: UpPolicy) -> list[str]:
    """Return the services that are not scaled to 0: of the others nothing is mounted."""
    services = project.services.items()
    return [name for name, one in services if policy.scale.get(name, one.replicas)]


def preview_up(
    session: Session, policy: UpPolicy, services: Collection[str], *, dependencies: bool
) -> Preview:
    """Return what ``up`` would do, resource by resource; nothing is changed."""
    from composer.engine.compare import compare  # with the engine

    made = _whole(session, plan_up(session, policy, services, dependencies=dependencies))
    found = changes(made.plan, made.observed)
    looked_at = compare(session.engine, made.project, made.observed, found)
    guards = (op.guard for op in made.plan.questions)
    return Preview(
        project=made.project.name,
        plan=made.plan,
        changes=tuple(map(_settled, looked_at)),
        drift=tuple(one for one in looked_at if _has_drifted(one)),
        warnings=made.plan.warnings,
        notes=_notes(made),
        questions=tuple(f"{one.question} {one.loses}".strip() for one in guards if one),
    )


def _has_drifted(change: Change) -> bool:
    return change.action != "recreate" and bool(change.differences)


def _settled(change: Change) -> Change:
    """Take the differences from what is kept: `up` leaves them, so they are no part of a change."""
    return change.replace(differences=()) if _has_drifted(change) else change


def _whole(session: Session, made: Planned) -> Planned:
    """Where images come first, add what follows once they are there, as far as it is known."""
    if not made.plan.again:
        return made
    from composer.engine.holders import refuse_held
    from composer.plan.up import up

    names = (image_name(made.project, name) for name in made.project.services)
    images = {**dict.fromkeys(names, ""), **made.observed.images}
    settled = made.policy.replace(images_settled=True)
    rest = up(made.project, made.observed.replace(images=images), settled)
    refuse_held(session.engine, made.project, rest)
    return made.replace(
        plan=rest.replace(operations=(*made.plan.operations, *rest.operations), again=True)
    )


def _notes(made: Planned) -> tuple[str, ...]:
    """Say whose containers depend on what is not known before it is pulled, built or asked for."""
    return tuple(filter(None, (_of_images(made), _of_providers(made)))) if made.plan.again else ()


def _of_images(made: Planned) -> str:
    images = {op.image for op in made.plan if isinstance(op, (PullImage, BuildImage))}
    names = sorted(
        name
        for name in made.project.services
        if image_name(made.project, name) in images and made.observed.of_service(name)
    )
    if not names:
        return ""
    return (
        f"where an image turns out to be a new one, containers of {', '.join(names)} are recreated"
    )


def _of_providers(made: Planned) -> str:
    asked = [op.resource for op in made.plan if isinstance(op, (ProvideService, PrepareModel))]
    if not asked:
        return ""
    return (
        f"{', '.join(asked)}: asked each time; where the answer is another than before, containers"
        " that depend on it are recreated"
    )
