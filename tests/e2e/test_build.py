"""Images that are built on the way up."""

import json
import signal

import pytest

from tests.e2e.stage import IMAGE, PEER, PROGRAM, QUIT, Stage

pytestmark = pytest.mark.engine


def test_up_builds_what_is_missing_with_the_options_of_the_file(stage: Stage) -> None:
    """Context, Dockerfile, target and arguments; the image is named for project and service."""
    stage.write("app/page.txt", "from the context\n")
    stage.write(
        "app/Dockerfile.web",
        """
        FROM composer-test/busybox AS base
        ARG WHO=nobody
        COPY page.txt /page.txt
        RUN echo "for $WHO" >>/page.txt
        FROM base AS wanted
        LABEL stage=wanted
        FROM base AS unwanted
        RUN exit 1
    """,
    )
    stage.write(
        "compose.yaml",
        """
        services:
          web:
            build: {context: app, dockerfile: Dockerfile.web, target: wanted, args: {WHO: you}}
            command: sleep 600
            stop_grace_period: 0s
    """,
    )
    stage.up()
    assert stage.images() == [f"{stage.name}-web:latest"]
    assert stage.container("web")["Config"]["Labels"]["stage"] == "wanted"
    assert stage.inside("web", "cat", "/page.txt") == "from the context\nfor you\n"


def test_up_builds_again_only_on_request(stage: Stage) -> None:
    """A second up takes the image as it is; --build builds, and recreates if it changed."""
    stage.write("page.txt", "one\n")
    stage.write("Dockerfile", "FROM composer-test/busybox\nCOPY page.txt /\nCMD sleep 600\n")
    stage.write("compose.yaml", "services: {web: {build: ., stop_grace_period: 0s}}")
    stage.up()
    before = stage.starts()
    stage.write("page.txt", "two\n")
    stage.up()
    assert stage.starts() == before
    stage.up("--build")
    assert stage.starts() != before
    assert stage.inside("web", "cat", "/page.txt") == "two\n"
    before = stage.starts()
    stage.up("--build")
    assert stage.starts() == before


@pytest.mark.parametrize(
    ("command", "replicas"),
    [(("up", "-d"), 1), (("create",), 1), (("up", "-d", "--scale=web=2"), 2)],
)
def test_a_new_name_of_a_built_image_replaces_the_containers_at_once(
    stage: Stage, command: tuple[str, ...], replicas: int
) -> None:
    """No registry has it, so it is built, and what was built is used: all by one command."""
    name = f"127.0.0.1:1/{stage.name}"
    stage.compose(f"""
        services:
          web:
            <<: *idle
            build: {{dockerfile_inline: "FROM {IMAGE}"}}
            image: {name}:${{TAG:-1}}
          other: {{<<: *idle, labels: {{tag: "${{TAG:-1}}"}}}}
    """)
    stage.up()
    try:
        stage.run(*command, env={"TAG": "2"}).ok()
        found = stage.containers()
        used = [one["Config"]["Image"] for one in found if "-web-" in one["Name"]]
        assert used == [f"{name}:2"] * replicas
        assert stage.container("other")["Config"]["Labels"]["tag"] == "2"
    finally:
        stage.run("down").ok()
        for tag in stage.engine.images(name):
            stage.engine.remove_image(tag["Id"], force=True)


def test_up_builds_for_services_of_no_replicas_and_scale_does_not(stage: Stage) -> None:
    """Whoever wants no container wants the image all the same; to remove some needs none."""
    built = f'{{context: ., dockerfile_inline: "FROM {IMAGE}"}}'
    stage.write("compose.yaml", f"services: {{web: {{scale: 0, build: {built}}}}}")
    stage.run("scale", "web=0").ok()
    assert stage.images() == []
    stage.up()
    assert stage.images() == [f"{stage.name}-web:latest"]
    assert stage.containers() == []


def test_a_build_that_fails_creates_nothing(stage: Stage) -> None:
    """The failing step and what it printed are shown."""
    stage.write("Dockerfile", "FROM composer-test/busybox\nRUN echo no compiler; exit 7\n")
    stage.write("compose.yaml", "services: {web: {build: .}}")
    stage.run("up", "-d").ended(1).says("no compiler", "7")
    assert (stage.names(), stage.images(), stage.networks()) == ([], [], {})


def test_a_missing_dockerfile_is_named(stage: Stage) -> None:
    """The message says which file was looked for."""
    stage.write("compose.yaml", "services: {web: {build: .}}")
    stage.run("up", "-d").ended(1).says("Dockerfile")
    assert (stage.names(), stage.networks()) == ([], {})


