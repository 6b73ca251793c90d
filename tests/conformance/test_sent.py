"""What is sent to an engine for some of the corpus, by both tools, at an old and a new API version.

``python -m tests.conformance.sent`` compares the whole corpus.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.bench import Sent
from tests.conformance.endings import CALLS, ENDS, FAILS, REFUSES
from tests.conformance.known import SENT
from tests.conformance.oracle import version
from tests.conformance.sent import differences, keyed

ROOT = Path(__file__).parents[2]
DIFFERENCES = ROOT / "docs" / "differences.md"


def sent(*calls: tuple[str, str, object]) -> dict[str, object]:
    """Return calls as they are compared."""
    return keyed(Sent(0, [[method, path, {}, body, {}] for method, path, body in calls], {}, ""))


@pytest.mark.oracle
@pytest.mark.xdist_group("oracle")
def test_the_same_is_sent_but_for_the_known_differences() -> None:
    if not version():
        pytest.skip("docker compose is not installed: nothing to compare with")
    command = [sys.executable, "-m", "tests.conformance.sent", "--only", "projects/"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    calls = {api: int(count) for count, api in re.findall(r"(\d+) calls at ([\d.]+)", done.stdout)}
    assert sorted(calls) == ["1.41", "1.51"]
    assert min(calls.values()) > 50


PROXIES = """\
=== proxies
services:
  web:
    image: web
    environment: {HTTP_PROXY: own, no_proxy: , A: b}
  job: {image: job}
--> docker/config.json
{"proxies": {"default": {"httpProxy": "p:1", "noProxy": "h", "ftpProxy": "", "allProxy": "q"},
             "tcp://other:1": {"httpsProxy": "x"}}}
--> env
DOCKER_CONFIG=docker
"""


@pytest.mark.oracle
@pytest.mark.xdist_group("oracle")
def test_containers_get_the_proxies_of_the_clients_configuration(tmp_path: Path) -> None:
    if not version():
        pytest.skip("docker compose is not installed: nothing to compare with")
    (tmp_path / "proxies.cases").write_text(PROXIES)
    command = [sys.executable, "-m", "tests.conformance.sent", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.startswith("2 equal, "), done.stdout + done.stderr


def test_each_difference_of_what_is_sent_is_explained() -> None:
    text = DIFFERENCES.read_text()
    titles = {*SENT.values(), *(one[-1] for one in (*ENDS, *FAILS, *REFUSES, *CALLS))}
    assert {title for title in titles if f"### {title}\n" not in text} == set()


def test_a_field_that_says_nothing_is_as_good_as_none() -> None:
    full = sent(("POST", "/networks/create", {"Name": "n", "Internal": False, "Options": None}))
    assert list(differences(full, sent(("POST", "/networks/create", {"Name": "n"})))) == []


def test_another_value_is_told_with_its_place() -> None:
    one = sent(("POST", "/networks/create", {"Name": "n", "IPAM": {"Driver": "a"}}))
    other = sent(("POST", "/networks/create", {"Name": "n", "IPAM": {"Driver": "b"}}))
    (line,) = differences(one, other)
    assert line.strip() == 'POST /networks/create n IPAM Driver: Docker Compose "a", Composer "b"'


def test_an_empty_list_of_words_is_not_the_same_as_none() -> None:
    one = sent(("POST", "/containers/create", {"Cmd": []}))
    assert list(differences(one, sent(("POST", "/containers/create", {"Cmd": None}))))


def test_the_order_of_what_happens_to_a_container_counts() -> None:
    calls = ("POST", "/containers/c/rename", None), ("POST", "/containers/c/start", None)
    assert list(differences(sent(*calls), sent(*reversed(calls))))
