"""What lists look like where an engine rarely shows it."""

import pytest

from composer.api.listing import Processes, Stack
from composer.engine.port import EngineEvent
from composer.errors import ComposerError
from composer.state import ContainerState, Usage
from composer.ui.happenings import happening
from composer.ui.images import images
from composer.ui.stacks import listed
from composer.ui.stats import record, stats
from composer.ui.top import top
from composer.ui.volumes import volumes


def container(name: str, **fields: object) -> ContainerState:
    service, _, number = name.partition("-")
    basis = {"id": name, "name": name, "service": service, "number": int(number)}
    return ContainerState(**{**basis, "status": "running", **fields})  # type: ignore[arg-type]


def test_images_without_name_or_time() -> None:
    image = {"Id": "sha256:0123456789abcdef", "Os": "linux", "Architecture": "arm", "Variant": "v7"}
    shown = images([(container("web-1", image="gone"), image)], now=0)
    assert shown.splitlines()[1].split() == [
        "web-1", "<none>", "<none>", "linux/arm/v7", "0123456789ab", "0B", "N/A",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tagged", "created", "shown"),
    [
        ("1970-01-01T00:00:05Z", "1970-01-01T00:00:02Z", "5 seconds ago"),
        ("0001-01-01T00:00:00Z", "1970-01-01T00:00:02Z", "8 seconds ago"),
        (None, "1970-01-01T00:00:02Z", "8 seconds ago"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "N/A"),
    ],
)
def test_an_image_that_was_never_tagged_is_as_old_as_its_creation(
    tagged: str | None, created: str, shown: str
) -> None:
    """Older engines do not know when a build gave an image its name."""
    image = {"Id": "sha256:1", "Created": created, "Metadata": {"LastTagTime": tagged}}
    pairs = [(container("web-1", image="gone"), image)]
    assert images(pairs, now=10).rstrip().endswith(shown)
    assert ("LastTagTime" in images(pairs, now=10, form="json")) is (shown != "N/A")


def test_images_take_the_name_that_was_asked_for() -> None:
    image = {"Id": "sha256:1", "RepoTags": ["a:1", "b:latest"], "Size": 5}
    for asked, name in (("b", "b"), ("docker.io/library/b:latest", "b"), ("sha256:1", "a")):
        shown = images([(container("web-1", image=asked), image)], now=0, form="json")
        assert f'"Repository":"{name}"' in shown
    with pytest.raises(ComposerError, match="could not be parsed"):
        images([], now=0, form="xml")


@pytest.mark.parametrize(
    ("width", "titles"),
    [
        (0, "CONTAINER REPOSITORY TAG PLATFORM IMAGE ID SIZE CREATED"),
        (80, "CONTAINER REPOSITORY TAG PLATFORM IMAGE ID SIZE CREATED"),
        (65, "CONTAINER REPOSITORY TAG IMAGE ID SIZE CREATED"),
        (9, "CONTAINER REPOSITORY TAG"),
    ],
)
def test_images_leave_out_columns_to_stay_below_the_width(width: int, titles: str) -> None:
    image = {"Id": "sha256:0123456789abcdef", "Os": "linux", "Architecture": "arm"}
    lines = images([(container("web-1", image="gone"), image)], now=0, width=width).splitlines()
    assert " ".join(lines[0].split()) == titles
    assert width in {0, 9} or max(map(len, lines)) < width


def test_images_as_json_end_with_an_empty_line() -> None:
    assert images([], now=0, form="json") == "[]\n\n"


def test_stacks_without_files() -> None:
    stack = Stack("shop", ("running", "exited", "running"), ())
    assert listed([stack]).splitlines()[1].split(maxsplit=1) == [
        "shop", "exited(1), running(2)   N/A",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("JSON", '[{"Name":"shop","Status":"running(1)","ConfigFiles":"a.yaml"}]\n'),
        ("{{json.}}", '{"Name":"shop","Status":"running(1)","ConfigFiles":"a.yaml"}\n'),
    ],
)
def test_the_older_words_for_the_form_of_a_list(form: str, shown: str) -> None:
    """Docker Compose still takes them, in any letters."""
    stacks = [Stack("shop", ("running",), ("a.yaml",))]
    assert listed(stacks, form=form) == shown
    assert listed(stacks, form="Pretty") == listed(stacks, form="TABLE") == listed(stacks)
    pairs = [(container("web-1", image="x"), {"Id": "sha256:1"})]
    assert images(pairs, now=0, form="") == images(pairs, now=0, form="pretty")
    assert images(pairs, now=0, form=form).count("ContainerName") == 1