EVERYTHING = """
services:
  base: {build: {context: ., dockerfile_inline: "FROM a & b\\n", network: host, privileged: true}}
  web:
    image: IMAGE
    platform: linux/amd64
    depends_on: [base]
    build:
      context: .
      args: {A: "1", B: null}
      target: x
      tags: [more:2]
      labels: {l: "1"}
      additional_contexts: {b: "service:base", e: ./extra, i: docker-image://busybox}
      secrets: [s1, {source: s2, target: t2}]
      ssh: [default, k=./id]
      ulimits: {nofile: {soft: 100, hard: 200}}
      extra_hosts: ["h=1.1.1.1", "h=2.2.2.2"]
      cache_from: [foo:1]
      cache_to: [type=inline]
      shm_size: 64m
      no_cache: true
      pull: true
      entitlements: [network.host]
      provenance: mode=max
      sbom: true
secrets: {s1: {file: ./s1}, s2: {environment: HOME}}
"""


@pytest.mark.oracle
@pytest.mark.parametrize(
    "flags", [["web"], ["--push", "--build-arg", "Z=1", "web"], ["--check", "web"]]
)
def test_builds_are_printed_for_bake_as_the_peer_prints_them(
    stage: Stage, flags: list[str]
) -> None:
    """Only the order of the group and of the keys of ssh is by chance there."""
    stage.write("compose.yaml", EVERYTHING.replace("IMAGE", f"{stage.name}:1"))
    found = []
    for program in (PROGRAM, PEER):
        made = json.loads(stage.run("build", "--print", *flags, program=program).ok().stdout)
        made["group"]["default"]["targets"].sort()
        made["target"]["web"]["ssh"].sort()
        found.append(made)
    assert found[0] == found[1]


def test_the_image_of_another_service_is_a_context(stage: Stage) -> None:
    """It is built first, also where only the other one was asked for."""
    if stage.api < (1, 42):
        pytest.skip("the engine's BuildKit is older than further contexts")
    stage.write(
        "compose.yaml",
        f"""
        services:
          web:
            build:
              context: .
              dockerfile_inline: "FROM base\\nRUN cat /made >/copy"
              additional_contexts: {{base: "service:base"}}
            command: sleep 600
            stop_grace_period: 0s
          base:
            build: {{context: ., dockerfile_inline: "FROM {IMAGE}\\nRUN echo {stage.name} >/made"}}
            command: "true"
    """,
    )
    stage.up("web")
    assert stage.inside("web", "cat", "/copy") == f"{stage.name}\n"
    stage.run("build", "--no-cache", "web").ok()
    assert stage.images() == [f"{stage.name}-base:latest", f"{stage.name}-web:latest"]


def test_dockerfiles_are_checked(stage: Stage) -> None:
    """A warning ends with 1; nothing is built. An older BuildKit cannot, and that is said."""
    stage.write("compose.yaml", "services: {web: {build: .}}")
    stage.write("Dockerfile", f"FROM {IMAGE}\nCMD sleep 3\n")
    done = stage.run("build", "--check").ended(1)
    if stage.api < (1, 47):
        done.says("too old to check")
        return
    assert "JSONArgsRecommended" in done.stdout
    assert f"\n{stage.folder}/Dockerfile:2\n-----" in done.stdout
    stage.write("Dockerfile", f'FROM {IMAGE}\nCMD ["sleep", "3"]\n')
    assert "no warnings found" in stage.run("build", "--check").ok().stdout
    assert stage.images() == []


@pytest.mark.parametrize("command", ["build", "create", "up -d"])
def test_the_steps_go_to_standard_output(stage: Stage, command: str) -> None:
    stage.write("compose.yaml", "services: {web: {build: .}}")
    stage.write("Dockerfile", f"FROM {IMAGE}\nRUN echo {stage.name}\n")
    done = stage.run(*command.split()).ok()
    assert f"RUN echo {stage.name}\n" in done.stdout
    assert "RUN" not in done.stderr


def test_a_quiet_build_says_nothing(stage: Stage) -> None:
    stage.write("compose.yaml", "services: {web: {build: .}}")
    stage.write("Dockerfile", f"FROM {IMAGE}\nRUN echo {stage.name}\n")
    done = stage.run("build", "-q").ok()
    assert (done.stdout, done.stderr) == ("", "")
    stage.write("Dockerfile", f"FROM {IMAGE}\nRUN echo {stage.name}; exit 3\n")
    stage.run("build", "-q").ended(1).says("exit code: 3")


