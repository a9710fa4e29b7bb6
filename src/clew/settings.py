"""Settings: from the environment (``CLEW_...``), else ``clew.toml`` in the project folder, else these defaults."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from clew.problems import did_you_mean

WAREHOUSE = "warehouse.duckdb"
SIZE = re.compile(r"[1-9][0-9]*(\.[0-9]+)? ?[KMGT]i?B")
"""A size with its unit: 512MB, 2GB, 1.5GiB."""


SECRET_PREFIX = "CLEW_SECRET_"  # noqa: S105 - the name of a variable, not its value
"""Variables ``CLEW_SECRET_<SERVER>_<NAME>`` hold what a server asks for: no setting, and never shown."""


class Settings(BaseSettings):
    """Where things are and how much they may use. Unknown keys in ``clew.toml`` are refused."""

    model_config = SettingsConfigDict(env_prefix="CLEW_", toml_file="clew.toml", extra="forbid")

    project: Path = Field(default=Path(), description="folder that holds data_contracts, rules and models")
    state: Path = Field(default=Path("var"), description="folder of the warehouse, landed files and batches")
    memory_limit: str = Field(default="1500MB", description="most memory the engine may use")
    threads: int = Field(
        default_factory=lambda: os.cpu_count() or 2, ge=1, description="engine threads, and processes of a check"
    )
    temp_limit: str = Field(default="20GB", description="most disk the engine may spill to")
    rule_seconds: int = Field(default=3600, ge=1, description="longest that one rule may run, in seconds")
    unpack_limit: str = Field(default="20GB", description="most that one delivered archive may unpack to")
    unpack_ratio: int = Field(default=200, ge=1, description="how many times its own size that may be")
    purpose: Literal["list", "case"] = Field(
        default="list", description="list: personal data masked in batches; case: shown"
    )
    language: Literal["zh", "en"] = Field(default="zh", description="language of pages and workbooks")
    sample: int = Field(
        default=5, ge=0, description="how many excluded, and how many just-below subjects of a model to check again"
    )
    pages: Literal["none", "catalogue", "all"] = Field(
        default="none", description="what a night writes at its end: nothing, the catalogue site, or Data Docs too"
    )
    lineage: str = Field(default="lineage/events.jsonl", description="file of OpenLineage events; empty for none")

    @field_validator("memory_limit", "temp_limit", "unpack_limit")
    @classmethod
    def take_a_size(cls, text: str) -> str:
        """A size the engine would refuse is refused here, in words."""
        if not SIZE.fullmatch(text):
            raise ValueError(f"'{text}' is not a size; write a number and its unit, such as 512MB or 2GB")
        return text

    @model_validator(mode="after")
    def refuse_unknown_variables(self) -> Self:
        """A misspelt variable must not leave the default in force without a word."""
        known = {f"CLEW_{name.upper()}" for name in type(self).model_fields}
        for name in sorted(os.environ):
            if name.startswith("CLEW_") and not name.startswith(SECRET_PREFIX) and name not in known:
                raise ValueError(f"the environment variable {name} is no setting; {did_you_mean(name, known)}")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, and that over the project folder's ``clew.toml``."""
        folder = init_settings().get("project") or env_settings().get("project") or "."
        toml = TomlConfigSettingsSource(settings_cls, toml_file=Path(folder) / "clew.toml")
        return init_settings, env_settings, toml

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
