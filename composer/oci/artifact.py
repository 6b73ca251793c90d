"""What a published project is made of: its files as the layers of a manifest. Pure.

The same as Docker Compose makes, so that each reads what the other has published.

May import: errors, value, spec.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from composer.errors import ComposerError
from composer.spec.shapes import EMPTY
from composer.value import Value

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
PROJECT = "application/vnd.docker.compose.project"
FILE = "application/vnd.docker.compose.file+yaml"
ENVIRONMENT = "application/vnd.docker.compose.envfile"
MAIN = "compose.yaml"
"""The file that a project's own files are written to, one after the other."""
_EMPTY = b"{}"
_EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
_OLD_EMPTY_TYPE = "application/vnd.docker.compose.config.empty.v1+json"
_NAME = "com.docker.compose.file"
_ENVIRONMENT_NAME = "com.docker.compose.envfile"
_EXTENDS = "com.docker.compose.extends"
_VERSION = "com.docker.compose.version"
_CREATED = "org.opencontainers.image.created"
VERSIONS = ("1.0", "1.1")
"""Of the specification of images and artefacts; registries that are old know the first only."""

Json = dict[str, Any]


class Layer(Value):
    """A file of a project. *kind* is FILE or ENVIRONMENT, *extends* one that another extends."""

    name: str
    content: bytes
    kind: str = FILE
    extends: bool = False


class Blob(Value):
    """Content with its digest, as registries keep it."""

    kind: str
    content: bytes
    annotations: Mapping[str, str] = EMPTY

    def descriptor(self) -> Json:
        """Return how a manifest speaks of it; small content is repeated there."""
        found: Json = {
            "mediaType": self.kind,
            "digest": digest(self.content),
            "size": len(self.content),
        }
        if self.annotations:
            found["annotations"] = dict(sorted(self.annotations.items()))
        return {**found, "data": base64.b64encode(self.content).decode()}


def digest(content: bytes) -> str:
    """Return the digest of *content*."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def hidden_name(path: str, suffix: str) -> str:
    """Return the name that a file from elsewhere gets in the artefact: its path tells nothing."""
    return f"{hashlib.sha256(path.encode()).hexdigest()}{suffix}"


def blobs(layers: Iterable[Layer], version: str) -> list[Blob]:
    """Return the layers as blobs; *version* is that of the program."""
    made = []
    for one in layers:
        key = _ENVIRONMENT_NAME if one.kind == ENVIRONMENT else _NAME
        notes = {key: one.name, _VERSION: version}
        if one.extends:
            notes[_EXTENDS] = "true"
        made.append(Blob(one.kind, one.content, notes))
    return made


def empty(oci_version: str) -> Blob:
    """Return the configuration of an artefact, which has none."""
    return Blob(_OLD_EMPTY_TYPE if oci_version == "1.0" else _EMPTY_TYPE, _EMPTY)


def manifest(made: Sequence[Blob], created: str, oci_version: str) -> bytes:
    """Return the manifest; *created* is a time of RFC 3339."""
    found: Json = {"schemaVersion": 2, "mediaType": MANIFEST}
    if oci_version != "1.0":
        found["artifactType"] = PROJECT
    found["config"] = empty(oci_version).descriptor()
    found["layers"] = [one.descriptor() for one in made]
    found["annotations"] = {_CREATED: created}
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode()


def app_index(images: Sequence[Json], subject: Json) -> bytes:
    """Return an index of the images that belong to the artefact *subject*."""
    kept = ("mediaType", "digest", "size")
    found = {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [{key: one[key] for key in kept} for one in images],
        "subject": {key: subject[key] for key in kept},
    }
    return json.dumps(found, separators=(",", ":")).encode()


def project_in(index: Json, where: str) -> str:
    """Return the digest of the published project among the manifests of an index.

    Raises ComposerError where there is none.
    """
    entries = index.get("manifests")
    for one in entries if isinstance(entries, list) else ():
        if isinstance(one, dict) and one.get("artifactType") == PROJECT:
            wanted = str(one.get("digest"))
            if not wanted.startswith("sha256:"):
                raise ComposerError(f"OCI index {where} names the digest {wanted!r}")
            return wanted
    raise ComposerError(f"OCI index {where} doesn't refer to compose artifacts")


def listed(found: Json, where: str) -> list[tuple[Json, Layer]]:
    """Return the layers of a manifest, still without content, with their descriptors.

    Raises ComposerError for what is no published project, and for names that leave the folder.
    """
    kinds = (found.get("artifactType"), _object(found.get("config")).get("mediaType"))
    if not any(kind in {PROJECT, _OLD_EMPTY_TYPE} for kind in map(str, kinds)):
        kind = next(filter(None, kinds), "of an unknown type")
        raise ComposerError(f"{where} is not a compose project OCI artifact, but {kind}")
    entries = found.get("layers")
    objects = [_object(one) for one in entries] if isinstance(entries, list) else []
    return [(one, layer) for one in objects if (layer := _layer(one, where))]


def _object(value: Any) -> Json:
    """Return *value* if it is an object, else an empty one: whoever published may say anything."""
    return value if isinstance(value, dict) else {}


def _layer(found: Json, where: str) -> Layer | None:
    """Return a layer by its annotations, None for one of another kind."""
    notes = _object(found.get("annotations"))
    kind = str(found.get("mediaType"))
    if kind not in {FILE, ENVIRONMENT}:
        return None
    name = str(notes.get(_ENVIRONMENT_NAME if kind == ENVIRONMENT else _NAME) or MAIN)
    if "/" in name or name in {"", ".", ".."} or "\0" in name:
        raise ComposerError(f"{where} holds a file with the name {name!r}, which is not accepted")
    return Layer(name, b"", kind, notes.get(_EXTENDS) == "true")


def folder(layers: Iterable[Layer]) -> dict[str, bytes]:
    """Return the files to be written: the project's own in one, those that they name beside it."""
    own, others = [], {}
    for one in layers:
        if one.kind == FILE and not one.extends:
            own.append(one.content)
        else:
            others[one.name] = one.content
    return {**others, MAIN: b"\n---\n".join(own)}
