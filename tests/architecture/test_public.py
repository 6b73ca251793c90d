"""The public names of the package."""

import subprocess
import sys

import pytest

import composer


def test_every_public_name_can_be_imported() -> None:
    for name in composer.__all__:
        assert getattr(composer, name).__name__ == name
    assert dir(composer) == sorted(composer.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nope'"):
        _ = composer.Nope


def test_importing_the_package_imports_nothing_of_it() -> None:
    program = "import sys, composer; print([n for n in sys.modules if n.startswith('composer.')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
