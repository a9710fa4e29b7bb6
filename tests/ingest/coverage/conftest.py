"""Deliveries of these tests are received in the course of two years, and taken in after them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.ingest.house import House


@pytest.fixture(autouse=True)
def afterwards(house: House) -> None:
    house.today = date(2027, 12, 31)
