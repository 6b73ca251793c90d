"""The engine's moments (RFC 3339) as Unix seconds. Pure.

May import: nothing of the package.
"""

from datetime import datetime


def unix_time(text: str) -> float:
    """Return the seconds of a moment as the Engine API tells it; 0 where it tells none."""
    try:
        return max(datetime.fromisoformat(text).timestamp(), 0.0)
    except ValueError:
        return 0.0
