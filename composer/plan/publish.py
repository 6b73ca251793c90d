"""What ``publish`` refuses, and what it asks about first. Pure.

May import: lint.secrets, spec, errors, value.
"""

from collections.abc import Iterator, Mapping

from composer.errors import ComposerError
from composer.lint.secrets import kind_of_secret, looks_secret
from composer.spec.project import Project
from composer.value import Value

_LEAK = (
    "To avoid leaking sensitive data, you must either explicitly allow the sending of environment"
    " variables by using the --with-env flag,\nor remove sensitive data from your Compose"
    " configuration"
)
_HIDDEN = "***"


class Question(Value):
    """Something to be consented to: what it is about, what of it there is, and what is asked."""

    about: str
    listed: tuple[str, ...]
    asked: str


def refuse(project: Project) -> None:
    """Raise ComposerError for a project that nobody could use."""
    alone = [name for name, one in project.services.items() if one.build and not one.image]
    if alone:
        listed = "".join(f'\n- "{name}"' for name in alone)
        raise ComposerError(
            "your Compose stack cannot be published as it only contains a build section for"
            f" service(s):{listed}",
            hint="give them an image's name, and push the image",
        )


def refuse_environment(project: Project) -> None:
    """Raise ComposerError where variables would be published that nobody has allowed."""
    found = []
    for name, one in project.services.items():
        found += [f'service "{name}" has env_file declared.'] if one.env_file else []
        if one.environment or one.env_file:
            found.append(f'service "{name}" has environment variable(s) declared.')
    found += [
        f'config "{one.name or name}" is declare as an environment variable.'
        for name, one in project.configs.items()
        if one.environment
    ]
    if found:
        raise ComposerError("\n".join([*found, _LEAK]))


def questions(
    project: Project, contents: Mapping[str, str], *, with_environment: bool
) -> Iterator[Question]:
    """Yield what needs consent; *contents* are those of files that secrets and configs name.

    The project's environment files are read.
    """
    if mounts := tuple(_bind_mounts(project)):
        yield Question(
            "bind mounts declaration within your OCI artifact.\n"
            "only the bind mount declarations will be added to the OCI artifact (not content)\n"
            "please double check that you are not mounting potential user's sensitive directories"
            " or data",
            mounts,
            "Are you ok to publish these bind mount declarations?",
        )
    leaking = "within your OCI artifact.\nplease double check that you are not leaking"
    if secret := tuple(_secrets(project, contents)):
        about = f"sensitive data {leaking} sensitive data"
        yield Question(about, secret, "Are you ok to publish these sensitive data?")
    if with_environment and (variables := tuple(_variables(project))):
        about = f"environment variables {leaking} sensitive data"
        yield Question(about, variables, "Are you ok to publish these environment variables?")


def _bind_mounts(project: Project) -> Iterator[str]:
    for name, service in project.services.items():
        mounts = [one for one in service.volumes if one.type == "bind"]
        if mounts:
            yield name
        for one in mounts:
            yield f"{one.source}:{one.target}:{'ro' if one.read_only else 'rw'}"


def _secrets(project: Project, contents: Mapping[str, str]) -> Iterator[str]:
    """Yield where something looks secret, by its kind; never what."""
    found = [
        (kind_of_secret(key, value), f"services.{name}.environment.{key}")
        for name, service in project.services.items()
        for key, value in service.environment.items()
        if value
    ]
    for name, config in project.configs.items():
        found.append((kind_of_secret(name, config.content or ""), f"configs.{name}.content"))
    found += [(kind_of_secret("", content), place) for place, content in contents.items()]
    for kind, place in sorted(found):
        if kind:
            yield kind
            yield f'"{place}"'


def _variables(project: Project) -> Iterator[str]:
    """Yield the variables of each service and config; what looks secret without its value."""
    for name, service in project.services.items():
        if service.environment:
            yield f"Service/Config  {name}"
        for key, value in service.environment.items():
            shown = _HIDDEN if value and looks_secret(key, value) else value or ""
            yield f"{key}={shown}"
    for key, config in project.configs.items():
        if config.environment:
            name = config.name or key
            yield f"Service/Config  {name}"
            yield f"{name}={config.environment}"
