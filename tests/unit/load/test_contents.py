from composer.load.contents import contents
from composer.load.reader import MemoryReader
from composer.spec.files import Config, FileReference, Secret
from composer.spec.project import Project
from composer.spec.service import Service

SERVICE = Service(
    image="i",
    configs=tuple(FileReference(source=one) for one in ("inline", "file", "gone", "variable")),
    secrets=tuple(FileReference(source=one) for one in ("key", "unset", "external")),
)


def digests(name: str = "p", text: str = "a", variable: str = "clear text") -> dict[str, str]:
    project = Project(
        name,
        "/p",
        services={"web": SERVICE},
        configs={
            "inline": Config(content=text),
            "file": Config(file="/p/file"),
            "gone": Config(file="/p/gone"),
            "variable": Config(environment="V"),
            "unused": Config(content="x"),
        },
        secrets={
            "key": Secret(environment="V"),
            "unset": Secret(environment="U"),
            "external": Secret(external=True),
        },
        environment={"V": variable},
    )
    return dict(contents(project, MemoryReader({"/p/file": "content"})))


def test_what_is_used_and_can_be_read_has_a_digest() -> None:
    found = digests()
    assert sorted(found) == ["config/file", "config/inline", "config/variable", "secret/key"]
    assert all(len(one) == 16 for one in found.values())
    assert len(set(found.values())) == 4, "the same content differs by its name"


def test_a_digest_follows_its_content_alone() -> None:
    before, after = digests(), digests(text="b")
    assert {key for key in before if before[key] != after[key]} == {"config/inline"}
    after = digests(variable="other")
    assert {key for key in before if before[key] != after[key]} == {"config/variable", "secret/key"}


def test_no_two_projects_share_a_digest() -> None:
    assert not set(digests().values()) & set(digests("q").values())
