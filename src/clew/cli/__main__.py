"""``python -m clew.cli`` is the command ``clew``."""

from clew.cli.main import main

main()
