"""What commands take and refuse, and what they print, where no engine is needed for that."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from composer.api import Composer, UpPolicy
from composer.api.bridge import ConvertRequest
from composer.api.execute import ExecRequest
from composer.cli import command as shared
from composer.cli.command import working
from composer.cli.root import run
from composer.cli.settings import Settings
from composer.run.events import Ended, Notice
from composer.run.oneoff import OneOff
from composer.ui import terminal
from composer.ui.progress import progress
from composer.ui.view import ProgressView
from tests.memory_engine import MemoryEngine

TEXT = """
name: shop
services:
  web: {image: x}
  db: {image: x, profiles: [store], env_file: [db.env], label_file: [gone.labels]}
  lost: {image: x, profiles: [store], env_file: [gone.env]}
"""
DIGEST = "a" * 64
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "compose.yaml").write_text(TEXT)
    (tmp_path / "db.env").write_text("Q=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    return tmp_path


def test_config_reads_the_environment_file_of_a_service_whose_profile_is_not_active(
    capsys: Captured,
) -> None:
    assert run(["config", "web", "db"]) == 0
    shown = capsys.readouterr().out
    assert 'environment:\n      Q: "1"\n' in shown
    assert "env_file" not in shown
    assert "gone.labels" in shown, "as in Docker Compose"


def test_config_refuses_a_named_service_whose_environment_file_is_missing(capsys: Captured) -> None:
    assert run(["config", "-q", "lost"]) == 1
    assert "env file gone.env not found" in capsys.readouterr().err
    assert run(["config", "--images", "lost"]) == 0, "a list needs none"
    assert run(["config", "--no-env-resolution", "lost"]) == 0
    assert run(["config", "-q"]) == 0


def test_config_lists_parts_of_a_project_in_which_container_names_are_equal(folder: Path) -> None:
    twice = "services: {a: {image: x, container_name: one}, b: {image: x, container_name: one}}\n"
    (folder / "compose.yaml").write_text(twice)
    assert run(["config", "-q"]) == 1
    assert run(["config", "--environment"]) == 0
    assert run(["config", "--services"]) == 0


@pytest.mark.parametrize(
    ("entries", "shown"),
    [
        (f"image: 'x:1@sha256:{DIGEST}'", f"{{image: docker.io/library/x@sha256:{DIGEST}}}"),
        ("build: .", "{}"),
    ],
)
def test_config_needs_no_engine_to_pin_what_is_pinned_or_has_no_image(
    folder: Path, capsys: Captured, entries: str, shown: str
) -> None:
    (folder / "compose.yaml").write_text(f"services: {{a: {{{entries}}}}}")
    assert run(["config", "--lock-image-digests"]) == 0
    assert yaml.safe_load(capsys.readouterr().out) == yaml.safe_load(f"services: {{a: {shown}}}")
    assert run(["config", "--resolve-image-digests"]) == 0


def test_config_pins_images_where_variables_are_left(folder: Path, capsys: Captured) -> None:
    text = f"services: {{a: {{image: 'x@sha256:{DIGEST}', user: '${{U}}'}}, b: {{build: .}}}}"
    (folder / "compose.yaml").write_text(text)
    image = f"docker.io/library/x@sha256:{DIGEST}"
    assert run(["config", "--no-interpolate", "--lock-image-digests"]) == 0
    locked = yaml.safe_load(capsys.readouterr().out)
    assert locked == {"services": {"a": {"image": image}, "b": {}}}
    assert run(["config", "--no-interpolate", "--resolve-image-digests"]) == 0
    pinned = yaml.safe_load(capsys.readouterr().out)["services"]["a"]
    assert (pinned["image"], pinned["user"]) == (image, "${U}")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("x", "none.sock"),
        (f"x@sha256:{DIGEST}1", "no name of a"),
        (f"x@md5:{DIGEST}", "no name of a"),
    ],
)
def test_config_pins_no_image_without_an_engine_or_a_proper_digest(
    folder: Path, capsys: Captured, name: str, told: str
) -> None:
    (folder / "compose.yaml").write_text(f"services: {{a: {{image: '{name}'}}}}")
    assert run(["config", "--resolve-image-digests"]) == 1
    assert told in capsys.readouterr().err


def test_create_has_nothing_to_refuse_without_an_active_service(
    folder: Path, capsys: Captured
) -> None:
    """It comes as far as the engine, which is not there; ``up`` does not, unless it makes all."""
    (folder / "compose.yaml").write_text("services: {db: {image: x, profiles: [p]}}")
    for command, told in (
        (["create"], "none.sock"),
        (["up"], "no service selected"),
        (["--all-resources", "up"], "none.sock"),
    ):
        assert run(command) == 1
        assert told in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["create"], ["scale", "web=1"]])
def test_the_variables_of_orphans_count_for_up_alone(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[UpPolicy] = []
    monkeypatch.setattr(Composer, "up", lambda _, policy, *__, **___: seen.append(policy))
    monkeypatch.setenv("COMPOSE_REMOVE_ORPHANS", "1")
    monkeypatch.setenv("COMPOSE_IGNORE_ORPHANS", "1")
    assert run(arguments) == 0
    assert [(one.remove_orphans, one.ignore_orphans) for one in seen] == [(False, False)]


def test_up_is_not_told_to_ignore_orphans_and_to_remove_them(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("COMPOSE_IGNORE_ORPHANS", "1")
    assert run(["up", "-d", "--remove-orphans"]) == 1
    words = "cannot combine COMPOSE_IGNORE_ORPHANS and --remove-orphans"
    assert words in capsys.readouterr().err


def test_a_style_that_is_not_known_is_refused_but_by_version(capsys: Captured) -> None:
    assert run(["--progress", "foo", "version"]) == 0
    for command in (["config"], []):
        assert run(["--progress", "foo", *command]) == 1
        assert 'unsupported --progress value "foo"' in capsys.readouterr().err


def test_alpha_answers_an_unknown_command_with_its_help(capsys: Captured) -> None:
    assert run(["alpha", "foo"]) == 0
    assert "Usage: composer alpha" in capsys.readouterr().out
    assert run(["bridge", "transformations"]) == 0
    assert "Usage: composer bridge transformations" in capsys.readouterr().out


def test_what_stands_before_the_command_of_a_group_counts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``ls`` is another name, and a dry run is one of the command."""
    calls: list[object] = []
    monkeypatch.setattr(Composer, "transformers", lambda _: [])
    monkeypatch.setattr(Composer, "rehearse_conversion", lambda _, asked: calls.append(asked))
    assert run(["bridge", "transformations", "ls"]) == 0
    assert run(["bridge", "--dry-run", "convert"]) == 0
    assert calls == [ConvertRequest()]
    assert not (folder / "out").exists()


