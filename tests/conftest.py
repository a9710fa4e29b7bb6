"""Which tests run in one process where several share the work."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/pipelines/",)
"""Folders whose tests share what takes long to start, as a server."""


class ByFile(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """A file's tests run in one process, and so do those of a folder that shares a server."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), str(super()._split_scope(nodeid)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)
