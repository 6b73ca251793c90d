"""One build with BuildKit: what it is asked for, and what it is given while it runs.

It is called over one connection (``POST /grpc``) and calls us over another one
(``POST /session``), on which it takes the files that it needs, secrets, keys and logins.

May import: build, disk, run.cancel, engine.port, errors, identity, spec.
"""

import contextlib
import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from composer.build.agent import agents
from composer.build.attributes import (
    GATEWAY,
    attestations,
    attributes,
    entitlements,
    exports,
)
from composer.build.context import read_ignore
from composer.build.excerpt import excerpt
from composer.build.filesync import Contents, FileSync
from composer.build.grpc import Refused, Server
from composer.build.lint import findings
from composer.build.options import platforms, tags
from composer.build.session import handlers
from composer.build.solve import Control, Request
from composer.build.source import Source, with_usable_caches
from composer.build.trace import Told
from composer.disk import read_file
from composer.engine.port import Duplex, Engine
from composer.errors import ComposerError, EngineError
from composer.run.cancel import Cancel
from composer.spec.build import Build
from composer.spec.project import Project

_OCI = "oci-layout://"
_CONTEXT, _DOCKERFILE = "context", "dockerfile"
_NAME = "Dockerfile"
"""What a Dockerfile is called where nobody says otherwise; one in the Compose file, too."""


