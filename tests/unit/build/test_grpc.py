"""Calls over HTTP/2 between two ends of a socket pair, and the files that are sent that way."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from composer.build.filesync import METHOD, FileSync
from composer.build.grpc import (
    NOT_FOUND,
    UNIMPLEMENTED,
    Client,
    Messages,
    NotFound,
    Refused,
    Server,
)
from composer.build.http2 import Lost
from composer.build.protobuf import Fields, bytes_of, data, group, number, number_of, text_of
from composer.errors import ComposerError, EngineUnreachable


class End:
    """One end of a socket pair. Implements the port's Duplex."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def read(self, size: int) -> bytes:
        try:
            return self._end.recv(size)
        except OSError:
            return b""

    def write(self, content: bytes) -> None:
        try:
            self._end.sendall(content)
        except OSError as broken:
            raise EngineUnreachable("gone") from broken

    def finish(self) -> None:
        self._end.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        try:
            self._end.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def doubled(messages: Messages) -> None:
    for message in messages:
        messages.send(message, message)


def missing(_: Messages) -> None:
    raise NotFound("not: here \u2013")


def broken(_: Messages) -> None:
    raise ValueError("oh")


@pytest.fixture
def ends() -> Iterator[tuple[End, End]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield End(ours), End(theirs)


@pytest.fixture
def client(ends: tuple[End, End]) -> Iterator[Client]:
    server = Server(ends[1], {"/doubled": doubled, "/missing": missing, "/broken": broken})
    made = Client(ends[0])
    yield made
    made.close()
    server.close()


@pytest.mark.parametrize("size", [0, 1, 16_384, 3_000_000])
def test_messages_of_any_size_arrive_whole(client: Client, size: int) -> None:
    message = os.urandom(size)
    assert list(client.call("/doubled", message)) == [message, message]


@pytest.mark.parametrize(
    ("method", "code", "said"),
    [
        ("/missing", NOT_FOUND, "not: here \u2013"),
        ("/unknown", UNIMPLEMENTED, "no such method"),
        ("/broken", 2, "oh"),
    ],
)
def test_refusals(client: Client, method: str, code: int, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        list(client.call(method, b""))
    assert refused.value.code == code


def test_an_end_that_goes_away_ends_the_call(ends: tuple[End, End]) -> None:
    def leave(_: Messages) -> None:
        ends[1].close()

    Server(ends[1], {"/leave": leave})
    client = Client(ends[0])
    with pytest.raises(Lost):
        list(client.call("/leave", b""))
    client.close()


class Receiver:
    """BuildKit's side of sending files: takes all statuses, asks for what is named."""

    def __init__(self, client: Client, folder: str, **lists: list[str]) -> None:
        self.client = client
        self.headers = [("dir-name", folder)]
        for name, values in lists.items():
            self.headers += [(name.replace("_", "-"), value) for value in values]

    def told(self) -> Iterator[Fields]:
        for message in self.client.call(METHOD, number(1, 3), metadata=self.headers):
            packet = group(message)
            if number_of(packet, 1) == 0 and 2 in packet:
                yield group(bytes_of(packet, 2))

    def statuses(self) -> dict[str, tuple[int, int]]:
        return {text_of(one, 1): (number_of(one, 2), number_of(one, 5)) for one in self.told()}

    def links(self) -> dict[str, str]:
        return {text_of(one, 1): text_of(one, 7) for one in self.told() if 7 in one}

    def content(self, at: int) -> bytes:
        headers = [(":method", "POST"), (":scheme", "http"), (":authority", "x"), (":path", METHOD)]
        messages = Messages(self.client._connection.open([*headers, *self.headers]))
        packets = map(group, messages)
        while 2 in next(packets):
            pass
        messages.send(number(1, 1) + number(3, at))
        found = b""
        while piece := bytes_of(next(packets), 4):
            found += piece
        messages.send(number(1, 3), last=True)
        assert number_of(next(packets), 1) == 3
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "big").write_bytes(b"x" * 100_000)
    (tmp_path / "run.sh").write_text("hi")
    (tmp_path / "run.sh").chmod(0o4755)
    (tmp_path / "link").symlink_to("big")
    return tmp_path


@pytest.fixture
def files(ends: tuple[End, End], folder: Path) -> Iterator[Client]:
    made = FileSync({"context": folder, "inline": {"Dockerfile": b"FROM x"}})
    server = Server(ends[1], {METHOD: made})
    client = Client(ends[0])
    yield client
    client.close()
    server.close()


def test_modes_are_those_of_go(files: Client, folder: Path) -> None:
    os.mkfifo(folder / "pipe", 0o640)
    assert Receiver(files, "context").statuses() == {
        "big": (0o644, 100_000),
        "link": (1 << 27 | 0o777, 3),
        "pipe": (1 << 25 | 0o640, 0),
        "run.sh": (1 << 23 | 0o755, 2),
    }


def test_further_names_of_a_file_are_links_to_the_first_that_is_sent(
    files: Client, folder: Path
) -> None:
    os.link(folder / "run.sh", folder / "again")
    os.link(folder / "run.sh", folder / "zip")
    assert Receiver(files, "context").links() == {"link": "big", "run.sh": "again", "zip": "again"}
    without = Receiver(files, "context", exclude_patterns=["again"])
    assert without.links() == {"link": "big", "zip": "run.sh"}
    assert without.statuses()["zip"] == without.statuses()["run.sh"]


def test_extended_attributes_are_kept(files: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["user.b", "user.a"]
    monkeypatch.setattr(os, "listxattr", lambda *_, **__: names)
    monkeypatch.setattr(os, "getxattr", lambda _, name, **__: name.encode())
    (status,) = Receiver(files, "context", followpaths=["run.sh"]).told()
    pairs = [group(one) for one in status[10] if isinstance(one, bytes)]
    assert [(text_of(one, 1), bytes_of(one, 2)) for one in pairs] == [
        ("user.a", b"user.a"),
        ("user.b", b"user.b"),
    ]


def test_without_extended_attributes_a_file_is_sent_all_the_same(
    files: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "listxattr")
    (status,) = Receiver(files, "context", followpaths=["run.sh"]).told()
    assert 10 not in status


def test_devices_are_sent_with_their_numbers(ends: tuple[End, End]) -> None:
    server = Server(ends[1], {METHOD: FileSync({"context": Path("/dev")})})
    client = Client(ends[0])
    (status,) = Receiver(client, "context", followpaths=["null"]).told()
    assert number_of(status, 2) == 1 << 26 | 1 << 21 | 0o666
    assert (number_of(status, 8), number_of(status, 9)) == (1, 3)
    client.close()
    server.close()


def test_a_malformed_pattern_of_the_ignore_file_fails_the_call(files: Client) -> None:
    with pytest.raises(Refused, match=r"invalid excludepatterns: '\[': syntax error in pattern"):
        Receiver(files, "context", exclude_patterns=["big", "["]).statuses()


def test_contents_by_number(files: Client) -> None:
    assert Receiver(files, "context").content(0) == b"x" * 100_000
    assert Receiver(files, "inline").content(0) == b"FROM x"


def test_what_is_asked_for_comes_with_the_call(files: Client) -> None:
    only = Receiver(files, "context", followpaths=["run.sh"])
    assert list(only.statuses()) == ["run.sh"]
    encoded = Receiver(files, "context", followpaths=["run%2Esh"], followpaths_encoded=["1"])
    assert list(encoded.statuses()) == ["run.sh"]
    with pytest.raises(Refused, match="no folder 'other'"):
        Receiver(files, "other").statuses()


def test_a_file_that_cannot_be_read_fails_the_call(ends: tuple[End, End], tmp_path: Path) -> None:
    made = FileSync({"context": tmp_path / "gone"})
    server = Server(ends[1], {METHOD: made})
    client = Client(ends[0])
    with pytest.raises(Refused, match="cannot read the build context"):
        Receiver(client, "context").statuses()
    assert isinstance(made.error, ComposerError)
    client.close()
    server.close()


def test_numbers_and_texts_come_back() -> None:
    message = number(1, 300) + data(2, "text") + number(3, -1)
    fields = group(message)
    assert (number_of(fields, 1), text_of(fields, 2)) == (300, "text")
    assert number_of(fields, 3) == (1 << 64) - 1
