"""``publish``: a project's files as an artefact in a registry.

May import: all but cli and ui.
"""

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from composer.api.digests import locked, pinned
from composer.api.images import push
from composer.api.session import Session
from composer.asked import Asked
from composer.errors import ComposerError, Interrupted
from composer.identity import COMPATIBLE_VERSION
from composer.load.render import model, to_yaml
from composer.oci import artifact, files
from composer.oci.names import Reference, full_name, reference
from composer.oci.registry import Repository
from composer.plan.publish import Question, questions, refuse, refuse_environment
from composer.run.cancel import Cancel
from composer.run.events import Ended, Started
from composer.spec.project import Project

_DIGESTS = "image-digests.yaml"


class PublishOptions(Asked):
    """Flags of ``publish``; *oci_version* is 1.0, 1.1, or empty for what the registry takes."""

    app: bool = False
    oci_version: str = ""
    digests: bool = False
    with_environment: bool = False


def publish(
    session: Session,
    repository: str,
    options: PublishOptions,
    *,
    consent: Callable[[Question], bool] | None,
    dry_run: bool,
    cancel: Cancel | None,
) -> bool:
    """Push the images that are built here, and publish the files; tell whether that was done.

    *consent* is asked before anything leaves the machine; None agrees to everything. Raises
    ComposerError.
    """
    where = reference(repository)
    if options.oci_version not in {"", *artifact.VERSIONS}:
        known = " and ".join(artifact.VERSIONS)
        raise ComposerError(f"unsupported OCI version: {options.oci_version}; known are {known}")
    project = session.project
    refuse(project)
    if included := files.local_includes(session.request.files, session.reader):
        raise ComposerError(
            f"cannot publish compose file with local includes ({', '.join(included)})",
            hint="name the files with -f instead: each becomes a part of what is published",
        )
    read = session.resolved(project)  # whatever is missing is told before anything has left
    if consent and not _agreed(session, read, options, consent):
        return False
    push(session, (), ignore_failures=True, dependencies=False, cancel=cancel, dry_run=dry_run)
    key = f"publish {repository}"
    session.emit(Started(key, repository, "publishing"))
    if not dry_run:
        _upload(session, where, project, options)
    session.emit(Ended(key, repository, "published"))
    return True


def _agreed(
    session: Session,
    read: Project,
    options: PublishOptions,
    consent: Callable[[Question], bool],
) -> bool:
    """Ask about all that may be private; refuse variables that are not allowed."""
    named = dict(_contents(session, read))
    asked = questions(read, named, with_environment=options.with_environment)
    if not all(consent(one) for one in asked):
        return False
    if not options.with_environment:
        refuse_environment(session.project)
    return True


def _contents(session: Session, project: Project) -> Iterator[tuple[str, str]]:
    """Yield what the files of secrets and configs contain, by their places in the project."""
    for kind in ("secrets", "configs"):
        for name, one in getattr(project, kind).items():
            if one.file and session.reader.is_file(one.file):
                text = session.reader.read(one.file).decode(errors="replace")
                yield f"{kind}.{name}.file", text


def _upload(session: Session, where: Reference, project: Project, options: PublishOptions) -> None:
    layers = files.layers(session.request.files, session.reader)
    images: Collection[str] = ()
    if options.digests or options.app:
        fixed = locked(pinned(lambda: session.engine, project))
        images = [one.image for one in fixed.services.values()]
        shown = {"services": model(fixed, "yaml")["services"]}
        layers.append(artifact.Layer(_DIGESTS, to_yaml(shown).encode()))
    made = artifact.blobs(layers, COMPATIBLE_VERSION)
    target = Repository(where, session.engine.registry_login)
    for one in (*made, artifact.empty("")):
        target.put_blob(one.content)
    subject = _put(target, where.version, made, options.oci_version)
    if options.app:
        copied = [_copy(session, target, one) for one in dict.fromkeys(images)]
        index = artifact.app_index(copied, subject)
        target.put_manifest(artifact.digest(index), index, artifact.INDEX)


def _put(
    target: Repository, version: str, made: list[artifact.Blob], oci_version: str
) -> dict[str, Any]:
    """Upload the manifest, in the older form where the registry refuses the newer one."""
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for form in [oci_version] if oci_version else reversed(artifact.VERSIONS):
        content = artifact.manifest(made, now, form)
        try:
            target.put_manifest(version, content, artifact.MANIFEST)
        except Interrupted:
            raise
        except ComposerError:
            if oci_version or form == artifact.VERSIONS[0]:
                raise
        else:
            break
    return _descriptor(content, artifact.MANIFEST)


def _descriptor(content: bytes, kind: str) -> dict[str, Any]:
    return {"mediaType": kind, "digest": artifact.digest(content), "size": len(content)}


def _copy(session: Session, target: Repository, image: str) -> dict[str, Any]:
    """Copy an image from its registry into the repository; return its descriptor."""
    where = reference(full_name(image))
    source = Repository(where, session.engine.registry_login)
    content, kind = source.manifest(where.version)
    _copy_parts(source, target, json.loads(content))
    target.put_manifest(artifact.digest(content), content, kind)
    return _descriptor(content, kind)


def _copy_parts(source: Repository, target: Repository, found: Mapping[str, Any]) -> None:
    """Copy what a manifest names: blobs, or the manifests of an index with theirs."""
    for one in found.get("manifests") or ():
        content, kind = source.manifest(str(one["digest"]))
        _copy_parts(source, target, json.loads(content))
        target.put_manifest(str(one["digest"]), content, kind)
    config = [found["config"]] if found.get("config") else []
    for one in (*config, *(found.get("layers") or ())):
        target.copy_blob(source, str(one["digest"]), int(one["size"]))