def test_top_joins_different_titles() -> None:
    one = Processes(container("web-2"), ("PID", "CMD"), (("1", "sleep"),))
    two = Processes(container("web-1"), ("UID", "CMD"), (("root", "sh"),))
    assert top([one, two]) == (
        "SERVICE  #   PID  UID   CMD\n"
        "web      1   -    root  sh\n"
        "web      2   1    -     sleep\n"
    )  # fmt: skip
    assert top([]) == ""


def test_what_a_process_calls_itself_drives_no_terminal() -> None:
    """It may choose any name."""
    one = Processes(container("web-1"), ("PID", "CMD"), (("1", "\x1b]0;x\x07\nroot"),))
    assert top([one]).splitlines()[1:] == ["web      1   1    \\x1b]0;x\\x07\\nroot"]


def test_a_happening_is_one_line_and_an_empty_one_as_text() -> None:
    """Labels are whatever somebody wrote."""
    event = EngineEvent("container", "start", "c0ffee", {"label": "a\n\x1b[2J"}, 0)
    assert happening(event).endswith("(label=a\\n\\x1b[2J)\n")


def test_a_happening_hides_the_projects_labels() -> None:
    labels = {"com.docker.compose.service": "web", "name": "n", "image": "i"}
    event = EngineEvent("container", "start", "c0ffee", labels, 1_500_000_000_000_001_000)
    text = happening(event)
    assert text.endswith(".000001 container start c0ffee (image=i, name=n)\n")
    assert '"service":"web"' in happening(event, as_json=True)
    assert "2017-07-14T" in happening(event, as_json=True)


def test_volumes_through_a_template() -> None:
    found = [{"Name": "v", "Driver": "local", "Labels": {"a.b": "c"}}]
    assert volumes(found, form='{{.Name}} {{.Label "a.b"}}') == "v c\n"
    assert volumes([], form="table") == "DRIVER    VOLUME NAME\n"


@pytest.mark.parametrize(
    ("width", "titles"),
    [
        (0, "CONTAINER ID NAME CPU % MEM USAGE / LIMIT MEM % NET I/O BLOCK I/O PIDS"),
        (80, "NAME CPU % MEM USAGE / LIMIT MEM % NET I/O BLOCK I/O PIDS"),
        (60, "NAME CPU % MEM USAGE / LIMIT MEM % NET I/O PIDS"),
        (10, "NAME CPU % MEM USAGE / LIMIT"),
    ],
)
def test_figures_leave_out_columns_to_stay_below_the_width(width: int, titles: str) -> None:
    text = stats([record(Usage(container("web-1")))], "", width)
    assert " ".join(text.splitlines()[0].split()) == titles
    assert width in {0, 10} or max(map(len, text.splitlines())) < width


def test_figures_have_units() -> None:
    used = Usage(
        container("web-1"), processor=1.5, memory=3 << 20, memory_limit=1 << 30, received=1500,
        sent=0, read=2_000_000, written=999, processes=7,
    )  # fmt: skip
    fields = record(used)
    assert [fields[name] for name in ("CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO")] == [
        "150.00%", "3MiB / 1GiB", "0.29%", "1.5kB / 0B", "2MB / 999B",
    ]  # fmt: skip
    assert fields["PIDs"] == "7"


def test_projects_stand_closer_at_a_narrow_terminal() -> None:
    stack = Stack("shop", ("running",), ("/shop/compose.yaml",))
    assert listed([stack]).splitlines()[1].index("/shop") == 40
    assert listed([stack], width=40).splitlines()[1] == "shop   running(1)   /shop/compose.yaml"
