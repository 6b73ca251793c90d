"""The corpus, asked of both tools; what is known to differ is explained in docs/differences.md.

The forms merged over each other take minutes when they are asked for the first time:
``python -m tests.conformance.compare`` runs them too.
"""

from pathlib import Path

import pytest

from tests.conformance.cases import Case, read_corpus
from tests.conformance.compare import HERE, compare
from tests.conformance.known import KNOWN, heading
from tests.conformance.oracle import version

DIFFERENCES = Path(__file__).parents[2] / "docs" / "differences.md"


def _quick() -> list[Case]:
    return [
        case
        for case in read_corpus([HERE / "corpus"])
        if not case.name.endswith((" merged", " extended"))
    ]


@pytest.mark.oracle
@pytest.mark.xdist_group("oracle")
def test_equal_but_for_the_known_differences() -> None:
    if not version():
        pytest.skip("docker compose is not installed: nothing to compare with")
    results = list(compare(_quick()))
    wrong = [one for one in results if one.verdict != "equal" and not heading(one.case.name)]
    assert not wrong, "\n".join(f"{one.verdict}: {one.case.name}: {one.details}" for one in wrong)
    assert len(results) > 700


def test_each_difference_is_explained() -> None:
    text = DIFFERENCES.read_text()
    assert {title for title in KNOWN.values() if f"### {title}\n" not in text} == set()


def test_cases_have_names_of_their_own() -> None:
    names = [case.name for case in read_corpus([HERE / "corpus"])]
    assert len(names) == len(set(names))
