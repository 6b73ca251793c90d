from composer.spec.order import arranged, in_order


def test_json_orders_by_characters() -> None:
    assert in_order(["a10", "a9", "B", "_c", "A_B", "AB"], "json") == [
        "AB", "A_B", "B", "_c", "a10", "a9",
    ]  # fmt: skip


def test_yaml_orders_as_people_count() -> None:
    keys = ["é", "b", "B", "_c", "A", "A1_B", "A1B", "DB_HOST", "DBX", "a10", "a9", "a09"]
    assert in_order(keys, "yaml") == [
        "_c", "A", "A1B", "A1_B", "B", "DB_HOST", "DBX", "a9", "a09", "a10", "b", "é",
    ]  # fmt: skip


def test_signs_stand_before_digits_and_letters() -> None:
    assert in_order(["a1", "a-", "aa", "a"], "yaml") == ["a", "a-", "a1", "aa"]


def test_extensions_are_arranged_at_every_level() -> None:
    value = {"b": [{"z": 1, "y": []}], "a": None}
    assert list(arranged(value, "yaml")) == ["a", "b"]
    assert arranged(value, "json") == {"a": None, "b": [{"y": None, "z": 1}]}
