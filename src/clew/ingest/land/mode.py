"""What a delivery does to what is there: adds rows, takes a whole list's place, corrects rows, or takes them away."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Protocol

from clew.contracts.model import Contract, Kind


class SaysMode(Protocol):
    """The part of a sidecar that says what a delivery does."""

    @property
    def mode(self) -> str | None:
        """One of :data:`DELIVERED`, or None: as the contract's kind says."""

    @property
    def resubmits(self) -> int | None:
        """The batch whose rows are mended."""


class Mode(StrEnum):
    """``snapshot`` to ``deletion`` stand in a sidecar; the others come from the way back out of quarantine.

    ``snapshot``: the whole list of its region (of events: and period). ``append``: more rows. ``correction``: rows
    that take the place of those with their primary key. ``deletion``: keys whose rows are no longer seen.
    ``resubmission``: mended rows of a delivery. ``release`` and ``discard``: a person's decision about rows set aside.
    """

    SNAPSHOT = "snapshot"
    APPEND = "append"
    CORRECTION = "correction"
    DELETION = "deletion"
    RESUBMISSION = "resubmission"
    RELEASE = "release"
    DISCARD = "discard"

    @property
    def changes(self) -> bool:
        """Whether its keys are expected to exist already."""
        return self in (Mode.CORRECTION, Mode.DELETION)

    @property
    def whole(self) -> bool:
        """Whether the file can be judged as a delivery of its own: by its number of rows, its shares, its period."""
        return self in (Mode.SNAPSHOT, Mode.APPEND)


WHOLE = ", ".join(f"'{mode}'" for mode in Mode if mode.whole)
"""The modes of whole files, for SQL: what says how fresh a dataset is, and how large its deliveries are."""

DELIVERED = (Mode.SNAPSHOT, Mode.APPEND, Mode.CORRECTION, Mode.DELETION)
"""What a sidecar may say."""


def default_mode(contract: Contract) -> Mode:
    """A register's file is its whole list, a file of events adds to what is there."""
    return Mode.SNAPSHOT if contract.kind is Kind.REGISTER else Mode.APPEND


def mode_of(sidecar: SaysMode, contract: Contract) -> Mode:
    """The mode of a delivery: what its papers say, else by the contract's kind."""
    if sidecar.resubmits is not None and sidecar.mode is None:
        return Mode.RESUBMISSION
    return Mode(sidecar.mode) if sidecar.mode else default_mode(contract)


def contract_in(contract: Contract, mode: Mode) -> Contract:
    """What a delivery of this mode must keep of its contract.

    A deletion has the primary key alone. Only a whole file is judged by counts and shares: a correction of three rows
    is neither too short nor too empty.
    """
    if mode.whole:
        return contract
    checks = tuple(
        check
        for check in contract.checks
        if check.kind not in ("row_count", "null_share") and check.arguments.get("limit") is None
    )
    if mode is not Mode.DELETION:
        return replace(contract, checks=checks)
    keys = tuple(column for column in contract.columns if column.name in contract.primary_key)
    return replace(contract, columns=keys, checks=(), event_column=None, region_column=None)
