"""A report of a fault in Clew, for whoever mends it: where it happened and in which versions, and no data.

The message of an exception may hold a person's data, so it is left out; so are arguments and variables.
"""

from __future__ import annotations

import platform
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

PACKAGES = ("clew", "duckdb", "pyarrow", "polars", "sqlglot", "xlsxwriter", "fastexcel", "typer")


def save_report(fault: BaseException, command: str) -> Path:
    """Write the report to the system's temporary folder and return its path."""
    from importlib.metadata import PackageNotFoundError, version

    lines = [f"clew {command}", f"python {platform.python_version()} on {platform.platform()}"]
    for package in PACKAGES:
        try:
            lines.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            lines.append(f"{package} is not installed")
    chain: BaseException | None = fault
    while chain is not None:
        lines += ["", f"{type(chain).__module__}.{type(chain).__qualname__}"]
        lines += [
            f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(chain.__traceback__)
        ]
        chain = chain.__cause__ or chain.__context__
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix=f"clew-fault-{stamp}-", suffix=".txt", delete=False
    ) as report:
        report.write("\n".join(lines) + "\n")
    return Path(report.name)
