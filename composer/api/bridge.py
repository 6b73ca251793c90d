"""``bridge``: a project as something else, by transformers, which are images.

A transformer's container has the model as /in/compose.yaml, and writes to /out.

May import: all but cli and ui.
"""

import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from composer.api.oneoff import discard, talk
from composer.api.rounds import carry_out_once, rehearse
from composer.api.session import Session
from composer.asked import Asked
from composer.disk import make_folder, unwritable, write_file
from composer.engine.port import Engine, Json
from composer.errors import ComposerError, EngineNotFound, UsageError
from composer.identity import image_name
from composer.load.bridge import contents, for_transformers
from composer.plan.bridge import (
    DOCKERFILE,
    FILTERS,
    TEMPLATES,
    TRANSFORMER,
    fetch,
    transformer_body,
    wanted_images,
)
from composer.run.archives import unpack
from composer.run.cancel import Cancel
from composer.run.events import Ended, Started
from composer.run.interactive import Console
from composer.run.oneoff import OneOff
from composer.spec.project import Project
from composer.value import Value

_READABLE, _OWNERS = 0o744, 0o600
"""Modes of what is written: as Docker Compose has them."""
_RUN = OneOff(stdin=False, remove=True)


class ConvertRequest(Asked):
    """What to convert with, and where to; paths may be relative to the working folder."""

    output: str = "out"
    templates: str = ""
    transformers: tuple[str, ...] = ()


class Conversion(Value):
    """A conversion for which all is there: the *model* as text, folders by their places inside."""

    model: str
    transformers: tuple[str, ...]
    places: Mapping[str, str]
    keeps: bool = False
    """Whether the folder for the output keeps what is in it."""


def prepare(session: Session, asked: ConvertRequest, cancel: Cancel) -> Conversion:
    """Read all that is to be converted, and pull the images that are missing."""
    project, transformers, places = _asked(session, asked)
    contained = contents(project, session.reader)
    images = wanted_images(project, transformers)
    if missing := _missing(session, images):
        carry_out_once(session, project, fetch(missing), cancel).check()
    named = session.project.services
    exposed = {
        name: _ports(session.engine.inspect_image(image_name(project, name)))
        for name, one in project.services.items()
        if not one.provider
    }
    own = (session.cwd, project.working_dir, places.get(TEMPLATES, session.cwd))
    return Conversion(
        for_transformers(project, named, exposed, contained),
        transformers,
        places,
        keeps=any(_is_within(one, places["/out"]) for one in own),
    )


def rehearsed(session: Session, asked: ConvertRequest) -> None:
    """Tell which images would be pulled, and which transformers would run."""
    project, transformers, places = _asked(session, asked)
    contents(project, session.reader)
    rehearse(session, fetch(_missing(session, wanted_images(project, transformers))))
    for image in transformers:
        _tell(session, f"Transformation {image}", "Writing", f"Written to {places['/out']}")


def transform(session: Session, made: Conversion, console: Console) -> int:
    """Run the transformers one after the other until one fails; return the code of the last."""
    output = made.places["/out"]
    with _writing(output):
        make_folder(output, _READABLE, emptied=not made.keeps)
    code = 0
    with tempfile.TemporaryDirectory(prefix="composer-bridge-") as folder:
        model = os.path.join(folder, "compose.yaml")
        with _writing(model):
            write_file(model, made.model.encode(errors="surrogateescape"), _OWNERS)
        for image in made.transformers:
            body = transformer_body(image, str(os.getuid()), {"/in": folder, **made.places})
            with _created(session, body) as container:
                code = talk(session, container, _RUN, console)
            if code:
                break
    return code


def transformers(session: Session) -> list[Json]:
    """Return the images of transformers, as ``GET /images/json`` lists them."""
    return session.engine.list_images(FILTERS)


def create_transformer(session: Session, path: str, image: str, *, dry_run: bool) -> str:
    """Make a folder from which a transformer can be built, with the templates of another one.

    Return where it is.
    """
    target = os.path.normpath(os.path.join(session.cwd, path))
    if os.path.lexists(target):
        raise ComposerError(f"output folder {target} already exists", hint="name a new one")
    image = image or TRANSFORMER
    if dry_run:
        session.engine.inspect_image(image)
        _tell(session, f"Transformer {target}", "Creating", "Created")
        return target
    try:
        with _created(session, {"Image": image}) as container:
            _copy_templates(session.engine, container, target)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return target


@contextmanager
def _created(session: Session, body: Json) -> Iterator[str]:
    """Give a new container, which is gone in the end, also where the engine's answer was lost."""
    name = f"composer-bridge-run-{secrets.token_hex(6)}"
    try:
        yield _create(session.engine, name, body)
    finally:
        discard(session, name)


def _create(engine: Engine, name: str, body: Json) -> str:
    try:
        container, _ = engine.create_container(name, body)
    except EngineNotFound as missing:
        raise EngineNotFound(missing.message, hint=f"docker pull {body['Image']}") from missing
    return container


def _copy_templates(engine: Engine, container: str, target: str) -> None:
    stream = engine.get_archive(container, TEMPLATES)
    try:
        with _writing(target):
            make_folder(target, _READABLE)
        unpack(stream, target, TEMPLATES.strip("/"), owners=False)
    finally:
        stream.close()
    dockerfile = os.path.join(target, "Dockerfile")
    with _writing(dockerfile):
        write_file(dockerfile, DOCKERFILE.encode(), _OWNERS | stat.S_IXUSR)


def _asked(
    session: Session, asked: ConvertRequest
) -> tuple[Project, tuple[str, ...], dict[str, str]]:
    """Return the project, the transformers, and where folders of the host are for them."""
    project = session.complete()
    given = {"/out": asked.output, TEMPLATES: asked.templates}
    places = {
        place: os.path.normpath(os.path.join(session.cwd, path))
        for place, path in given.items()
        if path or place == "/out"
    }
    if TEMPLATES in places and not os.path.isdir(places[TEMPLATES]):
        raise UsageError(f"there is no folder {places[TEMPLATES]} with templates")
    if os.path.lexists(places["/out"]) and not os.path.isdir(places["/out"]):
        message = f"{places['/out']} is no folder"
        raise UsageError(message, hint="name one for the output; what is in it is removed")
    return project, asked.transformers or (TRANSFORMER,), places


def _missing(session: Session, images: Mapping[str, str]) -> dict[str, str]:
    return {image: platform for image, platform in images.items() if not _is_there(session, image)}


def _is_there(session: Session, image: str) -> bool:
    try:
        session.engine.inspect_image(image)
    except EngineNotFound:
        return False
    return True


def _ports(image: Json) -> list[str]:
    ports = (image.get("Config") or {}).get("ExposedPorts") or {}
    return [port.partition("/")[0] for port in ports]


def _tell(session: Session, resource: str, verb: str, ended: str) -> None:
    session.emit(Started(resource, resource, verb))
    session.emit(Ended(resource, resource, ended))


def _is_within(path: str, folder: str) -> bool:
    real, other = os.path.realpath(path), os.path.realpath(folder)
    return os.path.commonpath([real, other]) == other


@contextmanager
def _writing(path: str) -> Iterator[None]:
    """Turn what the disk refuses at *path* into our own error."""
    try:
        yield
    except OSError as failure:
        raise unwritable(failure, failure.filename or path) from failure
