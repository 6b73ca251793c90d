"""What ``publish`` refuses, and what it asks about first. Pure.

May import: lint.secrets, spec, errors, value.
"""

from collections.abc import Iterator, Mapping

from composer.errors import ComposerError
from composer.lint.secrets import looks_secret
from composer.spec.project import Project
from composer.value import Value

_CURE = (
    "send them with --with-env, or take them out of the files: what is published can be read by"
    " everybody who reads the repository"
)


class Question(Value):
    """Something to be consented to: what it is about, and what of it there is."""

    about: str
    listed: tuple[str, ...]


def refuse(project: Project, *, with_environment: bool) -> None:
    """Raise ComposerError for a project that cannot be published."""
    alone = [name for name, one in project.services.items() if one.build and not one.image]
    if alone:
        raise ComposerError(
            f"cannot publish services that only have a build section: {', '.join(alone)}",
            hint="give them an image's name, and push the image",
        )
    if with_environment:
        return
    found = [f'service "{name}" has env_file declared.' for name in _with_files(project)]
    found += [
        f'service "{name}" has environment variable(s) declared.'
        for name, one in project.services.items()
        if one.environment or one.env_file
    ]
    if found:
        raise ComposerError("\n".join(found), hint=_CURE)


def questions(
    project: Project, contents: Mapping[str, str], *, with_environment: bool
) -> Iterator[Question]:
    """Yield what needs consent; *contents* are those of files that secrets and configs name.

    The project's environment files are read.
    """
    if mounts := tuple(_bind_mounts(project)):
        yield Question("bind mounts of this machine (their places, not their contents)", mounts)
    if secret := tuple(_secrets(project, contents)):
        yield Question("what looks like secrets", secret)
    if with_environment and (variables := tuple(_variables(project))):
        yield Question("environment variables", variables)


def _with_files(project: Project) -> list[str]:
    return [name for name, one in project.services.items() if one.env_file]


def _bind_mounts(project: Project) -> Iterator[str]:
    for name, service in project.services.items():
        for mount in service.volumes:
            if mount.type == "bind":
                yield f"{name}: {mount.source}:{mount.target}"


def _secrets(project: Project, contents: Mapping[str, str]) -> Iterator[str]:
    """Yield where something looks secret; never what."""
    for name, service in project.services.items():
        for key, value in service.environment.items():
            if value and looks_secret(key, value):
                yield f"services.{name}.environment.{key}"
    for name, config in project.configs.items():
        if config.content and looks_secret(name, config.content):
            yield f"configs.{name}.content"
    for place, content in contents.items():
        if looks_secret("", content):
            yield place


def _variables(project: Project) -> Iterator[str]:
    for name, service in project.services.items():
        for key in service.environment:
            yield f"{name}: {key}"
