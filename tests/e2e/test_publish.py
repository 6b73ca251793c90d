"""Projects in registries: published as Docker Compose publishes them, and used from there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.registry import Registry, configure, login, serving
from tests.e2e.stage import IMAGE, PEER, Stage

pytestmark = pytest.mark.engine


@pytest.fixture
def registry(stage: Stage, tmp_path: Path) -> Iterator[Registry]:
    """With a password and TLS, which Docker Compose insists on."""
    with serving(tmp_path / "registry", password=True, tls=True) as found:
        configure(stage, {"auths": {found.address: {"auth": login()}}})
        stage.env |= {"SSL_CERT_FILE": str(found.authority), "XDG_CACHE_HOME": str(tmp_path / "c")}
        yield found


def artefact(registry: Registry, tag: str) -> dict[str, Any]:
    """Return a manifest less the time of its making."""
    found = registry.manifest("app", tag)
    assert found.pop("annotations").keys() == {"org.opencontainers.image.created"}
    return found


def with_everything(stage: Stage) -> list[str]:
    """Write a project of several files; return the options that name them."""
    stage.write("e.env", "A=1\n")
    stage.write("base.yaml", f"services: {{base: {{image: '{IMAGE}'}}}}\n")
    stage.write(
        "compose.yaml",
        """
        services:
          web:
            extends:
              file: base.yaml
              service: base
            env_file:
              - e.env
        """,
    )
    stage.write("more.yaml", "services: {web: {command: 'sleep ${N:-60}'}}\n")
    return ["-f", "compose.yaml", "-f", "more.yaml"]


@pytest.mark.oracle
def test_the_artefact_is_the_peers(stage: Stage, registry: Registry) -> None:
    """File for file and byte for byte, in both versions of the format."""
    stage.write("compose.yaml", f"services: {{web: {{image: '{IMAGE}'}}}}\n")
    stage.write("more.yaml", "services: {web: {command: 'sleep ${N:-60}'}}\n")
    files = ["-f", "compose.yaml", "-f", "more.yaml"]
    for version in ("1.0", "1.1"):
        options = ["publish", "-y", "--oci-version", version]
        stage.run(*files, *options, f"{registry.address}/app:ours").ok()
        stage.run(*files, *options, f"{registry.address}/app:theirs", program=PEER).ok()
        assert artefact(registry, "ours") == artefact(registry, "theirs")


def test_what_is_published_can_be_used_elsewhere(
    stage: Stage, registry: Registry, tmp_path: Path
) -> None:
    """Environment files and extended files come with it, under names that tell nothing."""
    address = f"{registry.address}/app:1"
    stage.run(*with_everything(stage), "publish", "-y", "--with-env", address).ok()
    kinds = [one["mediaType"].rpartition(".")[2] for one in artefact(registry, "1")["layers"]]
    assert sorted(kinds) == ["envfile", "file+yaml", "file+yaml", "file+yaml"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shown = stage.run("-f", f"oci://{address}", "config", "--format", "json", folder=elsewhere)
    found = json.loads(shown.ok().stdout)
    web = found["services"]["web"]
    assert (found["name"], web["image"]) == ("elsewhere", IMAGE)
    assert (web["command"], web["environment"]) == (["sleep", "60"], {"A": "1"})


def test_nothing_is_sent_without_consent(stage: Stage, registry: Registry) -> None:
    address = f"{registry.address}/app:1"
    stage.write(
        "compose.yaml", f"services: {{web: {{image: '{IMAGE}', volumes: ['./data:/data']}}}}\n"
    )
    stage.run("publish", address, stdin="n\n").ok()
    with pytest.raises(OSError, match="404"):
        registry.manifest("app", "1")
    stage.run("publish", address, stdin="y\n").ok()
    assert len(artefact(registry, "1")["layers"]) == 1


@pytest.mark.parametrize(
    ("services", "said"),
    [
        ("{image: x, environment: {A: b}}", "environment variable(s) declared"),
        ("{image: x, env_file: e.env}", "env_file declared"),
        ("{build: .}", "build section"),
    ],
)
def test_what_would_leak_or_cannot_be_used_is_refused(
    stage: Stage, registry: Registry, services: str, said: str
) -> None:
    stage.write("e.env", "A=1\n")
    stage.write("compose.yaml", f"services: {{web: {services}}}\n")
    stage.run("publish", f"{registry.address}/app:1").ended(1).says(said)


def test_variables_are_published_where_that_is_allowed(stage: Stage, registry: Registry) -> None:
    """By --with-env and an answer, or by a yes to everything."""
    address = f"{registry.address}/app:1"
    stage.write("compose.yaml", f"services: {{web: {{image: '{IMAGE}', environment: [A=b]}}}}\n")
    asked = stage.run("publish", "--with-env", address, stdin="n\n").ok()
    assert "Service/Config  web\nA=b\nAre you ok to publish these environment" in asked.stdout
    with pytest.raises(OSError, match="404"):
        registry.manifest("app", "1")
    stage.run("publish", "-y", address).ok().says("app:1 published")
    assert len(artefact(registry, "1")["layers"]) == 1


def test_local_includes_are_refused(stage: Stage, registry: Registry) -> None:
    stage.write("more.yaml", "services: {more: {image: x}}\n")
    stage.write("compose.yaml", "include: [more.yaml]\nservices: {web: {image: x}}\n")
    stage.run("publish", "-y", f"{registry.address}/app:1").ended(1).says("local includes")


def test_secrets_in_the_files_are_named_but_not_shown(stage: Stage, registry: Registry) -> None:
    token = "ghp_" + "a1B2" * 9
    stage.write(
        "compose.yaml",
        f"services: {{web: {{image: '{IMAGE}', configs: [c]}}}}\n"
        f"configs: {{c: {{content: {token}}}}}\n",
    )
    told = stage.run("publish", f"{registry.address}/app:1", stdin="n\n").ok()
    assert 'Github authentication\n"configs.c.content"\n' in told.stdout
    assert token not in told.stdout + told.stderr


def test_images_are_pinned_and_published_with_the_app(stage: Stage, registry: Registry) -> None:
    image = f"{registry.address}/image:1"
    stage.write("Dockerfile", f"FROM {IMAGE}\nRUN echo {stage.name} >/made\n")
    stage.write("compose.yaml", f"services: {{web: {{image: '{image}', build: .}}}}\n")
    stage.run("build").ok()
    stage.run("publish", "-y", "--app", f"{registry.address}/app:1").ok()
    own, pinned = artefact(registry, "1")["layers"]
    assert own["annotations"]["com.docker.compose.file"] == "compose.yaml"
    assert pinned["annotations"]["com.docker.compose.file"] == "image-digests.yaml"
    digest = registry.get(f"app/blobs/{pinned['digest']}").decode().strip().rpartition("@")[2]
    assert registry.manifest("app", digest) == registry.manifest("image", digest)
    stage.engine.remove_image(image, force=True)


def test_errors_name_the_registry_and_the_cure(stage: Stage, registry: Registry) -> None:
    stage.write("compose.yaml", f"services: {{web: {{image: '{IMAGE}'}}}}\n")
    publish = ["publish", "-y"]
    stage.run(*publish, "127.0.0.1:1/app:1").ended(1).says("no registry answers", "127.0.0.1:1")
    stage.run(*publish, "NO/such:name").ended(1).says("no name of a repository")
    stage.run(*publish, "--oci-version", "3", f"{registry.address}/app:1").ended(1).says("1.0")
    stage.env.pop("SSL_CERT_FILE")
    stage.run(*publish, f"{registry.address}/app:1").ended(1).says("not trusted", "SSL_CERT_FILE")
    stage.run("-f", f"oci://{registry.address}/app:1", "config").ended(1).says("not trusted")
    stage.env["SSL_CERT_FILE"] = str(registry.authority)
    configure(stage, {})
    stage.run(*publish, f"{registry.address}/app:1").ended(1).says("docker login")
    stage.run("-f", "https://example.invalid/x.git", "config").ended(1).says("clone")


def test_who_runs_what_is_published_sees_where_it_lies_and_what_it_takes_from_here(
    stage: Stage, registry: Registry, tmp_path: Path
) -> None:
    """The variables are confirmed, by an answer or by -y; secrets among them are not shown."""
    stage.env["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    stage.env["API_TOKEN"] = "gh7-Ju2-k9Xq-very-secret"
    stage.write(
        "compose.yaml",
        "services:\n"
        "  web: {image: $IMAGE, command: 'sleep ${N:-600}', labels: {token: $API_TOKEN},\n"
        "    init: true, stop_grace_period: 0s}\n",
    )
    stage.env["IMAGE"] = IMAGE
    address = f"{registry.address}/app:1"
    stage.run("publish", "-y", address).ok()
    (stage.folder / "compose.yaml").unlink()
    files = ["-f", f"oci://{address}"]
    refused = stage.run(*files, "up", "-d", stdin="n\n").ended(1).says("cancelled by user")
    assert (
        f'stack "oci://{address}" is stored in "{tmp_path}/cache/docker-compose/' in refused.stdout
    )
    rows = [line.split() for line in refused.stdout.splitlines()]
    assert ["N", "600", "compose", "file", "no", "600"] in rows
    assert ["API_TOKEN", "***", "environment", "no"] in rows
    assert stage.env["API_TOKEN"] not in refused.stdout + refused.stderr
    stage.write("own.yaml", "services: {web: {environment: {OWN: '${OWN:-}'}}}\n")
    both = [*files, "-f", "own.yaml", "up", "-d"]
    more = [line.split() for line in stage.run(*both, stdin="n\n").ended(1).stdout.splitlines()]
    assert ["OWN", "<unset>", "none", "no"] in more
    stage.env["COMPOSE_FILE"] = f"oci://{address}"
    stage.run("up", "-d", stdin="n\n").ended(1).says("cancelled by user")
    del stage.env["COMPOSE_FILE"]
    assert not stage.containers()
    stage.run(*files, "up", "-d", stdin="y\n").ok()
    assert "Found the following" not in stage.run(*files, "up", "-d", "-y").ok().stdout
    theirs = stage.run(*files, "up", "-d", "-y", program=PEER).ok().says("web-1  Running")
    assert str(tmp_path / "cache") in theirs.stdout
    for quiet in ("quiet", "json"):  # programs read it
        command = ["--progress", quiet, *files, "up", "-d", "-y"]
        assert stage.run(*command).ok().stdout == stage.run(*command, program=PEER).ok().stdout
    for kept in (tmp_path / "cache").rglob("compose.yaml"):  # a fetch that broke off
        kept.unlink()
    stage.run(*files, "up", "-d", "-y").ok().says("web-1  Running")
    stage.run(*files, "run", "--rm", "web", "true").ended(1).says("cancelled by user")


@pytest.mark.oracle
def test_a_project_may_be_one_of_an_index(stage: Stage, registry: Registry, tmp_path: Path) -> None:
    """It is kept by the digest of the index; an index of other things is no project."""
    stage.write("compose.yaml", f"services: {{web: {{image: '{IMAGE}'}}}}\n")
    stage.env["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    for tag in ("1", "2"):
        stage.run("publish", "-y", f"{registry.address}/app:{tag}").ok()
    registry.put_index("app", "1", {}, {"artifactType": "application/vnd.docker.compose.project"})
    registry.put_index("app", "2", {})
    read = ["-f", f"oci://{registry.address}/app:1", "config"]
    ours = stage.run(*read).ok().stdout
    kept = {str(one) for one in (tmp_path / "cache").rglob("*")}
    stage.env["XDG_CACHE_HOME"] = str(tmp_path / "theirs")
    assert stage.run(*read, program=PEER).ok().stdout == ours
    theirs = {str(one) for one in (tmp_path / "theirs").rglob("*")}
    assert {one.replace("/theirs/", "/cache/") for one in theirs} == kept
    wrong = stage.run("-f", f"oci://{registry.address}/app:2", "config").ended(1)
    wrong.says("doesn't refer to compose artifacts")


def test_a_registry_on_this_machine_may_do_without_tls(stage: Stage, tmp_path: Path) -> None:
    stage.write("compose.yaml", f"services: {{web: {{image: '{IMAGE}'}}}}\n")
    stage.env["XDG_CACHE_HOME"] = str(tmp_path / "c")
    with serving(tmp_path / "plain") as plain:
        stage.run("publish", "-y", f"{plain.address}/app:1").ok()
        shown = stage.run("-f", f"oci://{plain.address}/app:1", "config", "--images").ok()
    assert shown.stdout == f"{IMAGE}\n"


def test_a_dry_run_sends_nothing(stage: Stage, registry: Registry) -> None:
    stage.write("compose.yaml", f"services: {{web: {{image: '{IMAGE}'}}}}\n")
    stage.run("publish", "-y", "--dry-run", f"{registry.address}/app:1").ok().says("published")
    with pytest.raises(OSError, match="404"):
        registry.manifest("app", "1")


@pytest.mark.differs("reads a file that it can do without")
@pytest.mark.parametrize("flags", [[], ["-y"]])
def test_an_environment_file_may_be_missing_where_it_is_not_required(
    stage: Stage, registry: Registry, flags: list[str]
) -> None:
    """Where it is required, nothing is published."""
    text = f"services: {{web: {{image: '{IMAGE}', env_file: [{{path: a.env, required: NO}}]}}}}\n"
    options = ["publish", *flags, "--with-env", f"{registry.address}/app:1"]
    stage.write("compose.yaml", text.replace("NO", "true"))
    stage.run(*options).ended(1).says("env file", "a.env not found")
    with pytest.raises(OSError, match="404"):
        registry.manifest("app", "1")
    stage.write("compose.yaml", text.replace("NO", "false"))
    stage.run(*options).ok()
    stage.run("-f", f"oci://{registry.address}/app:1", "config", "-q").ok()
