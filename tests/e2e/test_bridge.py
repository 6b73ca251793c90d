"""Projects that transformers convert, and files that describe containers."""

import pytest

from tests.e2e.stage import IMAGE, Stage

pytestmark = pytest.mark.engine

TRANSFORMER = f"""
FROM {IMAGE}
LABEL com.docker.compose.bridge=transformation
RUN mkdir /templates && echo theirs > /templates/t
COPY main.sh /
ENTRYPOINT ["sh", "/main.sh"]
"""
MAIN = """
ls /out
cat /in/compose.yaml
cat /templates/t > /out/made
echo told >&2
exit $(cat /templates/code)
"""


@pytest.fixture
def transformer(stage: Stage) -> str:
    """An image that prints what it is given, and ends as the templates say."""
    own = f"LABEL of={stage.name}\n"  # equal images would be one, with the containers of both
    stage.write("t/Dockerfile", TRANSFORMER + own)
    stage.write("t/main.sh", MAIN)
    stage.write("t/compose.yaml", f"services: {{t: {{build: ., image: '{stage.name}-t:1'}}}}")
    stage.run("build", folder=stage.folder / "t").ok()
    (stage.folder / "tmp").mkdir()
    stage.env["TMPDIR"] = str(stage.folder / "tmp")  # which the peer fills, and shows
    stage.compose("services: {web: {<<: *idle, expose: [7], labels: {own: $$x}}}")
    return f"{stage.name}-t:1"


def test_a_transformer_reads_the_model_and_its_files_are_the_users(
    stage: Stage, transformer: str
) -> None:
    stage.write("ours/t", "ours\n")
    stage.write("ours/code", "0\n")
    stage.write("out/old", "")
    done = stage.run("bridge", "convert", "-t", transformer, "--templates", "ours").ok()
    assert done.stdout.startswith("name: ")
    assert "            own: $x\n" in done.stdout
    assert done.stderr == "told\n"
    assert [one.name for one in (stage.folder / "out").iterdir()] == ["made"]
    assert (stage.folder / "out" / "made").read_text() == "ours\n"
    assert not stage.engine.containers(all=True, filters={"ancestor": transformer})


def test_the_first_transformer_that_fails_is_the_last(stage: Stage, transformer: str) -> None:
    stage.write("ours/t", "ours\n")
    stage.write("ours/code", "7\n")
    flags = ["-t", transformer, "-t", transformer, "--templates", "ours", "-o", "in/here"]
    done = stage.run("bridge", "convert", *flags).ended(7)
    assert done.stdout.count("\nservices:") == 1
    assert (stage.folder / "in" / "here" / "made").exists()
    assert not stage.engine.containers(all=True, filters={"ancestor": transformer})


@pytest.mark.differs("leaves the model behind, which the next one sees")
def test_a_conversion_leaves_no_temporary_file(stage: Stage, transformer: str) -> None:
    stage.run("bridge", "convert", "-t", transformer)
    assert not list((stage.folder / "tmp").iterdir())


@pytest.mark.differs("empties every folder")
def test_the_folder_of_the_project_is_not_emptied(stage: Stage, transformer: str) -> None:
    stage.run("bridge", "convert", "-t", transformer, "-o", f"../{stage.name}")
    assert (stage.folder / "compose.yaml").exists()


def test_a_new_transformer_begins_with_the_templates_of_another(
    stage: Stage, transformer: str
) -> None:
    create = ["bridge", "transformations", "create", "--from", transformer, "new/one"]
    done = stage.run(*create).ok()
    assert done.stdout == f'Transformer created in "{stage.folder}/new/one"\n'
    assert (stage.folder / "new/one/templates/t").read_text() == "theirs\n"
    assert (
        "transformation\nCOPY templates /templates\n"
        in (stage.folder / "new/one/Dockerfile").read_text()
    )
    stage.run(*create).ended(1).says("already exists")
    listed = stage.run("bridge", "transformations", "ls", "-q").ok().stdout
    assert transformer in listed.splitlines()


def test_a_file_that_describes_containers_can_be_brought_up(stage: Stage) -> None:
    stage.compose("""
        services:
          web:
            <<: *idle
            scale: 2
            environment: {A: "1"}
            volumes: ["./compose.yaml:/here"]
    """)
    stage.up()
    web = f"{stage.name}-web"
    made = stage.run("alpha", "generate", "--name", "other", f"{web}-2").ok()
    stage.write("made.yaml", made.stdout)
    shown = stage.run("-f", "made.yaml", "config", "--format", "json").ok().stdout
    assert '"A": "1"' in shown
    assert '"target": "/here"' in shown
    stage.run("alpha", "generate", f"{stage.name}-none").ended(1).says("no container(s) found")
