"""What goes to and comes from registries, with the progress of each layer.

May import: run.cancel, run.events, engine.port, errors, plan.ops.
"""

from collections.abc import Iterable
from signal import SIGINT

from composer.engine.port import Engine, Json
from composer.errors import EngineError, EngineUnauthorized, EngineUnreachable, Interrupted
from composer.plan.ops import Op, PullImage, PushImage
from composer.run.cancel import Cancel
from composer.run.events import Listener, Progress


def pull(engine: Engine, op: PullImage, emit: Listener, cancel: Cancel) -> str:
    """Pull; return a warning where it failed and may. *cancel* breaks it off (Interrupted)."""
    try:
        _tell(op, engine.pull_image(op.image, op.platform), emit, cancel)
        if op.stamped and "@" not in op.image:
            _stamp(engine, op.image)
    except EngineUnreachable:
        raise
    except EngineError as error:
        if op.optional:
            return f"{'Warning' if op.buildable else 'Error'} {error.message}"
        raise _hinted(error, op.image) from error
    return ""


def push(engine: Engine, op: PushImage, emit: Listener, cancel: Cancel) -> str:
    """Push; return a warning where it failed and may. *cancel* breaks it off (Interrupted)."""
    try:
        _tell(op, engine.push_image(op.image), emit, cancel)
    except EngineUnreachable:
        raise
    except EngineError as error:
        if op.optional:
            return f"Pushing {op.service}: {error.message}"
        raise _hinted(error, op.image) from error
    return ""


def _hinted(error: EngineError, image: str) -> EngineError:
    """Return *error* with the name of the registry where it wants somebody to log in."""
    if not isinstance(error, EngineUnauthorized):
        return error
    first, slash, _ = image.partition("/")
    registry = f" {first}" if slash and (set(first) & {".", ":"} or first == "localhost") else ""
    return EngineUnauthorized(
        error.message, hint=f"log in with `docker login{registry}`, and check the image's name"
    )


def _tell(op: Op, messages: Iterable[Json], emit: Listener, cancel: Cancel) -> None:
    """Tell how far each layer is; what has no details is no layer's (a digest, a summary)."""
    before = f"Pushing {op.image}: " if isinstance(op, PushImage) else ""
    for message in messages:
        if cancel.requested:  # the connection is closed with the messages, and the engine gives up
            raise Interrupted(SIGINT)
        detail = message.get("progressDetail")
        part, text = message.get("id", ""), message.get("status", "")
        if detail is None or not part:
            continue
        now, total = detail.get("current", 0), detail.get("total", 0)
        emit(Progress(op.key, op.shown, f"{before}{part}", text, now, total))


def _stamp(engine: Engine, image: str) -> None:
    """Name the image once more: by that the engine remembers when."""
    repository, colon, tag = image.rpartition(":")
    if not colon or "/" in tag:
        repository, tag = image, "latest"
    engine.tag_image(image, repository, tag)
