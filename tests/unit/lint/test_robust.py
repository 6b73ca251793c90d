"""Whatever a file holds, `validate` ends with problems, not with an exception of its own."""

from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from composer.errors import LoadError
from composer.lint.choice import Choice
from composer.lint.inspect import inspect
from composer.load.pipeline import load
from composer.load.reader import MemoryReader
from composer.load.request import Request

CASES = Path(__file__).parents[2] / "cases" / "validate"
TEXTS = [
    path.read_text()
    for path in sorted(CASES.glob("[a-z]*/compose.yaml"))
    if path.parent.name not in {"encoding", "too-large", "too-deep"}
]
UNSETTLED = {"missing-env-file", "missing-label-file"}
PIECES = [
    "", " ", "\n", ":", "- ", "[", "]", "{", "}", "&a ", "*a", "<<: ", "!reset ", "${X}", "$",
    "null", "x: ", "5", "services: ", "'", '"', "#", "\t", "extends: web\n", "!override ",
    "\x00", "é",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 8)))
        text = text[:start] + draw(st.sampled_from(PIECES)) + text[end:]
    return text


@settings(max_examples=150, deadline=None)
@given(mutated())
@example("services: {web: {image: x, env_file: $app.env}}")
def test_it_finds_an_error_where_loading_does(text: str) -> None:
    """Files whose name has a variable that is not set here may be there elsewhere."""
    reader = MemoryReader({"/p/compose.yaml": text, "/p/app.env": "A=1\n"})
    request = Request(files=("/p/compose.yaml",), working_dir="/p", name="p", cwd="/p")
    found = inspect(request, reader, Choice(select=frozenset({"all"})), "/p")
    try:
        load(request, reader)
    except LoadError as wrong:
        unset = any(one.code == "unset-variable" for one in found.problems)
        elsewhere = unset and {one.code for one in wrong.diagnostics} <= UNSETTLED
        assert elsewhere or any(one.severity == "error" for one in found.problems)