@pytest.mark.parametrize("arguments", [["port", "web", "80", "x"], ["logs", "--index=-1"]])
def test_what_docker_compose_passes_over_is_no_misuse(
    arguments: list[str], capsys: Captured
) -> None:
    """So each comes as far as the engine, which is not there."""
    assert run(arguments) == 1
    assert "none.sock" in capsys.readouterr().err


def test_variables_of_a_project_have_the_forms_of_a_list(folder: Path, capsys: Captured) -> None:
    (folder / "compose.yaml").write_text("services: {a: {image: '${A:-x}'}}")
    for form, begin in (("Pretty", "NAME "), ("JSON", "{\n"), ("yaml", "A:\n"), ("", "NAME ")):
        assert run(["config", "--variables", "--format", form]) == 0
        assert capsys.readouterr().out.startswith(begin)
    assert run(["config", "--variables", "--format", "YAML"]) == 1
    (folder / "compose.yaml").write_text("services: {a: {image: x}}")
    capsys.readouterr()
    assert run(["config", "--variables", "--format", "yaml"]) == 0
    assert capsys.readouterr().out == "{}\n"


def test_a_format_counts_where_the_model_is_printed(capsys: Captured) -> None:
    """Names have none: as in Docker Compose, what is asked for there is passed over."""
    assert run(["config", "--format", "xml"]) == 1
    assert 'unsupported format "xml"' in capsys.readouterr().err
    assert run(["config", "--services", "--format", "xml"]) == 0
    assert capsys.readouterr().out == "web\n"


@pytest.mark.parametrize(
    ("arguments", "columns"),
    [
        (["stats", "--no-stream"], ["CPU", "%"]),
        (["stats", "--no-stream", "--format", "table"], ["CONTAINER", "ID"]),
        (["ps", "--format", ""], ["STATE"]),
        (["ps"], ["NAME", "IMAGE"]),
    ],
)
def test_formats_of_dockers_configuration_count_where_docker_compose_heeds_them(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
    arguments: list[str],
    columns: list[str],
) -> None:
    """Of ``ps`` where an empty one is given: it has one of its own."""
    formats = '{"psFormat": "table {{.State}}", "statsFormat": "table {{.CPUPerc}}"}'
    (folder / "config.json").write_text(formats)
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    monkeypatch.setattr(Composer, "ps", lambda *_: ())
    monkeypatch.setattr(Composer, "stats", lambda *_, **__: [])
    assert run(arguments) == 0
    assert capsys.readouterr().out.split()[:2] == columns


