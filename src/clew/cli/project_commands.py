"""init: a new project for another office."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clew.cli.exits import Exit


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(init)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new project's folder; made if it is not there.")],
) -> None:
    """Lay out a new project.

    Folders, settings, and a small working example that check and test accept. No file that is there already is changed.

    \b
    Examples:
      clew init office
      clew --help
    """
    from importlib.resources import as_file, files

    from clew.cli import console
    from clew.cli.failures import CommandError

    with as_file(files("clew.cli") / "starter") as starter:
        found = {path.relative_to(starter).as_posix(): path for path in sorted(starter.rglob("*")) if path.is_file()}
        # A file named .gitignore would hide the starter's own files from version control.
        sources = {".gitignore" if name == "gitignore" else name: path for name, path in found.items()}
        taken = [name for name in sources if (folder / name).exists()]
        if taken:
            raise CommandError(
                Exit.USAGE, f"{folder} already holds {', '.join(taken)}; nothing was changed", "choose a new folder"
            )
        for name, source in sources.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    made = len(sources) + _help_editors(folder)
    console.say(f"{made} files in {folder}. Next:")
    for command in ("clew check", "clew test"):
        console.say(f"  {command} --project {folder}")


def _help_editors(folder: Path) -> int:
    """Schemas of the new project, and VS Code's settings that name them; how many files that makes."""
    import json

    from clew.cli.schema_commands import FOLDER
    from clew.json_schema.names import names_of
    from clew.json_schema.write import editor_settings, write_schemas
    from clew.problems import Problems
    from clew.project import read_project
    from clew.settings import Settings

    written = write_schemas(names_of(read_project(Settings(project=folder), Problems())), folder / FOLDER)
    settings = folder / ".vscode" / "settings.json"
    if settings.exists():
        return len(written)
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(json.dumps(editor_settings(FOLDER), indent=2) + "\n", encoding="utf-8")
    return len(written) + 1
