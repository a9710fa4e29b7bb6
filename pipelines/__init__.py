"""Prefect flows: thin, scheduled wrappers round the stages of ``clew.night``.

Prefect reports usage by two paths. ``prefect.toml`` closes the server's; the library's knows this variable
alone, and reads it at import, so it stands before any flow.
"""

import os

os.environ.setdefault("DO_NOT_TRACK", "1")
