"""Whether a value is there twice, against a set."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clew.ingest.validate.table_checks import _repeats


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 12), max_size=12))
def test_a_value_that_is_there_twice_is_seen(values: list[int]) -> None:
    assert _repeats(np.array(values, np.uint64)) == (len(set(values)) < len(values))