@pytest.mark.parametrize(
    ("build", "said"),
    [
        ("platforms: [linux/amd64, linux/arm64]", "several platforms"),
        ("provenance: true", "provenance"),
    ],
)
def test_what_the_engines_image_store_cannot_keep_is_said(
    stage: Stage, build: str, said: str
) -> None:
    stage.write("compose.yaml", f"services: {{web: {{build: {{context: ., {build}}}}}}}")
    stage.write("Dockerfile", f"FROM {IMAGE}\n")
    built = stage.run("build")
    if stage.keeps_indexes:
        assert " exporting manifest list " in built.ok().stdout
    else:
        built.ended(1).says(said)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        ("network: mine", "no network 'mine'"),
        ("privileged: true", "security.insecure"),
    ],
)
def test_what_the_engine_cannot_build_is_said(stage: Stage, build: str, said: str) -> None:
    stage.write("compose.yaml", f"services: {{web: {{build: {{context: ., {build}}}}}}}")
    stage.write("Dockerfile", f"FROM {IMAGE}\n")
    stage.run("build").ended(1).says(said)


def test_a_build_that_is_interrupted_ends_at_once(stage: Stage) -> None:
    stage.write("compose.yaml", "services: {web: {build: .}}")
    stage.write("Dockerfile", f"FROM {IMAGE}\nRUN echo {stage.name} && sleep 600\n")
    process = stage.begin("build")
    assert process.stdout
    assert any(line.endswith(f" {stage.name}\n") for line in process.stdout)
    process.send_signal(signal.SIGINT)
    assert stage.finish(process).code == 130


@pytest.mark.differs("is ended by the signal itself, and leaves the cursor hidden")
def test_the_quit_key_ends_a_build_and_leaves_the_terminal_as_it_was(stage: Stage) -> None:
    """Ctrl-\\ is a signal like Ctrl-C: the cursor, hidden while rows are redrawn, is back."""
    stage.write("compose.yaml", "services: {web: {build: .}}")
    stage.write("Dockerfile", f"FROM {IMAGE}\nRUN echo {stage.name} && sleep 600\n")
    terminal = stage.terminal("build")
    before = terminal.settings
    terminal.until("RUN echo")
    terminal.type(QUIT)
    assert terminal.exit_code() == 128 + signal.SIGQUIT
    assert terminal.text.rindex("\x1b[?25h") > terminal.text.rindex("\x1b[?25l")
    assert terminal.settings == before


def test_the_classic_builder_can_be_chosen(stage: Stage) -> None:
    """As with Docker's own tools, by DOCKER_BUILDKIT=0."""
    stage.write("Dockerfile", f"FROM {IMAGE}\nLABEL a=b\n")
    stage.compose("services: {web: {build: .}}")
    built = stage.run("build", env={"DOCKER_BUILDKIT": "0"}).ok()
    assert "Step 2/" in built.stdout
    assert stage.images() == [f"{stage.name}-web:latest"]
    stage.write(".env", "DOCKER_BUILDKIT=0\n")
    assert "Step 2/" not in stage.run("build").ok().stdout


def test_a_dockerfile_that_cannot_be_read_is_not_found_faultless(stage: Stage) -> None:
    if stage.api < (1, 45):
        pytest.skip("the engine's BuildKit cannot check Dockerfiles")
    stage.compose("services: {web: {build: {dockerfile_inline: NONSENSE}}}")
    checked = stage.run("build", "--check").ended(1)
    assert "error: dockerfile parse error" in checked.stdout
    assert "Check complete" not in checked.stdout
    stage.run("build").ended(1).says("failed to solve: dockerfile parse error")


def test_values_of_flags_without_effect_are_checked(stage: Stage) -> None:
    stage.compose("services: {web: {<<: *idle}}")
    stage.run("build", "--memory", "much").ended(1).says(
        'invalid argument "much" for "-m, --memory" flag: invalid size'
    )
    stage.run("build", "--progress", "loud").ended(1).says('unsupported --progress value "loud"')


def test_several_names_of_a_file_stay_one_file_in_every_build(stage: Stage) -> None:
    """Also where the engine has the files from the build before, and gets only what changed."""
    stage.write("app/one", "content\n")
    (stage.folder / "app" / "two").hardlink_to(stage.folder / "app" / "one")
    stage.write("app/sub/three", "other\n")
    stage.compose(f"""
        services:
          web:
            build: {{context: app, dockerfile_inline: "FROM {IMAGE}\\nCOPY . /app"}}
            command: sleep 600
            stop_grace_period: 0s
    """)
    for content in ("other\n", "changed\n"):
        stage.write("app/sub/three", content)
        stage.up("--build")
        assert stage.inside("web", "ls", "-A", "/app").split() == ["one", "sub", "two"]
        assert stage.inside("web", "stat", "-c", "%h", "/app/one", "/app/two").split() == ["2", "2"]


def test_an_ignore_file_with_what_is_no_pattern_fails_the_build(stage: Stage) -> None:
    stage.write("file", "content\n")
    stage.write(".dockerignore", "docs\nsrc/[a\n")
    stage.compose(f'services: {{web: {{build: {{dockerfile_inline: "FROM {IMAGE}\\nCOPY . /"}}}}}}')
    stage.run("build").ended(1).says("syntax error in pattern")
