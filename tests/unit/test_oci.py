"""What is published, as values: names, manifests, and files that are rewritten."""

import pytest

from composer.errors import ComposerError
from composer.load.reader import MemoryReader
from composer.oci import artifact
from composer.oci.files import layers, local_includes, replaced
from composer.oci.names import full_name, reference
from composer.source import Position

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("busybox", "docker.io/library/busybox:latest"),
        ("a/b:1", "docker.io/a/b:1"),
        ("docker.io/x", "docker.io/library/x:latest"),
        ("localhost/x", "localhost/x:latest"),
        ("h:5000/x", "h:5000/x:latest"),
        (f"r.example/x:1@{DIGEST}", f"r.example/x@{DIGEST}"),
    ],
)
def test_full_names(image: str, name: str) -> None:
    assert full_name(image) == name


def test_references() -> None:
    found = reference("127.0.0.1:5000/a/b:1.0")
    assert (found.host, found.repository, found.version) == ("127.0.0.1:5000", "a/b", "1.0")
    assert reference("x").host == "registry-1.docker.io"
    for wrong in ("A/b", "a b", "x:", "http://x/y"):
        with pytest.raises(ComposerError, match="invalid reference format"):
            reference(wrong)


def test_files_from_elsewhere_get_hidden_names() -> None:
    reader = MemoryReader(
        {
            "/p/compose.yaml": "services:\n  a:\n    env_file: ['e.env', {path: \"f.env\"}]\n"
            "    extends: {file: ../b.yml, service: x}\n",
            "/p/e.env": "A=1\n",
            "/p/f.env": "B=1\n",
            "/b.yml": "services: {x: {image: i, env_file: p/e.env}}\n",
        }
    )
    own, *others = layers(["/p/compose.yaml"], reader)
    first, second = (artifact.hidden_name(f"/p/{name}.env", ".env") for name in "ef")
    third = artifact.hidden_name("/b.yml", ".yml")
    assert own.content.decode() == (
        f"services:\n  a:\n    env_file: ['{first}', {{path: \"{second}\"}}]\n"
        f"    extends: {{file: {third}, service: x}}\n"
    )
    by_name = {one.name: one for one in others}
    assert by_name.keys() == {first, second, third}
    assert by_name[third].extends
    assert first in by_name[third].content.decode()


def test_an_environment_file_that_is_missing_has_no_layer() -> None:
    """Its name tells nothing of this machine either."""
    path = "{path: ../private/e.env, required: false}"
    reader = MemoryReader({"/p/compose.yaml": f"services: {{a: {{env_file: [{path}]}}}}\n"})
    (own,) = layers(["/p/compose.yaml"], reader)
    assert b"private" not in own.content


def test_what_cannot_be_rewritten_is_refused() -> None:
    with pytest.raises(ComposerError, match="write it plainly"):
        replaced("a: >-\n  x\n", [(Position("f", 1, 4), "x", "y")])
    reader = MemoryReader({"/c.yaml": "services: {a: {env_file: $X}}\n"})
    with pytest.raises(ComposerError, match="name is a variable"):
        layers(["/c.yaml"], reader)


def test_local_includes_are_found() -> None:
    text = "include: [a.yaml, {path: [b.yaml, 'oci://r/x']}]\n"
    assert len(local_includes(["/c.yaml"], MemoryReader({"/c.yaml": text}))) == 2


def test_a_project_comes_back_as_one_file() -> None:
    made = [
        artifact.Layer("compose.yaml", b"services: {}"),
        artifact.Layer("over.yaml", b"name: x"),
        artifact.Layer("k.yaml", b"{}", extends=True),
        artifact.Layer("e.env", b"A=1", artifact.ENVIRONMENT),
    ]
    assert artifact.folder(made) == {
        "compose.yaml": b"services: {}\n---\nname: x",
        "k.yaml": b"{}",
        "e.env": b"A=1",
    }


@pytest.mark.parametrize("name", ["../x", "/etc/x", "..", "a/b"])
def test_names_that_leave_the_folder_are_refused(name: str) -> None:
    layer = {"mediaType": artifact.FILE, "annotations": {"com.docker.compose.file": name}}
    with pytest.raises(ComposerError, match="not accepted"):
        artifact.listed({"artifactType": artifact.PROJECT, "layers": [layer]}, "r/x")


@pytest.mark.parametrize("layers", [3, [3], [{"mediaType": [], "annotations": 3}], [None]])
def test_what_is_no_layer_of_a_project_is_passed_over(layers: object) -> None:
    assert artifact.listed({"artifactType": artifact.PROJECT, "layers": layers}, "r/x") == []


@pytest.mark.parametrize(
    "found", [{"config": 3}, {"artifactType": {}, "config": {"mediaType": []}}]
)
def test_a_manifest_of_another_form_is_no_project(found: artifact.Json) -> None:
    with pytest.raises(ComposerError, match="is not a compose project OCI artifact"):
        artifact.listed(found, "r/x")


def test_an_image_is_no_project() -> None:
    with pytest.raises(ComposerError, match="is not a compose project OCI artifact"):
        artifact.listed({"config": {"mediaType": "application/vnd.oci.image.config"}}, "r/x")
