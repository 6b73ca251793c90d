"""What a shell offers while a command line is typed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from composer.cli.complete import SHELLS, answer
from composer.cli.plugin import own_arguments
from composer.cli.root import COMMANDS

FILE = """
services:
  web: {image: busybox}
  db: {image: busybox, profiles: [data]}
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in the folder of a project."""
    (tmp_path / "compose.yaml").write_text(FILE)
    (tmp_path / "other.yaml").write_text("services: {cache: {image: busybox}}")
    monkeypatch.chdir(tmp_path)
    for name in ("COMPOSE_FILE", "COMPOSE_PROFILES"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def offered(*words: str, joined: bool = False) -> list[str]:
    """Return the candidates, and the directive."""
    return [line.partition("\t")[0] for line in answer(words, joined=joined).splitlines()]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("lo", "logs :4"),
        ("--ans", "--ansi :4"),
        ("--ansi ", "never always auto :4"),
        ("--ansi=a", "--ansi=always --ansi=auto :4"),
        ("up ", "db web :4"),
        ("up web ", "db :4"),
        ("up -d w", "web :4"),
        ("up -t 5 w", "web :4"),
        ("up --wait-t", "--wait-timeout :4"),
        ("up --wait-timeout ", ":4"),
        ("up --scale ", "db= web= :4"),
        ("-f other.yaml up ", "cache :4"),
        ("-fother.yaml --ansi never up ", "cache :4"),
        ("-f ", "yaml yml :8"),
        ("-f comp", "yaml yml :8"),
        ("--file=comp", "yaml yml :8"),
        ("--env-file ", ":0"),
        ("--project-directory ", ":16"),
        ("--profile ", "data :4"),
        ("exec ", "db web :4"),
        ("exec -u root w", "web :4"),
        ("exec web ls -", ":0"),
        ("port web ", ":4"),
        ("cp ", "db: web: :0"),
        ("cp web:/a ", ":0"),
        ("cp ./a ", "db: web: :0"),
        ("kill -s SIGH", "SIGHUP :4"),
        ("completion f", "fish :4"),
        ("help vol", "volumes :4"),
        ("bridge ", "convert transformations :4"),
        ("bridge transformations l", "list :4"),
        ("bridge transformations ls --q", "--quiet :4"),
        ("bridge convert --templates ", ":0"),
        ("bridge nonsense ", ":4"),
        ("nonsense ", ":4"),
        ("-f missing.yaml up ", ":4"),
        ("ls ", ":4"),
    ],
)
def test_what_may_come_next(line: str, expected: str) -> None:
    """Commands, options, their values, and names from the project's files."""
    assert offered(*line.split(" ")) == expected.split()


def test_commands_come_with_their_meaning() -> None:
    """zsh and fish show it."""
    lines = answer([""]).splitlines()
    assert lines[-1] == ":4"
    assert dict(line.split("\t") for line in lines[:-1]) == {
        name: text for name, (_, text) in COMMANDS.items()
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("up", "--pull", "=", "al"), ["always", ":4"]),
        (("up", "--pull", "="), ["always", "missing", "never", "build", ":4"]),
        (("up", "--scale", "w"), ["web=", ":4"]),
        (("cp", "web", ":", ""), [":0"]),
        (("--file", "=", "c"), ["yaml", "yml", ":8"]),
        (("up", "w"), ["web", ":4"]),
    ],
)
def test_bash_cuts_words_at_signs(words: tuple[str, ...], expected: list[str]) -> None:
    """And wants only what comes behind the last one."""
    assert offered(*words, joined=True) == expected


def test_dockers_own_completion_asks_the_plugin() -> None:
    """``docker composer up <tab>`` needs nothing else."""
    assert own_arguments(["__complete", "composer", "up", "w"], {}) == ["__complete", "up", "w"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("-f ''", "-o filenames -o default folder a.yml compose.yaml other.yaml"),
        ("-f o", "-o filenames -o default other.yaml"),
        ("--file = c", "-o filenames -o default compose.yaml"),
        ("--project-directory ''", "-o dirnames"),
    ],
)
def test_bash_offers_compose_files_and_folders_alone(
    project: Path, words: str, expected: str
) -> None:
    """Of folders bash knows itself; where no file fits, it offers all."""
    (project / "folder").mkdir()
    (project / "a.yml").touch()
    (project / "notes.txt").touch()
    folder = Path(sys.executable).parent
    script = f"""source <({folder}/composer completion bash)
        compopt() {{ echo "$@"; }}
        COMP_WORDS=({folder}/composer {words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
        _composer; echo "${{COMPREPLY[@]}}" """
    done = subprocess.run(
        ["bash", "-c", script], cwd=project, capture_output=True, text=True, timeout=120, check=True
    )
    assert sorted(done.stdout.split()) == sorted(expected.split())


_ASK = {
    "bash": """source <({composer} completion bash)
        compopt() {{ :; }}
        COMP_WORDS=({composer} up w); COMP_CWORD=2; _composer; echo "${{COMPREPLY[@]}}" """,
    "fish": """source ({composer} completion fish | psub); complete -C "composer up w" """,
    "zsh": """compdef() {{ :; }}; compadd() {{ print -r -- "${{@[-1]}}" }}
        _describe() {{ print -r -- "${{(@P)3}}" }}
        _files() {{ :; }}; source <({composer} completion zsh)
        words=({composer} up w); CURRENT=3; _composer""",
}


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_understands_its_script(shell: str, tmp_path: Path) -> None:
    """The script is read by the shell itself, and offers the service."""
    program = shutil.which(shell)
    if not program:
        pytest.skip(f"{shell} is not installed")
    folder = Path(sys.executable).parent
    done = subprocess.run(
        [program, "-c", _ASK[shell].format(composer=folder / "composer")],
        cwd=tmp_path,
        env={"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("web", "")
