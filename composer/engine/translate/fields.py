"""How a JSON object of the Engine API is put together.

May import: nothing of the package.
"""

from typing import Any

Json = dict[str, Any]


def given(**fields: Any) -> Json:
    """Return the fields that are not empty; an absent field and an empty one mean the same."""
    return {name: value for name, value in fields.items() if value}


def known(**fields: Any) -> Json:
    """Return the fields that are not None, where an empty value means something else than none."""
    return {name: value for name, value in fields.items() if value is not None}
