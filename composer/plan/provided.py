"""What other programs provide: services of a provider, models; and the variables that tell of it.

They are asked before anything is created. What they answer becomes part of the services that
depend on them, so the rest is planned once the answers are there.

May import: plan.ops, plan.situation, spec.
"""

from collections.abc import Iterator, Mapping

from composer.plan.ops import PrepareModel, ProvideService
from composer.plan.situation import Situation
from composer.spec.develop import ServiceModel
from composer.spec.project import Project
from composer.spec.service import Service

Answers = Mapping[str, Mapping[str, str]]
"""The variables that each answer brought, by the key of the operation."""

URL, MODEL = "URL", "MODEL"
"""The variables of a model."""


def provide_key(service: str) -> str:
    """Return the key of the operation that lets a provider bring *service*."""
    return f"provide {service}"


def model_key(model: str) -> str:
    """Return the key of the operation that gets *model* ready."""
    return f"model {model}"


def plan_provided(s: Situation) -> bool:
    """Add the questions that are not answered yet; return whether there are any.

    Images come first: one that cannot be had leaves nothing half-made.
    """
    images = [key for keys in s.images.values() for key in keys]
    added = {}
    for name, service in s.project.services.items():
        if service.provider and provide_key(name) not in s.policy.provided:
            op = ProvideService(provide_key(name), name, service=name)
            added[name] = s.draft.add(op, images)
    for name, key in added.items():
        needed = s.project.services[name].depends_on
        s.draft.need(key, [added[one] for one in needed if one in added])
    models = [name for name in _models(s.project) if model_key(name) not in s.policy.provided]
    for name in models:
        s.draft.add(PrepareModel(model_key(name), name, model=name), images)
    return bool(added or models)


def _models(project: Project) -> list[str]:
    """Return the models that services use."""
    used = {name for service in project.services.values() for name in service.models}
    return sorted(used & project.models.keys())


def is_unknown(s: Situation, name: str) -> bool:
    """Tell whether variables of service *name* are still to be answered."""
    return any(
        key not in s.policy.provided for key in _sources(s.project, s.project.services[name])
    )


def _sources(project: Project, service: Service) -> Iterator[str]:
    """Yield the keys of the operations whose answers *service* gets."""
    for name in service.depends_on:
        if name in project.services and project.services[name].provider:
            yield provide_key(name)
    for name in service.models:
        if name in project.models:
            yield model_key(name)


def with_answers(project: Project, answers: Answers) -> Project:
    """Return the project with the variables of *answers* in the services that they are for."""
    if not answers:
        return project
    changed = {}
    for name, service in project.services.items():
        if found := dict(_variables(service, answers)):
            changed[name] = service.replace(environment={**service.environment, **found})
    return project.with_services(changed)


def _variables(service: Service, answers: Answers) -> Iterator[tuple[str, str]]:
    """Yield ``DB_URL`` for the variable ``URL`` of the provided service ``db``, likewise models."""
    for name in service.depends_on:
        for key, value in answers.get(provide_key(name), {}).items():
            yield f"{name.upper()}_{key}", value
    for name, given in service.models.items():
        answer = answers.get(model_key(name))
        if answer is not None:
            asked = given or ServiceModel()
            prefix = name.upper().replace("-", "_")
            yield asked.endpoint_var or f"{prefix}_{URL}", answer[URL]
            yield asked.model_var or f"{prefix}_{MODEL}", answer[MODEL]
