"""A proxy between the program under test and a real engine, which does harm on request.

    with Proxy(folder, engine="/var/run/docker.sock") as proxy:
        proxy.harm(Fault("answer lost", "POST /containers/create"))
        …run something with DOCKER_HOST=proxy.address…
        proxy.calls                    # what was asked, in order, by name

A call's name is its method and path, less the API version, with `*` for names of things, so that it
is the same in each run. A fault strikes once, at the Nth call of that name.
"""

import contextlib
import json
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

from tests.faults.wire import (
    CONTINUE,
    NO_CONTENT,
    SWITCHING,
    Head,
    chunk,
    plain,
    read_head,
    request_body,
    response_body,
)

NAMED = frozenset({"containers", "networks", "volumes", "images", "exec"})
COLLECTIVE = frozenset({"json", "create", "prune", "search", "load", "get"})
SLOWLY_S = 0.7
AWAY_S = 2.0
CRUMB = 5
WAIT_S = 60
WORDS = "struck by the fault bench"
"""What a refusal of the proxy says."""

KINDS = {
    "late": "the answer comes, but late",
    "crumbs": "the answer comes a few bytes at a time",
    "request lost": "the connection ends before the engine hears of the call",
    "answer lost": "the engine does it, then the connection ends without an answer",
    "head cut": "the connection ends in the midst of the answer's headers",
    "body cut": "the connection ends in the midst of the answer's body, or of a stream",
    "half JSON": "a whole answer with half of its JSON",
    "no HTTP": "something answers that is no HTTP server",
    "other JSON": "a whole answer that is a list in place of an object, or the other way",
    "no values": "a whole answer whose objects are empty",
    "wrong types": "a whole answer whose values are of other types",
    "400": "the engine refuses: it does not understand",
    "409": "the engine refuses: conflict",
    "429": "something before the engine refuses: too many calls",
    "500": "the engine refuses: internal error",
    "500 as HTML": "something before the engine refuses, with a web page",
    "503": "the engine refuses: unavailable",
    "deaf": "the engine begins the answer, and nothing follows: for events only",
    "events twice": "each event comes twice, after one of a container that is gone",
    "silence": "the call is taken and never answered",
    "killed": "the command is killed with the call on its way: the harm is the caller's to do",
    "away": f"nobody listens for {AWAY_S:g} s, and all connections end",
}


DISTORTED = frozenset({"other JSON", "no values", "wrong types"})
EVENTFUL = frozenset({"deaf", "events twice"})
"""What concerns the stream of events only."""
ENDLESS = re.compile(r"/(events|logs|attach|stats|wait|archive|export|push|build)$|POST /images")
GONE = b'{"Type":"container","Action":"die","Actor":{"ID":"f","Attributes":{"exitCode":"9"}}}\n'


class Fault(NamedTuple):
    """What is to happen at the *nth* call (from 1) called *name*; an empty name is any call.

    *act* is called before the call is passed on: to send a signal, or to change the engine.
    """

    kind: str
    name: str = ""
    nth: int = 1
    act: Callable[[], object] | None = None


