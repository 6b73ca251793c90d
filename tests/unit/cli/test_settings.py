"""Global options and environment variables."""

import json
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from composer.cli.root import settings_of
from composer.cli.settings import (
    Settings,
    build_style,
    check_names,
    check_style,
    deprecated,
    limit,
    not_boolean,
    scales,
    style,
    warns,
    with_file,
    working_directory,
)
from composer.errors import UsageError


@pytest.mark.parametrize(
    ("text", "wanted"), [("", False), ("1", True), ("true", True), ("no", False), ("OFF", False)]
)
def test_a_switch_in_the_environment_reads_the_usual_words(text: str, *, wanted: bool) -> None:
    assert (
        Settings(environ={"COMPOSE_IGNORE_ORPHANS": text}).flag("COMPOSE_IGNORE_ORPHANS") is wanted
    )


@pytest.mark.parametrize("word", ["maybe", "yes", "on", "2"])
def test_a_switch_that_is_no_boolean_is_false_and_told(word: str) -> None:
    environ = {"COMPOSE_IGNORE_ORPHANS": word, "COMPOSE_REMOVE_ORPHANS": "tRue", "COMPOSE_MENU": ""}
    assert Settings(environ=environ).flag("COMPOSE_IGNORE_ORPHANS") is False
    told = f"COMPOSE_IGNORE_ORPHANS={word!r} is taken for false: write true or false"
    assert list(not_boolean(environ)) == [told]


@pytest.mark.parametrize(("word", "output"), [("1", True), ("T", True), ("y", False), ("x", False)])
def test_progress_goes_to_output_where_a_strict_switch_says_so(word: str, *, output: bool) -> None:
    environ = {"COMPOSE_STATUS_STDOUT": word}
    assert Settings(environ=environ).status is (sys.stdout if output else sys.stderr)
    assert bool(list(not_boolean(environ))) is not output


def test_a_context_that_is_named_counts_before_the_variable_for_the_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """But the default one is that of the variable."""
    monkeypatch.setenv("DOCKER_HOST", "tcp://near:1")
    given = [["--context", "far"], ["--context", "default"], ["-H", "tcp://other:1"], []]
    found = [settings_of([*words, "ps"]).environ.get("DOCKER_HOST") for words in given]
    assert found == [None, "tcp://near:1", "tcp://other:1", "tcp://near:1"]
    with pytest.raises(UsageError, match="cannot specify both --host and --context"):
        settings_of(["-H", "tcp://other:1", "--context", "far", "ps"])


def test_an_environment_file_names_no_other_ones(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("COMPOSE_ENV_FILES=other.env\nCOMPOSE_ANSI=never\n")
    given: dict[str, object] = {"env_files": (), "files": (), "project_directory": ""}
    assert with_file({}, str(tmp_path), given) == {"COMPOSE_ANSI": "never"}


@pytest.mark.parametrize("name", ["COMPOSE_PROGRESS", "COMPOSE_STATUS_STDOUT"])
def test_how_progress_is_shown_is_said_by_the_shell_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / ".env").write_text(f"{name}=bogus\nCOMPOSE_PROFILES=all\n")
    given: dict[str, object] = {"env_files": (), "files": (), "project_directory": ""}
    assert with_file({}, str(tmp_path), given) == {"COMPOSE_PROFILES": "all"}
    assert with_file({name: "1"}, str(tmp_path), given)[name] == "1"


@pytest.mark.parametrize(
    ("level", "told"), [("", True), ("WARN", True), ("debug", True), ("ERROR", False)]
)
def test_warnings_are_told_up_to_a_level_of_the_log(level: str, *, told: bool) -> None:
    assert warns(level) == told


def test_a_level_of_the_log_that_is_unknown_is_refused() -> None:
    with pytest.raises(UsageError, match="Unable to parse logging level: loud"):
        warns("loud")


def test_what_switches_the_environment_file_off_is_left_to_who_reads_the_file() -> None:
    environ = {"COMPOSE_DISABLE_ENV_FILE": "maybe"}
    given: dict[str, object] = {"env_files": (), "files": (), "project_directory": ""}
    assert with_file(environ, "/", given) == environ


