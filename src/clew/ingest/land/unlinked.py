"""Files of the drop folder, opened without following a link, not even one that takes a file's place at the last moment.

Who may put files there could otherwise have Clew read out, and show, what only Clew may read.
"""

from __future__ import annotations

import errno
import os
from io import FileIO
from pathlib import Path
from stat import S_ISREG


class LinkedError(OSError):
    """The file or its folder is a link, or it is no plain file (a pipe, a device)."""


def open_unlinked(path: Path) -> FileIO:
    """Open a file for reading; raises LinkedError, and OSError as opening does.

    The folder is opened first and the file by its name in there, each without following: what was checked is what is
    read. Links above the folder are the administrator's own.
    """
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            handle = os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        finally:
            os.close(folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise LinkedError(error.errno, "it is a link", str(path)) from None
        raise
    if not S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise LinkedError(errno.EINVAL, "it is no plain file", str(path))
    return FileIO(handle)
