"""schema: JSON Schemas with which an editor completes and explains this project's files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clew.cli import options

FOLDER = "schemas"


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(schema)


def schema(
    output: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder to write to. Default: schemas, in the project.")
    ] = None,
    general: Annotated[bool, typer.Option("--general", help="Leave out the names of this project.")] = False,
    project: options.Project = None,
) -> None:
    """Write JSON Schemas for editors.

    They complete keys, verbs, and this project's datasets, columns, rules and laws, and explain each in Chinese and
    English.

    \b
    Examples:
      clew schema
      clew schema --general -o docs/schemas
    """
    from clew.cli import console
    from clew.cli.opening import find_settings, read_whole_project
    from clew.json_schema.names import Names, names_of
    from clew.json_schema.write import editor_settings, write_schemas
    from clew.problems import Problems

    settings = find_settings(project)
    names = Names() if general else names_of(read_whole_project(settings, Problems()))
    folder = output or settings.project / FOLDER
    for path in write_schemas(names, folder):
        console.say(str(path))
    if folder.resolve().is_relative_to(settings.project.resolve()):
        inside = folder.resolve().relative_to(settings.project.resolve()).as_posix()
        console.say("\nFor VS Code, in .vscode/settings.json of the project:")
        console.print_json(editor_settings(inside))