@pytest.mark.parametrize(("switch", "tty"), [([], False), (["-i=false"], True)])
def test_a_command_has_a_terminal_where_output_goes_to_one_and_no_input_is_read(
    monkeypatch: pytest.MonkeyPatch, switch: list[str], *, tty: bool
) -> None:
    """Input from elsewhere is no hindrance then, to ``exec`` and ``run``."""
    given: list[bool] = []

    def talk(_: Composer, __: str, asked: OneOff | ExecRequest, ___: object) -> int:
        given.append(asked.tty)
        return 0

    monkeypatch.setattr(terminal, "_isatty", lambda number: number == 1)
    monkeypatch.setattr(Composer, "run_in", talk)
    monkeypatch.setattr(Composer, "create_one_off", lambda *_, **__: "c")
    monkeypatch.setattr(Composer, "talk_one_off", talk)
    assert run(["exec", *switch, "web", "true"]) == 0
    assert run(["run", *switch, "web", "true"]) == 0
    assert given == [tty, tty]


@pytest.mark.parametrize(("name", "title"), [("stop", "Stopping"), ("start", "Running")])
def test_a_command_that_does_one_kind_of_thing_says_so_above_its_progress(
    monkeypatch: pytest.MonkeyPatch, name: str, title: str
) -> None:
    titles: list[str] = []

    def seen(*arguments: Any, **more: Any) -> ProgressView:
        titles.append(more["title"])
        return progress(*arguments, **more)

    monkeypatch.setattr(shared, "progress", seen)
    monkeypatch.setattr(Composer, name, lambda *_, **__: None)
    assert run([name]) == 0
    assert titles == [title]


@pytest.mark.parametrize(
    ("arguments", "services"),
    [(["logs"], ("web",)), (["logs", "mute"], ("mute",)), (["-p", "shop", "logs"], ())],
)
def test_logs_are_those_of_active_services_that_are_attached_to_unless_some_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], services: tuple[str, ...]
) -> None:
    more = "  mute: {image: x, attach: false}\n"
    (folder / "compose.yaml").write_text(f"{TEXT}{more}")
    seen: list[tuple[str, ...]] = []
    monkeypatch.setattr(Composer, "logs", lambda _, options, **__: seen.append(options.services))
    assert run(arguments) == 0
    assert seen == [services]


def test_warnings_stay_on_standard_error_where_progress_goes_to_output(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with working(Settings(cwd="/", environ={"COMPOSE_STATUS_STDOUT": "1"})) as app:
        app.emit(Notice("warning", "an orphan"))
        app.emit(Ended("web", "Container shop-web-1", "Running"))
    assert out.getvalue().split() == ["Container", "shop-web-1", "Running"]
    assert 'msg="an orphan"' in err.getvalue()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["build", "--memory="], "flag: invalid size: ''; write"),
        (["build", "--ssh", "x"], 'invalid ssh key "x"'),
        (["stop", "--timeout", "9999999999999999999"], "invalid argument"),
    ],
)
def test_a_wrong_value_is_refused_though_nothing_is_to_be_done(
    line: list[str], told: str, capsys: Captured
) -> None:
    assert run(line) == 1
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("key", ["default", "x=", "=key", "", "x=key"])
def test_a_key_for_a_build_has_an_id_and_a_path_or_is_the_agent(key: str, capsys: Captured) -> None:
    assert run(["build", "--ssh", key]) == 1
    assert "none.sock" in capsys.readouterr().err


def test_more_arguments_than_alpha_viz_reads_are_passed_over(capsys: Captured) -> None:
    assert run(["alpha", "viz", "x"]) == 0
    assert "digraph" in capsys.readouterr().out


@pytest.mark.parametrize(
    "line", [["down", "--rmi", ""], ["export", "-o", "x.tar", "web", "x"], ["attach", "web", "x"]]
)
def test_what_is_passed_over_comes_as_far_as_the_engine(line: list[str], capsys: Captured) -> None:
    assert run(line) == 1
    assert "none.sock" in capsys.readouterr().err


@pytest.mark.parametrize("flags", ["-T -t", "-tT", "-T --tty=false", "-T=0 -t=0", "--no-TTY --tty"])
@pytest.mark.parametrize("more", ["", "--dry-run", "-P -p 80"])
def test_run_refuses_both_words_on_a_terminal_before_anything_else(
    flags: str, more: str, capsys: Captured
) -> None:
    assert run(["run", *flags.split(), *more.split(), "gone", "true"]) == 1
    assert "--tty and --no-TTY can't be used together" in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["-t", "-T=false"])
def test_run_gives_a_terminal_only_where_there_is_one(
    flag: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert run(["run", flag, "web"]) == 1
    assert "the input device is not a TTY" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["run -t=false", "run -T", "run", "exec -T -t", "exec -t"])
