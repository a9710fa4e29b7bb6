"""Settings: from the environment (``CLEW_...``), else ``clew.toml`` in the project folder, else these defaults.

Read by hand and not by pydantic-settings, whose import takes longer than most commands.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from clew.problems import did_you_mean

FILE = "clew.toml"
READ = "read"
"""Key of a setting's function: what was written -> its value; raises ValueError in words."""
PREFIX = "CLEW_"
SECRET_PREFIX = "CLEW_SECRET_"  # noqa: S105 - the name of a variable, not its value
"""Variables ``CLEW_SECRET_<SERVER>_<NAME>`` hold what a server asks for: no setting, and never shown."""
WAREHOUSE = "warehouse.duckdb"
SIZE = re.compile(r"[1-9][0-9]*(\.[0-9]+)? ?[KMGT]i?B")
"""A size with its unit: 512MB, 2GB, 1.5GiB."""


class SettingsError(ValueError):
    """Settings that are none, or have values they cannot have: all of them, in words."""


def _path(value: object) -> Path:
    if not isinstance(value, (str, Path)):
        raise ValueError("write a path in quotes")
    return Path(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("write a text in quotes")
    return value


def _size(value: object) -> str:
    """What the engine would refuse is refused here, in words."""
    if not isinstance(value, str) or not SIZE.fullmatch(value):
        raise ValueError(f"'{value}' is not a size; write a number and its unit, such as 512MB or 2GB")
    return value


def _whole(least: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,18}", str(value)) or int(str(value)) < least:
            raise ValueError(f"'{value}' is no whole number from {least}")
        return int(str(value))

    return read


def _word(*words: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in words:
            raise ValueError(f"'{value}' is none of {', '.join(words)}")
        return str(value)

    return read


@dataclass(frozen=True, init=False)
class Settings:
    """Where things are and how much they may use.

    Values given win over the environment, and that over the project folder's ``clew.toml``. Raises SettingsError for
    what is no setting (a misspelt one must not leave the default in force without a word), and for a value that a
    setting cannot have; TOMLDecodeError where ``clew.toml`` is no TOML.
    """

    project: Path = field(default=Path(), metadata={READ: _path})
    """The folder that holds data_contracts, rules and models."""
    state: Path = field(default=Path("var"), metadata={READ: _path})
    """The folder of the warehouse, landed files and batches."""
    memory_limit: str = field(default="1500MB", metadata={READ: _size})
    """The most memory the engine may use."""
    threads: int = field(default=os.cpu_count() or 2, metadata={READ: _whole(1)})
    """Engine threads, and processes of a check."""
    temp_limit: str = field(default="20GB", metadata={READ: _size})
    """The most disk the engine may spill to."""
    rule_seconds: int = field(default=3600, metadata={READ: _whole(1)})
    """The longest that one rule may run, in seconds."""
    unpack_limit: str = field(default="20GB", metadata={READ: _size})
    """The most that one delivered archive may unpack to."""
    unpack_ratio: int = field(default=200, metadata={READ: _whole(1)})
    """How many times its own size that may be."""
    purpose: str = field(default="list", metadata={READ: _word("list", "case")})
    """list: personal data masked in batches; case: shown."""
    language: str = field(default="zh", metadata={READ: _word("zh", "en")})
    """The language of pages and workbooks."""
    sample: int = field(default=5, metadata={READ: _whole(0)})
    """How many excluded, and how many just-below subjects of a model to check again."""
    pages: str = field(default="none", metadata={READ: _word("none", "catalogue", "all")})
    """What a night writes at its end: nothing, the catalogue site, or Data Docs too."""
    lineage: str = field(default="lineage/events.jsonl", metadata={READ: _text})
    """The file of OpenLineage events; empty for none."""

    def __init__(self, **given: object) -> None:
        kinds = {one.name: one for one in fields(self)}
        wrong = _unknown(given, kinds)
        variables = {f"{PREFIX}{name.upper()}": name for name in kinds}
        named = {name for name in os.environ if name.startswith(PREFIX) and not name.startswith(SECRET_PREFIX)}
        for variable in sorted(named - variables.keys()):
            wrong.append(f"the environment variable {variable} is no setting; {did_you_mean(variable, variables)}")
        given = {variables[variable]: os.environ[variable] for variable in named & variables.keys()} | given
        written = _from_file(Path(str(given.get("project") or ".")) / FILE)
        wrong += _unknown(written, kinds)
        values = written | given
        for name, kind in kinds.items():
            try:
                self.__dict__[name] = kind.metadata[READ](values[name]) if name in values else kind.default
            except ValueError as error:
                wrong.append(f"{name}: {error}")
        if wrong:
            raise SettingsError("; ".join(wrong))

    @property
    def unpacked_bytes(self) -> int:
        """The setting ``unpack_limit`` in bytes."""
        number, unit = re.fullmatch(r"([0-9.]+) ?([KMGT])(?:i?)B", self.unpack_limit).groups()  # type: ignore[union-attr]  # its validator asks for this form
        return int(float(number) * 1024 ** ("KMGT".index(unit) + 1))

    @property
    def state_dir(self) -> Path:
        """The state folder, taken from the project folder when relative."""
        return self.state if self.state.is_absolute() else self.project / self.state

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file."""
        return self.state_dir / WAREHOUSE

    @property
    def landing_dir(self) -> Path:
        """Received files, content-addressed, never changed."""
        return self.state_dir / "landing"

    @property
    def drop_dir(self) -> Path:
        """Where departments' files arrive: ``drop/<dataset>/<file>`` with an optional ``<file>.yml`` sidecar."""
        return self.state_dir / "drop"

    @property
    def batches_dir(self) -> Path:
        """Sealed clue batches."""
        return self.state_dir / "batches"

    @property
    def catalogue_dir(self) -> Path:
        """The catalogue site."""
        return self.state_dir / "catalogue"

    @property
    def lineage_path(self) -> Path | None:
        """The file of OpenLineage events, taken from the state folder when relative; None for none."""
        return self.state_dir / self.lineage if self.lineage.strip() else None

    @property
    def docs_dir(self) -> Path:
        """Great Expectations Data Docs."""
        return self.state_dir / "data_docs"


def _from_file(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return tomllib.load(file)


def _unknown(values: Mapping[str, object], known: Mapping[str, object]) -> list[str]:
    return [f"{name}: no such setting; {did_you_mean(name, known)}" for name in values if name not in known]
