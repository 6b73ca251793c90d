"""BuildKit's control calls: solve a build, and follow what it does meanwhile.

May import: build.grpc, build.protobuf, build.trace, errors, value, engine, spec.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from composer.build.grpc import Client
from composer.build.protobuf import Broken, bytes_of, data, group, number, texts, texts_of
from composer.build.trace import Told, decode
from composer.engine.port import Duplex
from composer.errors import EngineError
from composer.spec.shapes import EMPTY
from composer.value import Value

_SERVICE = "/moby.buildkit.v1.Control"
_IDENTIFIER = "containerimage.digest"
_GATEWAY = "/moby.buildkit.v1.frontend.LLBBridge"
_BUILD_ID = "buildkit-controlapi-buildid"
_SUBREQUESTS = "moby.buildkit.frontend.subrequests"
_HOST = "org.mobyproject.buildkit.worker.moby.host-gateway-ip"


class Request(Value):
    """A build: *attributes* of the Dockerfile frontend, *names* of the image that it makes.

    *exports* are caches to be written, each with a ``type`` among its attributes; *entitlements*
    are what the user allows the build beyond the ordinary.
    """

    reference: str
    session: str
    names: tuple[str, ...]
    attributes: Mapping[str, str]
    exports: tuple[Mapping[str, str], ...] = ()
    entitlements: Sequence[str] = ()
    frontend: str = "dockerfile.v0"
    image: Mapping[str, str] = EMPTY
    """Attributes of the exporter."""


class Control:
    """The engine's BuildKit, over a connection of its own."""

    def __init__(self, duplex: Duplex) -> None:
        self._client = Client(duplex)

    def solve(self, request: Request, told: Callable[[list[Told]], None]) -> str:
        """Build; return the image's id. Raises Refused with the failed step's words, and Lost.

        *told* is called in another thread with what BuildKit says meanwhile; no longer once this
        returns.
        """
        follower = threading.Thread(
            target=self._follow, args=(request.reference, told), name="progress", daemon=True
        )
        follower.start()
        try:
            answers = list(self._client.call(f"{_SERVICE}/Solve", _message(request)))
        finally:
            follower.join(_LAST_WORDS_S)
        found = texts_of(group(answers[0]), 1) if answers else {}
        return found.get(_IDENTIFIER, "")

    def ask(self, request: Request, subject: str) -> dict[str, str]:
        """Ask the frontend a question about a build, such as ``frontend.lint``; build nothing.

        A build without a frontend gives us its place: our calls then carry its reference.
        """
        empty = request.replace(frontend="", attributes=EMPTY, names=())
        holder = threading.Thread(target=self._hold, args=(empty,), name="question", daemon=True)
        holder.start()
        metadata = [(_BUILD_ID, request.reference)]
        asked = {**request.attributes, "requestid": subject, "frontend.caps": _SUBREQUESTS}
        message = data(2, request.frontend) + texts(3, asked) + number(5, 1)
        try:
            (answer,) = self._client.call(f"{_GATEWAY}/Solve", message, metadata=metadata)
            result = group(bytes_of(group(answer), 3))
            list(self._client.call(f"{_GATEWAY}/Return", data(1, b""), metadata=metadata))
        finally:
            holder.join(_LAST_WORDS_S)
        return texts_of(result, 10)

    def _hold(self, request: Request) -> None:
        with suppress(EngineError):
            list(self._client.call(f"{_SERVICE}/Solve", _message(request)))

    def _follow(self, reference: str, told: Callable[[list[Told]], None]) -> None:
        """Pass on what BuildKit says; where it says nothing, the result counts."""
        with suppress(EngineError, Broken):
            for message in self._client.call(f"{_SERVICE}/Status", data(1, reference)):
                told(decode(message))

    def host_gateway(self) -> str:
        """Return the address that ``host-gateway`` stands for, empty where it is not told."""
        for answer in self._client.call(f"{_SERVICE}/ListWorkers", b""):
            for worker in group(answer).get(1, ()):
                labels = texts_of(group(worker), 2) if isinstance(worker, bytes) else {}
                if _HOST in labels:
                    return labels[_HOST]
        return ""

    def close(self) -> None:
        """End the connection; a build that is under way is given up."""
        self._client.close()


_LAST_WORDS_S = 5.0
"""How long to wait for the end of the progress once the result is there."""


def _message(request: Request) -> bytes:
    """Return a message of the type SolveRequest."""
    exporter = {"name": ",".join(request.names), **request.image}
    caches = b"".join(data(4, _cache(one)) for one in request.exports)
    return (
        data(1, request.reference)
        + (data(3, "moby") + texts(4, exporter) if request.names else b"")
        + data(5, request.session)
        + data(6, request.frontend)
        + texts(7, request.attributes)
        + data(8, caches)
        + b"".join(data(9, one) for one in request.entitlements)
    )


def _cache(options: Mapping[str, str]) -> bytes:
    """Return a message of the type CacheOptionsEntry."""
    rest = {key: value for key, value in options.items() if key != "type"}
    return data(1, options.get("type", "")) + texts(2, rest)
