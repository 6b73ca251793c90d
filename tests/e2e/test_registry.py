"""Pulling and pushing against a real registry: logins, policies, failures."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker.errors import APIError, ImageNotFound

from tests.e2e.registry import PASSWORD, USER, Registry, configure, login, serving
from tests.e2e.stage import IMAGE, Json, Stage

pytestmark = pytest.mark.engine


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with serving(tmp_path / "open") as found:
        yield found


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Registry]:
    with serving(tmp_path / "closed", password=True) as found:
        yield found


def image(stage: Stage, registry: Registry, name: str = "app", tag: str = "1") -> str:
    """Return the name of an image of this scenario."""
    return f"{registry.address}/{stage.name}/{name}:{tag}"


def published(stage: Stage, registry: Registry, name: str = "app") -> str:
    """Put an image into the registry, and take it from the engine; return its name."""
    made = image(stage, registry, name)
    stage.engine.tag(IMAGE, made.rpartition(":")[0], "1")
    given = {"username": USER, "password": PASSWORD}
    said = stage.engine.push(made, auth_config=given, stream=True, decode=True)
    assert not [one for one in said if "error" in one]
    stage.engine.remove_image(made, force=True)
    return made


def digest_of(stage: Stage, name: str) -> str:
    """Return the digest of an image, as its registry tells it."""
    told: Json = stage.engine.inspect_distribution(name)  # type: ignore[no-untyped-call]
    return str(told["Descriptor"]["digest"])


def identity_of(stage: Stage, name: str) -> str:
    """Return the id of an image."""
    told: Json = stage.engine.inspect_image(name)  # type: ignore[no-untyped-call]
    return str(told["Id"])


def here(stage: Stage, name: str) -> bool:
    """Tell whether the engine has the image."""
    try:
        identity_of(stage, name)
    except ImageNotFound:
        return False
    return True


@pytest.fixture(autouse=True)
def _leave_nothing(stage: Stage) -> Iterator[None]:
    yield
    for one in stage.engine.images():
        for tag in one["RepoTags"] or ():
            if f"/{stage.name}/" in tag:
                stage.engine.remove_image(tag, force=True)


def built(stage: Stage, *names: str) -> None:
    """Write a file with a build for each image."""
    stage.write("Dockerfile", f"FROM {IMAGE}\nRUN echo {stage.name} >/made\n")
    rows = "".join(f"  s{at}: {{build: ., image: '{one}'}}\n" for at, one in enumerate(names))
    stage.write("compose.yaml", f"services:\n{rows}")


def test_what_is_pushed_can_be_pulled(stage: Stage, registry: Registry) -> None:
    """Every tag of the build goes to the registry; the pull brings the same image back."""
    name = image(stage, registry)
    stage.write("Dockerfile", f"FROM {IMAGE}\nRUN echo {stage.name} >/made\n")
    more = image(stage, registry, tag="2")
    stage.write(
        "compose.yaml",
        f"services: {{web: {{build: {{context: ., tags: ['{more}']}}, image: '{name}'}}}}",
    )
    stage.run("build").ok()
    before = identity_of(stage, name)
    stage.run("push").ok().says(f"Pushing {name}: ", f"Pushing {more}: ")
    assert registry.tags(f"{stage.name}/app") == ["1", "2"]
    for one in (name, more):
        stage.engine.remove_image(one, force=True)
    stage.run("pull").ok()
    assert identity_of(stage, name) == before


def test_build_and_push_in_one_command(stage: Stage, registry: Registry) -> None:
    built(stage, image(stage, registry))
    stage.run("build", "--push").ok()
    assert registry.tags(f"{stage.name}/app") == ["1"]


def test_build_and_push_takes_along_what_the_build_is_made_from(
    stage: Stage, registry: Registry
) -> None:
    """What a build takes as a context is built for it, and pushed as it is; so `push` does not."""
    if stage.api < (1, 42):
        pytest.skip("the engine's BuildKit is older than further contexts")
    base, app = (f"{registry.address}/{stage.name}/{name}:1" for name in ("base", "app"))
    stage.write(
        "compose.yaml",
        f"""
        services:
          base: {{image: '{base}', build: {{dockerfile_inline: FROM {IMAGE}}}}}
          app:
            image: '{app}'
            build: {{dockerfile_inline: FROM b, additional_contexts: {{b: 'service:base'}}}}
          other: {{image: 'missing.invalid/other', build: {{dockerfile_inline: FROM {IMAGE}}}}}
    """,
    )
    stage.run("build", "--push", "app").ok()
    pushed = json.loads(registry.get("_catalog"))["repositories"]
    assert {f"{stage.name}/base", f"{stage.name}/app"} <= set(pushed)
    said = stage.run("--dry-run", "push", "app").ok().stderr
    assert "app" in said
    assert "base" not in said


def test_a_login_from_the_configuration_is_used(stage: Stage, closed: Registry) -> None:
    name = published(stage, closed)
    stage.write("compose.yaml", f"services: {{web: {{image: '{name}'}}}}")
    configure(stage, {"auths": {closed.address: {"auth": login()}}})
    stage.run("pull").ok()
    assert here(stage, name)


def test_a_login_from_a_variable_comes_before_one_from_the_configuration(
    stage: Stage, closed: Registry
) -> None:
    """Also where a build pulls its base."""
    name = published(stage, closed)
    built = f"build: {{dockerfile_inline: FROM {name}, pull: true}}"
    stage.write("compose.yaml", f"services: {{web: {{image: '{name}'}}, app: {{{built}}}}}")
    configure(stage, {"auths": {closed.address: {"auth": login("wrong")}}})
    stage.run("pull", "web").ended(1)
    given = {"auths": {closed.address: {"auth": login()}}}
    stage.env["DOCKER_AUTH_CONFIG"] = json.dumps(given)
    stage.run("pull", "web").ok()
    stage.run("build").ok()
    assert here(stage, name)


@pytest.mark.parametrize("kind", ["credsStore", "credHelpers"])
def test_a_login_from_a_helper_program_is_used(stage: Stage, closed: Registry, kind: str) -> None:
    """As the programs docker-credential-NAME give them."""
    name = published(stage, closed)
    stage.write("compose.yaml", f"services: {{web: {{image: '{name}'}}}}")
    helper = stage.write(
        "bin/docker-credential-test",
        f"""
        #!/bin/sh
        read server
        [ "$1" = get ] && [ "$server" = {closed.address} ] || exit 1
        echo '{{"ServerURL": "", "Username": "{USER}", "Secret": "{PASSWORD}"}}'
        """,
    )
    helper.chmod(0o755)
    stage.env["PATH"] = f"{helper.parent}:{stage.env['PATH']}"
    by_kind = {"credsStore": "test", "credHelpers": {closed.address: "test"}}
    configure(stage, {kind: by_kind[kind]})
    stage.run("pull").ok()
    assert here(stage, name)


@pytest.mark.parametrize("auths", [{}, {"auth": login("wrong")}])
def test_without_the_right_login_one_line_says_so(
    stage: Stage, closed: Registry, auths: dict[str, str]
) -> None:
    name = published(stage, closed)
    stage.write("compose.yaml", f"services: {{web: {{image: '{name}', command: 'true'}}}}")
    configure(stage, {"auths": {closed.address: auths}})
    for command in (["pull"], ["up", "-d"]):
        stage.run(*command).ended(1).says(name, f"docker login {closed.address}")
    assert (stage.names(), stage.networks()) == ([], {})


@pytest.mark.parametrize("buildkit", ["1", "0"])
def test_a_private_base_image_is_pulled_by_the_build(
    stage: Stage, closed: Registry, buildkit: str
) -> None:
    base = published(stage, closed)
    stage.env["DOCKER_BUILDKIT"] = buildkit
    stage.write("Dockerfile", f"FROM {base}\nRUN echo {stage.name} >/made\n")
    stage.write("compose.yaml", "services: {web: {build: {context: ., pull: true}}}")
    configure(stage, {"auths": {closed.address: {}}})
    stage.run("build").ended(1)
    configure(stage, {"auths": {closed.address: {"auth": login()}}})
    stage.run("build").ok()
    assert stage.images() == [f"{stage.name}-web:latest"]


def test_every_image_that_cannot_be_had_is_named(stage: Stage, registry: Registry) -> None:
    """One is missing, one has no registry; the one that exists is pulled all the same."""
    good, missing = published(stage, registry), image(stage, registry, "gone")
    nowhere = f"127.0.0.1:1/{stage.name}/app:1"
    rows = [f"{{image: '{one}'}}" for one in (good, missing, nowhere)]
    stage.write("compose.yaml", f"services: {{a: {rows[0]}, b: {rows[1]}, c: {rows[2]}}}")
    stage.run("pull").ended(1).says(missing, nowhere, "refused")
    assert here(stage, good)
    stage.run("pull", "--ignore-pull-failures").ok()


def test_policies_of_pull(stage: Stage, registry: Registry) -> None:
    """What is there is left alone with missing; always asks, and the registry must answer."""
    name = published(stage, registry)
    stage.engine.tag(IMAGE, name.rpartition(":")[0], "1")
    gone = f"127.0.0.1:1/{stage.name}/app:1"
    stage.engine.tag(IMAGE, gone.rpartition(":")[0], "1")
    stage.write(
        "compose.yaml",
        f"""
        services:
          always: {{image: '{name}', pull_policy: always}}
          missing: {{image: '{gone}', pull_policy: missing}}
          never: {{image: '{gone}', pull_policy: never}}
          build: {{image: '{gone}', pull_policy: build, build: .}}
    """,
    )
    stage.run("pull").ok()
    stage.run("pull", "--policy", "missing").ok()
    stage.run("pull", "--policy", "always", "missing").ended(1).says(gone)


def test_dependencies_and_buildable_images(stage: Stage, registry: Registry) -> None:
    first, second = published(stage, registry), published(stage, registry, "dep")
    gone = image(stage, registry, "gone")
    stage.write(
        "compose.yaml",
        f"""
        services:
          web: {{image: '{first}', depends_on: [db]}}
          db: {{image: '{second}'}}
          made: {{image: '{gone}', build: .}}
    """,
    )
    stage.run("pull", "web").ok()
    assert (here(stage, first), here(stage, second)) == (True, False)
    stage.run("pull", "--include-deps", "web").ok()
    assert here(stage, second)
    missing = "must be built from source by running"
    stage.run("pull", "made").ended(1).says(" made Warning ", missing)
    stage.run("pull", "--ignore-pull-failures", "made").ok().says(missing)
    stage.run("pull", "--ignore-buildable").ok()


def test_a_digest_is_pulled_and_run(stage: Stage, registry: Registry) -> None:
    name = published(stage, registry)
    digest = digest_of(stage, name)
    pinned = f"{name.rpartition(':')[0]}@{digest}"
    stage.write(
        "compose.yaml",
        f"services: {{web: {{image: '{pinned}', command: sleep 60, stop_grace_period: 0s}}}}",
    )
    stage.up()
    assert stage.container("web")["Config"]["Image"] == pinned
    stage.run("pull", "--policy", "missing").ok()
    stage.run("down").ok()
    stage.engine.remove_image(pinned, force=True)


def test_config_pins_images(stage: Stage, registry: Registry) -> None:
    """With the digest that the registry tells, also where the engine does not have the image."""
    name = published(stage, registry)
    digest = digest_of(stage, name)
    stage.write("compose.yaml", f"services: {{web: {{image: '{name}'}}}}")
    shown = stage.run("config", "--resolve-image-digests").ok().stdout
    assert f"image: {name}@{digest}" in shown
    locked = stage.run("config", "--lock-image-digests").ok().stdout
    assert locked == f"services:\n  web:\n    image: {name}@{digest}\n"
    gone = image(stage, registry, "gone")
    stage.write("compose.yaml", f"services: {{web: {{image: '{gone}'}}}}")
    stage.run("config", "--resolve-image-digests").ended(1).says(gone, "failed to resolve digest")


def test_pushing_without_a_login_fails_or_warns(stage: Stage, closed: Registry) -> None:
    built(stage, image(stage, closed))
    stage.run("build").ok()
    configure(stage, {})
    stage.run("push").ended(1).says(closed.address, "docker login")
    stage.run("push", "--ignore-push-failures").ok()
    with pytest.raises(APIError):
        digest_of(stage, image(stage, closed))
