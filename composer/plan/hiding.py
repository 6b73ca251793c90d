"""Which values are not for showing: those of secrets, and those that look like one.

May import: lint.secrets.
"""

import re
from collections.abc import Collection
from typing import Any

from composer.lint.secrets import is_token

HIDDEN = "(hidden)"
_NAME = re.compile(
    r"pass(?:word|wd|phrase|code)?(?:$|[^a-z])|pwd|secret|token|credential|private|auth$|api_?key"
    r"|access_?key|signing_?key|encryption_?key|master_?key|salt$",
    re.IGNORECASE,
)
_IN_URL = re.compile(r"(://[^:/@\s]*:)[^@/\s]+@")


def shown(name: str, value: Any, secrets: Collection[str] = ()) -> Any:
    """Return *value* of the attribute or variable *name*, or words that stand for it.

    *secrets* are the contents of the project's secrets.
    """
    if isinstance(value, (list, tuple)):
        return [shown("", one, secrets) for one in value]
    if not isinstance(value, str) or not value:
        return value
    named = _NAME.search(name) and not name.upper().endswith("_FILE")
    if named or is_token(value) or any(one in value for one in secrets if one):
        return HIDDEN
    return _IN_URL.sub(rf"\1{HIDDEN}@", value)
