"""Names of delivered files: those that can be written down, and how the others are shown."""

from __future__ import annotations

import os

from clew.problems import UNSEEN

UNREADABLE = "\ufffd"


def shown_name(name: str) -> str:
    """A file's name as messages show it: bytes that are no UTF-8 as GB18030 reads them, signs nobody sees replaced."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return os.fsencode(name).decode(encoding).translate(UNSEEN | {0x0A: UNREADABLE, 0x09: UNREADABLE})
        except UnicodeDecodeError:
            continue
    return name.translate(UNSEEN)


def citable(name: str) -> bool:
    """Whether a name is text, as the ledger and letters need: bytes in GBK, copied out of an archive, are none."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
