"""What looks like a secret, and of which kind it is."""

import pytest

from composer.lint.secrets import kind_of_secret

RANDOM = "zX9kQ2mP7vR4tY8wE1uI5oA3sD6fG0hJ"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("A3TX" + "1234567890ABCDEF", "AWS Client ID"),
        ("AKIA" + "1234567890ABCDEF", "AWS Client ID"),
        ("aws_key='" + "a1B2" * 10 + "'", "AWS Secret Key"),
        ("ghp_" + "a1B2" * 9, "Github authentication"),
        ("-----BEGIN " + "EC PRIVATE KEY-----", "Private Key"),
        ("xoxb-" + "1234567890", "Slack token"),
        ("postgres://user:word@db/x", "URL with password"),
        ("redis://:word@db/1", "URL with password"),
        ("Basic " + "dXNlcjpwYXNz", "HTTP Basic Authentication"),
        ("https://user@host/x", ""),
        ("http://host:80/x", ""),
        ("Basic version", ""),
        (RANDOM, ""),
        ("", ""),
    ],
)
def test_the_kind_by_the_form_of_a_value(value: str, kind: str) -> None:
    assert kind_of_secret("NAME", value) == kind


@pytest.mark.parametrize(
    ("value", "kind"), [(RANDOM, "Keyword Detector"), ("correcthorse", ""), ("", "")]
)
def test_a_name_of_a_secret_counts_where_the_value_looks_random(value: str, kind: str) -> None:
    assert kind_of_secret("API_KEY", value) == kind
