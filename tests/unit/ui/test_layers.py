from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from composer.ui.layers import arranged, middles

ROWS = [["a", "b"], ["l1", "l2", "l3"], ["c", "d"]]
LINES = [("a", "l1"), ("l1", "d"), ("b", "l2"), ("l2", "c"), ("b", "l3"), ("l3", "d")]


def test_rows_are_sorted_by_their_neighbours() -> None:
    """Each of the two above needs what is on the other side: one row changes its order."""
    crossed = [("a", "d"), ("b", "c")]
    assert arranged([["a", "b"], ["c", "d"]], crossed) in (
        [["a", "b"], ["d", "c"]], [["b", "a"], ["c", "d"]],
    )  # fmt: skip


def test_a_lonely_chain_is_straight() -> None:
    at = middles([["a"], ["b"], ["c"]], [("a", "b"), ("b", "c")], {"a": 10, "b": 90, "c": 30}, 5)
    assert at == {"a": 45, "b": 45, "c": 45}


def test_nothing_is_drawn_of_nothing() -> None:
    assert middles(arranged([[]], []), [], {}, 5) == {}


@given(st.lists(st.floats(0, 200), min_size=7, max_size=7), st.integers(0, 40))
def test_parts_of_a_row_keep_their_distance(sizes: list[float], gap: int) -> None:
    widths = dict(zip(["a", "b", "l1", "l2", "l3", "c", "d"], sizes, strict=True))
    rows = arranged(ROWS, LINES)
    at = middles(rows, LINES, widths, gap)
    assert min(at[part] - widths[part] / 2 for part in at) >= -1e-6
    for row in rows:
        for one, other in pairwise(row):
            room = at[other] - at[one] - (widths[one] + widths[other]) / 2
            assert room >= gap - 1e-6
