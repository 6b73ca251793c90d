"""Platforms as they are written become those that the engine knows."""

import pytest

from composer.spec.platforms import read_platform, whole_platform


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("linux", "linux/amd64"),
        ("windows", "windows/amd64"),
        ("macos", "darwin/amd64"),
        ("amd64", "linux/amd64"),
        ("x86_64", "linux/amd64"),
        ("LINUX/AMD64", "linux/amd64"),
        ("linux/x86-64/v1", "linux/amd64"),
        ("linux/amd64/v2", "linux/amd64/v2"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm64/8", "linux/arm64/v8"),
        ("linux/arm64/v8", "linux/arm64/v8"),
        ("i386", "linux/386"),
        ("linux/i386/v3", "linux/386"),
        ("armhf", "linux/arm"),
        ("armel", "linux/arm/v6"),
        ("linux/arm/5", "linux/arm/v5"),
        ("linux/arm/v7", "linux/arm/v7"),
        ("windows(10.0.17763)/amd64", "windows/amd64"),
        ("own/thing", "own/thing"),
    ],
)
def test_a_platform_is_named_as_images_name_it(written: str, whole: str) -> None:
    assert whole_platform(written, "x86_64") == whole


def test_a_system_alone_is_that_of_the_machine() -> None:
    assert whole_platform("linux", "aarch64") == "linux/arm64"


@pytest.mark.parametrize("text", ["bogus", "linux/", "a/b/c/d", " linux", "linux/amd 64", ""])
def test_what_is_no_platform_is_told_and_stays(text: str) -> None:
    with pytest.raises(ValueError, match=r"unknown operating system|not of the form"):
        read_platform(text)
    assert whole_platform(text, "x86_64") == text
