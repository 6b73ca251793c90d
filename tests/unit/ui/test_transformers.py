"""The list of transformers."""

import pytest

from composer.errors import ComposerError
from composer.ui.transformers import transformers

NAMED = {"Id": "sha256:0123456789abcdef", "RepoTags": ["host:5000/a:1", "b:2"], "Size": 1_985_633}
NAMELESS = {"Id": "sha256:fedcba9876543210", "RepoTags": None, "Size": 0}


def test_an_image_is_shown_with_its_first_name() -> None:
    header, *rows = transformers([NAMED, NAMELESS]).splitlines()
    assert header.split("  ")[0] == "IMAGE ID"
    assert [row.split() for row in rows] == [
        ["0123456789ab", "host:5000/a", "1", "1.99MB"],
        ["fedcba987654", "<none>", "<none>", "0B"],
    ]
    assert transformers([NAMED], form="") == transformers([NAMED])


def test_one_without_a_name_is_called_by_its_id() -> None:
    assert transformers([NAMED, NAMELESS], quiet=True) == "host:5000/a:1\nsha256:fedcba9876543210\n"


def test_json_is_what_the_engine_says() -> None:
    assert transformers([], form="json") == "[]\n"
    said = '[{"Id":"i","RepoTags":["<none>:<none>"]}]\n'
    assert transformers([{"Id": "i", "RepoTags": ["<none>:<none>"]}], form="json") == said


def test_another_format_is_refused() -> None:
    with pytest.raises(ComposerError, match='format value "yaml" could not be parsed'):
        transformers([], form="yaml")
