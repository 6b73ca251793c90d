"""``composer plugin``: what it puts into the folder of plugins, and what it leaves alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from composer.cli.install import command
from composer.cli.settings import Settings
from composer.errors import ComposerError


@pytest.fixture(autouse=True)
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a program with the script for plugins beside it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "docker-composer").write_text("from composer.__main__ import plugin\n")
    monkeypatch.setattr("sys.argv", [str(tmp_path / "bin" / "composer")])


def call(config: Path, *flags: str) -> Result:
    settings = Settings(environ={"DOCKER_CONFIG": str(config)})
    return CliRunner().invoke(command, flags, obj=settings)


def place(config: Path) -> Path:
    link = config / "cli-plugins" / "docker-composer"
    link.parent.mkdir(parents=True)
    return link


def test_the_plugin_is_put_in_once_more_and_taken_out(tmp_path: Path) -> None:
    link = tmp_path / "cli-plugins" / "docker-composer"
    for _ in range(2):
        assert call(tmp_path).output.startswith(f"installed {link} -> ")
        assert link.is_symlink()
    assert call(tmp_path, "--remove").output == f"removed {link}\n"
    assert not link.is_symlink()
    assert call(tmp_path, "--remove").output == f"{link} is not there\n"


def test_a_link_whose_environment_is_gone_makes_way(tmp_path: Path) -> None:
    link = place(tmp_path)
    link.symlink_to(tmp_path / "gone" / "bin" / "docker-composer")
    assert call(tmp_path).output.startswith("installed")
    assert link.exists()


def write_file(link: Path) -> None:
    link.write_text("#!/bin/sh\necho mine\n")


def link_elsewhere(link: Path) -> None:
    write_file(link.with_name("other"))
    link.symlink_to("other")


@pytest.mark.parametrize("make", [Path.mkdir, write_file, link_elsewhere])
@pytest.mark.parametrize("flags", [(), ("--remove",)])
def test_what_is_not_composers_stays(
    tmp_path: Path, flags: tuple[str, ...], make: Callable[[Path], None]
) -> None:
    link = place(tmp_path)
    make(link)
    refused = call(tmp_path, *flags).exception
    assert isinstance(refused, ComposerError)
    assert refused.message == f"{link} is not Composer's"
    assert link.exists()


@pytest.mark.parametrize("flags", [(), ("--remove",)])
def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path, flags: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("")
    refused = call(tmp_path / "file" / "config", *flags).exception
    assert refused is None or isinstance(refused, ComposerError)
    if not flags:
        assert isinstance(refused, ComposerError)
        assert refused.message == f"{tmp_path}/file/config/cli-plugins: Not a directory"