def test_what_asks_for_no_terminal_comes_as_far_as_the_engine(line: str, capsys: Captured) -> None:
    assert run([*line.split(), "web", "true"]) == 1
    assert "none.sock" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("filters", "pattern"),
    [
        (["name=p"], "p"), (["NAME=P"], "P"), ([" Name\t=p"], "p"), (["name= p "], "p"),
        (["name=a=b", "name=c"], "a=b|c"), ([""], ""), (["", "name=c"], "c"), (["name="], ""),
    ],
)  # fmt: skip
def test_a_filter_of_projects_is_read_without_blanks_and_its_key_in_either_case(
    filters: list[str], pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def stacks(_: object, **more: object) -> tuple[()]:
        asked.append(more)
        return ()

    monkeypatch.setattr("composer.cli.ls.stacks", stacks)
    monkeypatch.setattr(Composer, "engine", MemoryEngine())
    assert run(["ls", "-a", *(f"--filter={one}" for one in filters)]) == 0
    assert asked == [{"everything": True, "pattern": pattern}]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (" foo =1", "invalid filter 'foo'"),
        ("Status=running", "invalid filter 'status'"),
        ("=x", "invalid filter ''"),
        ("NAME", "bad format of filter (expected name=value): 'NAME'"),
        (" ", "bad format of filter (expected name=value): ' '"),
    ],
)
def test_other_filters_of_projects_are_refused(text: str, told: str, capsys: Captured) -> None:
    assert run(["ls", f"--filter={text}"]) == 1
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("line", ["config --hash db", "config --hash web,db"])
def test_a_service_whose_profile_is_not_active_is_not_guessed_at(
    line: str, folder: Path, capsys: Captured
) -> None:
    (folder / "compose.yaml").write_text(TEXT + "  dbs: {image: x}\n")
    assert run(line.split()) == 1
    told = capsys.readouterr().err
    assert "no such service: db: disabled" in told
    assert "activate it with --profile (store)" in told
    assert "dbs" not in told


def test_hashes_come_in_the_order_of_names_each_as_often_as_asked_for(
    folder: Path, capsys: Captured
) -> None:
    (folder / "compose.yaml").write_text("services: {b: {image: x}, a: {image: x}}\n")
    assert run(["config", "--hash", "b,a,b"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["a", "b", "b"]


def test_what_gives_the_exit_code_may_lack_its_profile(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Composer, "engine", MemoryEngine())
    assert run(["up", "--exit-code-from", "db", "web"]) == 1
    told = capsys.readouterr().err
    assert "no such service: db: disabled" in told
    assert "activate it with --profile (store)" in told
    assert run(["up", "--exit-code-from", "gone", "web"]) == 1
    assert "no such service: gone: not found" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["scale web=-1", "up --scale web=-1", "create --scale web=-1"])
def test_a_negative_number_of_containers_is_called_so(line: str, capsys: Captured) -> None:
    assert run(line.split()) == 1
    told = capsys.readouterr().err
    assert "web=-1" in told
    assert "number must not be negative" in told
    assert "as int" not in told


@pytest.mark.parametrize("flag", ["--version", "-v"])
def test_the_version_is_for_who_names_no_command(flag: str, capsys: Captured) -> None:
    assert run([flag]) == 0
    assert capsys.readouterr().out.startswith("composer ")
    assert run([flag, "config", "--services"]) == 0
    assert capsys.readouterr().out == "web\n"
    assert run([flag, "--help"]) == 0
    assert "Usage: composer [OPTIONS] COMMAND" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "usage"),
    [
        ("-h ps", "composer ps"),
        ("--help ps web", "composer ps"),
        ("-f none.yaml -h run web -h", "composer run"),
        ("--version -h ps", "composer ps"),
        ("-h alpha", "composer alpha"),
        ("-h alpha viz", "composer alpha viz"),
        ("alpha -h viz", "composer alpha viz"),
        ("-h bridge transformations ls", "composer bridge transformations ls"),
        ("-h", "composer [OPTIONS] COMMAND"),
        ("-h nosuch", "composer [OPTIONS] COMMAND"),
        ("-h -- ps", "composer ps"),
    ],
)
def test_help_is_that_of_the_command_that_follows(line: str, usage: str, capsys: Captured) -> None:
    assert run(line.split()) == 0
    assert f"Usage: {usage}" in capsys.readouterr().out


def test_help_does_not_hide_a_mistake(capsys: Captured) -> None:
    assert run(["-h", "ps", "--bogus"]) == 1
    assert "unknown flag: --bogus" in capsys.readouterr().err


@pytest.mark.parametrize("written", ["x", "", "+80", "0x50", "65536", "8 0"])
def test_a_port_is_a_number(written: str, capsys: Captured) -> None:
    assert run(["port", "web", written]) == 1
    assert f"{written!r} is not a number from 0 to 65535" in capsys.readouterr().err


def test_a_protocol_behind_a_port_is_told_where_it_belongs(capsys: Captured) -> None:
    assert run(["port", "web", "53/udp"]) == 1
    assert "write --protocol udp 53" in capsys.readouterr().err
