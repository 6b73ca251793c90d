"""Loading texts in tests: files held in memory, the main one under /project."""

from collections.abc import Mapping
from typing import Any

from composer.load.discover import discover
from composer.load.pipeline import load
from composer.load.reader import MemoryReader
from composer.load.render import model
from composer.load.request import Loaded
from composer.load.select import without_unused

FOLDER = "/project"


def load_files(
    contents: Mapping[str, str], /, *, env: Mapping[str, str] | None = None, **flags: Any
) -> Loaded:
    """Load the project of *contents* (names below /project); *flags* are those of discover."""
    reader = MemoryReader({f"{FOLDER}/{name}": text for name, text in contents.items()})
    environ = {"HOME": "/home/user", **(env or {})}
    return load(discover(reader, FOLDER, environ, **flags), reader)


def load_text(text: str, **more: Any) -> Loaded:
    """Load a project of one file."""
    return load_files({"compose.yaml": text}, **more)


def resolved(text: str, **more: Any) -> dict[str, Any]:
    """Return the model of one file, as ``config --format json`` prints it."""
    return model(without_unused(load_text(text, **more).project), "json")


def service(text: str, **more: Any) -> dict[str, Any]:
    """Return the service ``a`` of ``services: {a: {image: x, TEXT}}`` as JSON prints it."""
    found: dict[str, Any] = resolved(f"services: {{a: {{image: x, {text}}}}}", **more)
    return found["services"]["a"]  # type: ignore[no-any-return]
