"""The model as the transformers of ``bridge`` read it.

As ``config`` prints it, with what they cannot look up: the names and the ports of images, what the
files of configs and secrets contain, and from which files variables and labels came.

May import: load.reader, load.render, errors, identity, source, spec.
"""

from collections.abc import Collection, Iterator, Mapping

from composer.errors import ConsistencyError
from composer.identity import image_name
from composer.load.reader import Reader
from composer.load.render import model, to_yaml
from composer.source import error
from composer.spec.order import arranged
from composer.spec.project import Project
from composer.spec.service import Service

Contents = Mapping[tuple[str, str], str]
"""What files contain, by the kind (``configs``) and the name of what they are for."""

_INDENT = 4


def contents(project: Project, reader: Reader) -> Contents:
    """Return what the files of configs and secrets, and the variables of secrets, contain.

    Raises ConsistencyError.
    """
    return {(kind, name): content for kind, name, content in _contents(project, reader) if content}


def _contents(project: Project, reader: Reader) -> Iterator[tuple[str, str, str | None]]:
    for kind in ("configs", "secrets"):
        for name, one in getattr(project, kind).items():
            if one.file and not one.external:
                yield kind, name, _content(kind, name, one.file, reader)
    for name, secret in project.secrets.items():
        if secret.environment and not secret.external:
            yield "secrets", name, project.variable(secret)


def _content(kind: str, name: str, path: str, reader: Reader) -> str:
    try:
        return reader.read(path).decode(errors="surrogateescape")
    except (OSError, ValueError) as failure:
        why = (getattr(failure, "strerror", "") or str(failure)).lower()
        code = f"missing-{kind.removesuffix('s')}-file"
        message = f"open {path}: {why}"
        raise ConsistencyError(error(code, message, path=f"{kind}.{name}.file")) from failure


def for_transformers(
    project: Project,
    named: Mapping[str, Service],
    exposed: Mapping[str, Collection[str]],
    contained: Contents,
) -> str:
    """Return the file that a transformer is given.

    *project* is complete, *named* are its services with the files that they name, *exposed* the
    ports of their images, *contained* its `contents`.
    """
    services = {
        name: _service(project, name, named[name], exposed.get(name, ()))
        for name in project.services
    }
    made = model(project.with_services(services), "yaml")
    for (kind, name), content in contained.items():
        made[kind][name]["content"] = content
    return to_yaml(arranged(made, "yaml"), "$", step=_INDENT)


def _service(project: Project, name: str, named: Service, exposed: Collection[str]) -> Service:
    """Return a service with all that is reached in its containers, and where it came from."""
    own = project.services[name]
    published = [str(port.target) for port in own.ports]
    return own.replace(
        image=own.image if own.provider else image_name(project, name),
        expose=tuple(dict.fromkeys((*own.expose, *published, *exposed))),
        env_file=tuple(one.replace(format="") for one in named.env_file),
        label_file=named.label_file,
    )