def test_the_flag_wins_over_the_variable_for_the_limit() -> None:
    assert limit(3, {"COMPOSE_PARALLEL_LIMIT": "5"}) == 3
    assert limit(None, {"COMPOSE_PARALLEL_LIMIT": "5"}) == 5
    assert limit(None, {}) == -1


@pytest.mark.parametrize("text", ["many", "", "0x2", "1_0", "9999999999999999999"])
def test_a_limit_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="COMPOSE_PARALLEL_LIMIT"):
        limit(None, {"COMPOSE_PARALLEL_LIMIT": text})


@pytest.mark.parametrize(("progress", "ansi"), [("tty", "never"), ("plain", "always")])
def test_a_style_and_ansi_that_contradict_each_other_are_refused(progress: str, ansi: str) -> None:
    """By every command, also those that show no progress."""
    with pytest.raises(UsageError, match="can't use --progress"):
        check_style(progress, ansi)


@pytest.mark.parametrize(
    ("chosen", "variable", "shown"),
    [
        ("auto", "plain", "plain"),
        ("auto", "rawjson", "json"),
        ("auto", "mauve", "auto"),
        ("auto", "", "auto"),
        ("tty", "plain", "tty"),
    ],
)
def test_the_variable_of_buildkit_says_how_builds_are_shown(
    chosen: str, variable: str, shown: str
) -> None:
    assert build_style(chosen, {"BUILDKIT_PROGRESS": variable}) == shown


def test_none_is_another_word_for_quiet() -> None:
    assert style("none", {}) == style(None, {"COMPOSE_PROGRESS": "none"}) == "quiet"


@pytest.mark.parametrize(
    ("given", "new"),
    [
        ({"no_ansi": True, "ansi": "never"}, "--ansi"),
        ({"workdir": "x", "project_directory": "x"}, "--project-directory"),
        ({"no_ansi": True, "ansi": "auto", "workdir": "x"}, ""),
    ],
)
def test_a_global_option_is_not_given_by_both_of_its_names(
    given: dict[str, object], new: str
) -> None:
    usual = {"no_ansi": False, "workdir": "", "ansi": None, "project_directory": ""}
    words = f'Please use only "{new}"'
    with pytest.raises(UsageError, match=words) if new else nullcontext():
        check_names({**usual, **given})


@pytest.mark.parametrize("given", [{"no_ansi": True}, {"workdir": "x"}, {"ansi": "mauve"}])
def test_global_options_that_are_not_meant_any_more_are_told(given: dict[str, object]) -> None:
    usual = {"no_ansi": False, "workdir": "", "ansi": "auto"}
    assert not list(deprecated(usual))
    assert len(list(deprecated({**usual, **given}))) == 1


def test_scales_are_numbers_by_service() -> None:
    assert scales(["web=3", "db=0", "b=+1"]) == {"web": 3, "db": 0, "b": 1}


@pytest.mark.parametrize("text", ["web", "=3", "web=", "=-1", "web=x"])
def test_a_scale_that_is_not_service_and_number_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="SERVICE=NUM"):
        scales([text])


@pytest.mark.parametrize("given", [{}, {"LC_CTYPE": "C.UTF-8"}, {"LC_CTYPE": "de_DE"}])
def test_the_environment_has_no_locale_but_the_users(tmp_path: Path, given: dict[str, str]) -> None:
    """Python sets LC_CTYPE for itself where the locale is C; no file is to see that."""
    text = "services: {a: {image: x, environment: [LC_CTYPE]}}\n"
    (tmp_path / "compose.yaml").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "composer", "config", "--format", "json"],
        cwd=tmp_path, env={"PATH": os.environ["PATH"], **given},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seen = json.loads(done.stdout)["services"]["a"]["environment"]["LC_CTYPE"]
    assert seen == given.get("LC_CTYPE")


def test_a_working_directory_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(UsageError, match="working directory cannot be used"):
        working_directory({})