class Unsolved(EngineError):
    """A failed build; *excerpt* is the part of the Dockerfile that it is about, as lines."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(f"failed to solve: {refused.message}", hint=refused.hint)
        self.excerpt = excerpt(refused.details)


class Work:
    """The build of one service's image from *source*."""

    def __init__(self, engine: Engine, project: Project, service: str, source: Source) -> None:
        self._engine = engine
        self._project = project = with_usable_caches(project, service)
        self._service = service
        self._source = source
        self._build = project.services[service].build or Build()

    def run(self, builder: Duplex, told: Callable[[list[Told]], None], cancel: Cancel) -> str:
        """Build over the connection *builder*; return the image's id.

        Raises EngineError with the failed step's words, ComposerError for what is missing.
        """
        self._refuse()
        with self._connected(builder, cancel) as (control, request):
            return control.solve(request, told)

    def warnings(self) -> Iterator[str]:
        """Yield what is odd about the build, though it keeps nobody from building."""
        for reference in self._build.secrets:
            secret = self._project.secrets[reference.source]
            name = reference.target or reference.source
            variable = secret.environment
            if variable and self._project.variable(secret) is None:
                yield f"the build secret {name} is empty: the variable {variable} is not set"
            if not variable and not secret.file:
                yield f"the build secret {name} is external, which no build can read"

    def check(self, builder: Duplex) -> tuple[str, bool]:
        """Check the Dockerfile; return what there is to say, and whether it is all right."""
        with self._connected(builder, Cancel()) as (control, request):
            found = control.ask(request, "frontend.lint")
        source = self._source
        opened = "" if source.remote else os.path.normpath(source.dockerfile)
        return findings(found, "inline" if source.inline else opened)

    @contextmanager
    def _connected(self, builder: Duplex, cancel: Cancel) -> Iterator[tuple[Control, Request]]:
        """Give the builder, and the build to ask it for, while it can call us."""
        control = Control(builder)
        with contextlib.closing(control):
            self._refuse_ignored()
            secrets = self._secrets()
            with agents(self._build.ssh, self._project.environment) as keys:
                files = FileSync(self._folders())
                session = uuid.uuid4().hex
                answers = handlers(self._engine, files, secrets, keys)
                duplex = self._engine.open_session(session, list(answers), self._shared_key())
                with (
                    contextlib.closing(Server(duplex, answers)),
                    _given_up(cancel, control.close),
                ):
                    try:
                        yield control, self._request(session, control)
                    except EngineError as failed:
                        raise files.error or _hinted(failed) from failed

    def _refuse_ignored(self) -> None:
        """Refuse an ignore file with what is no pattern, which can make engine 28.5 crash."""
        if self._source.folder:
            read_ignore(self._source.folder, self._source.dockerfile)

    def _refuse(self) -> None:
        """Refuse what this engine cannot hold, or BuildKit cannot do."""
        network = self._build.network
        if network not in {"", "default", "host", "none"}:
            message = f"BuildKit has no network {network!r} for a build"
            raise ComposerError(message, hint="write host, none or default")
        several = len(platforms(self._project, self._service)) > 1
        attested = attestations(self._build)
        if (several or attested) and not _stores_manifests(self._engine):
            what = "Multi-platform build" if several else "Attestation"
            asked = [*(["several platforms"] if several else []), *attested]
            raise ComposerError(
                f"{what} is not supported for the docker driver. The engine's image store cannot"
                f" hold {' and '.join(asked)}",
                hint="turn on the containerd image store of the engine, or leave it out",
            )
        written = {one["type"] for one in exports(self._build)} - {"inline"}
        if written and not _stores_manifests(self._engine):
            raise ComposerError(
                "Cache export is not supported for the docker driver. The engine's image store"
                f" cannot write a cache of the type {' or '.join(sorted(written))}",
                hint="turn on the containerd image store of the engine, or write type=inline",
            )

    def _request(self, session: str, control: Control) -> Request:
        uses_gateway = any(address == GATEWAY for _, address in self._build.extra_hosts)
        gateway = control.host_gateway() if uses_gateway else ""
        if uses_gateway and not gateway:
            raise ComposerError(
                f"the engine does not tell its address for {GATEWAY!r} in extra_hosts",
                hint="write the address itself",
            )
        made = attributes(self._project, self._service, self._contexts(), gateway)
        return Request(
            reference=uuid.uuid4().hex,
            session=session,
            names=tags(self._project, self._service),
            attributes={**made, **self._places()},
            exports=tuple(exports(self._build)),
            entitlements=entitlements(self._build),
        )

    def _places(self) -> dict[str, str]:
        """Return where the context and the Dockerfile are, in the frontend's words."""
        source = self._source
        name = _NAME if source.inline else source.dockerfile.name
        if not source.remote:
            return {"filename": name}
        if source.inline:
            return {"context": source.remote, "dockerfilekey": _DOCKERFILE, "filename": name}
        return {"context": source.remote, "filename": self._build.dockerfile or _NAME}

    def _folders(self) -> dict[str, Contents]:
        """Return the folders that BuildKit may take files from, by the names it asks for."""
        source = self._source
        found: dict[str, Contents] = {}
        if source.folder:
            found[_CONTEXT] = source.folder
        if source.inline:
            found[_DOCKERFILE] = {_NAME: source.inline}
        elif source.folder:
            found[_DOCKERFILE] = source.dockerfile.parent
        for name, place in source.contexts.items():
            if isinstance(place, Path):
                found[_local(name)] = place
        return found

    def _contexts(self) -> dict[str, str]:
        """Return the further contexts as BuildKit knows them."""
        made = {}
        for name, place in self._source.contexts.items():
            made[name] = f"local:{_local(name)}" if isinstance(place, Path) else place
            if made[name].startswith(_OCI):
                raise ComposerError(
                    f"the additional context {name} is an OCI layout, which is not supported",
                    hint="load it as an image, and write docker-image://NAME",
                )
        return made

    def _secrets(self) -> dict[str, Callable[[], bytes]]:
        """Return how each secret's content is had, by the id that the Dockerfile uses."""
        found: dict[str, Callable[[], bytes]] = {}
        for reference in self._build.secrets:
            secret = self._project.secrets[reference.source]
            name = reference.target or reference.source
            if secret.environment:
                value = self._project.variable(secret) or ""
                found[name] = partial(value.encode, errors="surrogateescape")
            elif secret.file:
                place = Path(self._project.working_dir, secret.file)
                if not place.is_file():
                    raise ComposerError(f"the file of the build secret {name} is missing: {place}")
                found[name] = partial(read_file, place)
        return found

    def _shared_key(self) -> str:
        """Return what makes BuildKit keep the files it got, and ask for what changed only."""
        places = [os.uname().nodename, *map(str, self._folders().values()), self._service]
        return hashlib.sha256("\0".join(places).encode()).hexdigest()


def _stores_manifests(engine: Engine) -> bool:
    """Tell whether the engine keeps images as registries do, with all that belongs to them."""
    status = engine.info().get("DriverStatus") or ()
    return ["driver-type", "io.containerd.snapshotter.v1"] in [list(one) for one in status]


def _local(name: str) -> str:
    return f"named-{name}"


def _hinted(failed: EngineError) -> EngineError:
    """Say that it is BuildKit that failed; add the cure where an older one lacks what is asked."""
    if "moby.buildkit.frontend.contexts" in failed.message:
        return EngineError(
            "the engine's BuildKit is too old for additional_contexts",
            hint="use Docker Engine 23 or newer, or put the files into the build's context",
        )
    if "frontend.lint" in failed.message:
        return EngineError(
            "the engine's BuildKit is too old to check Dockerfiles",
            hint="use Docker Engine 27 or newer",
        )
    if isinstance(failed, Refused):
        return Unsolved(failed)
    return failed


@contextmanager
def _given_up(cancel: Cancel, give_up: Callable[[], None]) -> Iterator[None]:
    """Call *give_up* where *cancel* is requested meanwhile."""
    unsubscribe = cancel.subscribe(give_up)
    if cancel.requested:
        give_up()
    try:
        yield
    finally:
        unsubscribe()
