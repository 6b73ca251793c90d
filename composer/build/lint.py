"""What the checks of a Dockerfile found, with the places that a person can open. Pure.

BuildKit knows a Dockerfile by a name only, and calls one that is written in a Compose file
``Dockerfile``, too; so the names are replaced, as ``docker buildx`` does.

May import: build.excerpt.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from composer.build.excerpt import lines_of


def findings(answer: Mapping[str, str], place: str) -> tuple[str, bool]:
    """Return what there is to say, and whether the Dockerfile is all right.

    *place* is the Dockerfile's; empty where BuildKit's own name is the best there is.
    """
    broken: list[str] = []
    try:
        found = json.loads(answer.get("result.json", ""))
        sources = [dict(one) for one in found.get("sources") or ()]
        if wrong := found.get("buildError"):
            broken = _broken(wrong, sources, place)
    except (ValueError, AttributeError, TypeError):
        sources = []
    text = answer.get("result.txt", "")
    for name in {str(one.get("filename", "")) for one in sources if place}:
        start_of_excerpt = re.compile(rf"^{re.escape(name)}(?=:\d+\n-+$)", re.MULTILINE)
        text = start_of_excerpt.sub(lambda _: place, text)
    passed = answer.get("result.statuscode", "0") == "0"
    return "\n".join([*([text] if text else []), *broken]), passed and not broken


def _broken(error: Mapping[str, Any], sources: list[dict[str, Any]], place: str) -> list[str]:
    """Return why a Dockerfile could not be checked at all, and the lines that this is about."""
    location = error.get("location") or {}
    index = location.get("sourceIndex") or 0
    shown: list[str] = []
    if index < len(sources):
        source = sources[index]
        named = {**source, "filename": place or source.get("filename", "")}
        shown = lines_of({"info": named, "ranges": location.get("ranges")})
    return [f"error: {error.get('message', '')}", *shown]