class Proxy:
    """Listens on a socket in *folder*; ``calls`` are the names of the calls so far."""

    def __init__(self, folder: Path, engine: str) -> None:
        self.path = folder / "proxy.sock"
        self.address = f"unix://{self.path}"
        self.calls: list[str] = []
        self.sent: list[tuple[str, bytes]] = []
        """What reached the engine, by the names of the calls: all bytes but those of streams."""
        self.struck = threading.Event()
        self.target = ""
        """The path of the struck call, with the names of things."""
        self._engine = engine
        self._lock = threading.Lock()
        self._came = threading.Condition(self._lock)
        self._seen: Counter[str] = Counter()
        self._fault: Fault | None = None
        self._open: set[socket.socket] = set()
        self._closed = threading.Event()
        self._here = threading.Event()
        self._answered = threading.Event()
        self._struck_by: socket.socket | None = None
        """The connection of the struck call; others of a command that is killed end earlier."""
        self._listener = self._listen()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._hang_up()

    def harm(self, fault: Fault | None) -> None:
        """Begin to count anew; *fault* strikes when its call comes."""
        with self._lock:
            self._fault = fault
            self.calls.clear()
            self._seen.clear()
            self.struck.clear()

    def wait_for(self, name: str, times: int = 1) -> None:
        """Return once a call of that name has come for the *times*th time."""
        with self._came:
            assert self._came.wait_for(lambda: self._seen[name] >= times, WAIT_S), self.calls

    def wait_until_back(self) -> None:
        """Return once somebody listens again after ``away``."""
        assert self._here.wait(WAIT_S)

    def wait_until_answered(self) -> None:
        """Return once the engine has done what the struck call asked, for a caller that is dead."""
        assert self._answered.wait(WAIT_S), self.calls

    def heard(self, name: str) -> None:
        """Note that the engine begins to answer a call; the caller has not heard of it yet."""

    # connections

    def _listen(self) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()
        listener.bind(str(self.path))
        listener.listen(64)
        self._here.set()
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _hang_up(self) -> None:
        """End the listening and all connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.path.unlink(missing_ok=True)
        for one in tuple(self._open):
            _end(one)

    def _away(self) -> None:
        self._here.clear()
        self._hang_up()
        if not self._closed.wait(AWAY_S):
            self._listener = self._listen()

    def _serve(self, client: socket.socket) -> None:
        engine = socket.socket(socket.AF_UNIX)
        self._open |= {client, engine}
        try:
            engine.connect(self._engine)
            with client.makefile("rb") as asked, engine.makefile("rb") as answered:
                try:
                    while self._exchange(client, asked, engine, answered):
                        pass
                finally:  # a pump may be reading, and would hold up the closing of its file
                    _end(client)
                    _end(engine)
        except (OSError, ValueError):
            pass  # one of the two has gone
        finally:
            for one in (client, engine):
                one.close()
                self._open.discard(one)
            if client is self._struck_by:
                self._answered.set()

    # one call

    def _exchange(
        self, client: socket.socket, asked: BinaryIO, engine: socket.socket, answered: BinaryIO
    ) -> bool:
        """Pass one call on, with the harm that is due; return whether another may follow."""
        head = read_head(asked)
        if head is None:
            return False
        name = call_name(head.words[0], head.words[1])
        fault = self._note(name, head.words[1], client)
        if fault and fault.act:
            fault.act()
        kind = fault.kind if fault else ""
        if kind in {"request lost", "no HTTP", "silence", "away"}:
            self._break(kind, client)
            return False
        if kind[:1].isdigit():
            return _refuse(kind, client, head, asked)
        if kind == "late":
            time.sleep(SLOWLY_S)
        engine.sendall(head.raw)
        sent = [head.raw]
        for block in request_body(head, asked):
            engine.sendall(block)
            sent.append(block)
        self.sent.append((name, b"".join(sent)))
        answer = _final_head(answered)
        self.heard(name)
        if fault:
            self._answered.set()
        if answer is None:
            return False
        if answer.status == SWITCHING:
            return self._switch(client, engine, answered, answer, asked, kind)
        return _answer(client, engine, answered, answer, name, kind)

    def _note(self, name: str, target: str, client: socket.socket) -> Fault | None:
        with self._lock:
            self.calls.append(name)
            self._seen[name] += 1
            self._came.notify_all()
            fault = self._fault
            if fault is None or fault.name not in {"", name}:
                return None
            if fault.nth != (self._seen[name] if fault.name else len(self.calls)):
                return None
            self._fault, self.target = None, target
            self._answered.clear()
            self._struck_by = client
            self.struck.set()
            return fault

    def _break(self, kind: str, client: socket.socket) -> None:
        if kind == "no HTTP":
            client.sendall(b"220 mail.example ESMTP\r\n")
        elif kind == "silence":
            while client.recv(1):  # until the client gives up
                pass
        elif kind == "away":
            self._away()

    def _switch(
        self,
        client: socket.socket,
        engine: socket.socket,
        answered: BinaryIO,
        answer: Head,
        asked: BinaryIO,
        kind: str,
    ) -> bool:
        """Pass bytes on both ways; a cut comes with the first ones, or with the end."""
        if kind in {"answer lost", "head cut"}:
            client.sendall(answer.raw[: len(answer.raw) // 2 if kind == "head cut" else 0])
            return False
        client.sendall(answer.raw)
        threading.Thread(target=_pump, args=(asked, engine), daemon=True).start()
        while block := answered.read1(1 << 16):  # type: ignore[attr-defined]
            if kind in {"body cut", "half JSON"}:
                client.sendall(block[: len(block) // 2])
                return False
            client.sendall(block)
        return False


def _final_head(answered: BinaryIO) -> Head | None:
    answer = read_head(answered)
    while answer and answer.status == CONTINUE:
        answer = read_head(answered)
    return answer


def call_name(method: str, target: str) -> str:
    """Return the name of a call: ``POST /containers/*/start``."""
    path = re.sub(r"^/v[0-9.]+(?=/)", "", target.partition("?")[0])
    parts = path.split("/")
    if len(parts) > 2 and parts[1] in NAMED and parts[2] not in COLLECTIVE:
        last = parts[-1] if len(parts) > 3 else ""
        return "/".join([f"{method} ", parts[1], "*", *([last] if last else [])])
    return f"{method} {path}"


def _answer(
    client: socket.socket,
    engine: socket.socket,
    answered: BinaryIO,
    answer: Head,
    name: str,
    kind: str,
) -> bool:
    """Pass an answer to the call of that name on, or a part of it."""
    if kind in {"answer lost", "head cut"}:
        client.sendall(answer.raw[: len(answer.raw) // 2 if kind == "head cut" else 0])
        return False
    blocks = response_body(answer, answered, name.split(maxsplit=1)[0])
    if kind == "half JSON" and not answer.chunked:
        body = b"".join(blocks)
        half = body[: len(body) // 2]
        length = f"content-length: {len(body)}".encode()
        head = re.sub(length, b"Content-Length: %d" % len(half), answer.raw, flags=re.IGNORECASE)
        client.sendall(head + half)
        return True
    if kind in DISTORTED and not ENDLESS.search(name):
        client.sendall(distorted(answer, b"".join(plain(answer, blocks)), kind))
        return True
    if kind == "crumbs":
        for one in chain([answer.raw], blocks):
            _crumble(client, one)
        return "close" not in answer.headers.get("connection", "")
    client.sendall(answer.raw)
    return _pass_on(client, engine, answer, blocks, kind)


def _pass_on(
    client: socket.socket, engine: socket.socket, answer: Head, blocks: Iterator[bytes], kind: str
) -> bool:
    """Pass a body on as it comes, or a part of it."""
    if kind == "deaf":
        while client.recv(1):  # until the client gives up
            pass
        return False
    if kind in EVENTFUL:
        client.sendall(chunk(GONE))
        blocks = (block * (1 + (block[:1] != b"0")) for block in blocks)
    if kind in {"body cut", "half JSON"}:
        engine.settimeout(SLOWLY_S)  # a stream on which nothing comes is cut, too
        with contextlib.suppress(OSError):
            first = next(blocks, b"")
            client.sendall(first[: len(first) // 2])
        return False
    for block in blocks:
        client.sendall(block)
    return "close" not in answer.headers.get("connection", "")


def distorted(answer: Head, body: bytes, kind: str) -> bytes:
    """Return an answer in JSON as *kind* has it, any other as it is."""
    with contextlib.suppress(ValueError):
        body = json.dumps(_distorted(json.loads(body), kind)).encode()
    status = b" ".join(map(str.encode, answer.words))
    head = b"%b\r\nContent-Type: application/json\r\n" % status
    if answer.status == NO_CONTENT:
        return head + b"\r\n"
    return head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def _distorted(found: Any, kind: str) -> Any:
    if kind == "other JSON":
        return [] if isinstance(found, dict) else {}
    if isinstance(found, list):
        return [_distorted(one, kind) for one in found]
    if not isinstance(found, dict) or kind == "no values":
        return {} if isinstance(found, dict) else found
    return {key: _OTHER.get(type(value), value) for key, value in found.items()}


_OTHER: dict[type, object] = {dict: [], list: {}, str: 7, bool: "x", int: "x", float: "x"}


def _refuse(kind: str, client: socket.socket, head: Head, asked: BinaryIO) -> bool:
    """Refuse with ``409``, or ``500 as HTML``; the connection can go on."""
    for _ in request_body(head, asked):
        pass
    status, _, page = kind.partition(" ")
    form, body = "json", json.dumps({"message": WORDS})
    if page:
        form, body = "html", f"<html><body><h1>{WORDS}</h1></body></html>"
    lines = f"HTTP/1.1 {status} Refused\r\nContent-Type: application/{form}\r\n"
    client.sendall(f"{lines}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    return True


def _crumble(client: socket.socket, data: bytes) -> None:
    for start in range(0, len(data), CRUMB):
        client.sendall(data[start : start + CRUMB])
        time.sleep(0)  # so that the other side may read it before the next one


def _pump(source: BinaryIO, sink: socket.socket) -> None:
    with contextlib.suppress(OSError, ValueError):
        while block := source.read1(1 << 16):  # type: ignore[attr-defined]
            sink.sendall(block)
        sink.shutdown(socket.SHUT_WR)


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


def occurrences(calls: list[str]) -> Iterator[tuple[str, int]]:
    """Yield each call as its name and how many of that name came up to it."""
    seen: Counter[str] = Counter()
    for name in calls:
        seen[name] += 1
        yield name, seen[name]
