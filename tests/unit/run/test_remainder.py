"""What follows after what was shown, as a log tells it."""

import pytest

from composer.errors import EngineError
from composer.run.remainder import OtherLog, Remainder, Shown, UnsureLog

UNKNOWN = "\ufffd".encode()


def follows(shown: bytes, *log: bytes) -> bytes:
    known = Shown()
    for byte in shown:
        known.add(bytes([byte]))
    rest = Remainder(known)
    return b"".join(rest.feed(block) for block in log) + rest.end()


@pytest.mark.parametrize("size", range(len("aé€\n".encode()) + 1))
@pytest.mark.parametrize("step", [1, 2, 3, 100])
def test_what_was_shown_may_be_cut_in_a_character_and_so_may_the_log(size: int, step: int) -> None:
    whole = "aé€\n".encode()
    log = [whole[at : at + step] for at in range(0, len(whole), step)]
    assert whole[:size] + follows(whole[:size], *log) == whole


@pytest.mark.parametrize("shown", [b"\xff\n", b"ok\xe2\x82", b"another\n", b"rotated away\nlast\n"])
def test_a_log_that_begins_otherwise_tells_nothing(shown: bytes) -> None:
    with pytest.raises(OtherLog):
        follows(shown, b"ok" + 2 * UNKNOWN, b"last\n")


@pytest.mark.parametrize("shown", [b"", b"ok", b"ok\xef", b"ok\xef\xbf", b"ok\n"])
@pytest.mark.parametrize("step", [1, 2, 100])
def test_bytes_that_the_log_does_not_keep_are_not_made_up(shown: bytes, step: int) -> None:
    """The process may have printed any byte that is not UTF-8 in their place."""
    log = shown[:2] + (b"\n" if shown.endswith(b"\n") else b"") + UNKNOWN + b"more"
    given = b""
    known = Shown()
    known.add(shown)
    rest = Remainder(known)

    def read() -> None:
        nonlocal given
        for at in range(0, len(log), step):
            given += rest.feed(log[at : at + step])

    with pytest.raises(UnsureLog):
        read()
    assert (shown + given).rstrip() in (b"", b"ok", b"ok\xef", b"ok\xef\xbf")
    assert b"\xef" not in given


def test_a_log_that_ends_before_what_was_shown_tells_nothing() -> None:
    with pytest.raises(EngineError, match="does not begin with what was shown"):
        follows(b"one\ntwo\n", b"one\n")


def test_what_looks_like_a_byte_that_was_not_kept_is_given_at_the_end() -> None:
    assert follows(b"a", b"ab\xef\xbf") == b"b\xef\xbf"
    assert follows(b"a", b"ab\xef", b"\xbb\xbf") == b"b\xef\xbb\xbf"
