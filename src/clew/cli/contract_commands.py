"""contract: lint, infer, diff, docs and template of data contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit

Output = Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE|DIR", help="Where to write it.")]

group = typer.Typer(
    name="contract",
    help="Check, draft, compare and show data contracts.\n\n"
    "\b\nExamples:\n  clew contract lint\n  clew contract infer delivery.xlsx --dataset death_register\n"
    "  clew contract diff old.odcs.yaml data_contracts/death_register.odcs.yaml",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    for command in (lint, infer, diff, docs, template):
        group.command()(command)
    app.add_typer(group)


def lint(
    files: Annotated[
        list[Path] | None, typer.Argument(help="ODCS files. Default: the contracts of the project.")
    ] = None,
    project: options.Project = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Ask of any file what screening needs of the project's own.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Check contracts: every problem at once, with file, line and column.

    The project's contracts are read strictly. Any other ODCS document of version 3 is read openly: what it lacks for
    screening, and what Clew would not enforce of it, is a warning.

    \b
    Examples:
      clew contract lint
      clew contract lint delivered/contract.odcs.yaml
      clew contract lint --json
    """
    from clew.cli import console
    from clew.cli.contract_files import linted

    problems, contracts = linted(files or [], project, strict=strict)
    if json:
        console.print_json({"problems": [one.as_dict() for one in problems], "datasets": contracts})
    else:
        console.print_problems(problems)
        wrong = len(problems.errors)
        console.say(f"{wrong} errors, {len(problems) - wrong} warnings. Read: {len(contracts)} datasets.")
    if problems.errors:
        raise typer.Exit(int(Exit.PROBLEMS))


def infer(
    file: Annotated[Path, typer.Argument(help="A delivered file of any format the readers take.")],
    dataset: Annotated[str | None, typer.Option("--dataset", help="The dataset's name. Default: the file's.")] = None,
    output: Output = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="The sheet of a workbook. Default: the first.")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="The encoding. Default: found out.")] = None,
) -> None:
    """Draft a contract from a delivered file.

    Types, keys, lists of values and who a column speaks of are guessed from every row; comments mark what a person
    must decide. The draft is printed, or written to --out, where no file may stand yet.

    \b
    Example:
      clew contract infer received.csv --dataset death_register -o data_contracts/death_register.odcs.yaml
    """
    from clew.cli import console
    from clew.cli.contract_files import drafted
    from clew.cli.failures import CommandError

    if output is not None and output.exists():
        raise CommandError(
            Exit.USAGE, f"'{output}' is there already; nothing was overwritten",
            "write the draft elsewhere, and compare the two with: clew contract diff",
        )  # fmt: skip
    text = drafted(file, dataset, sheet=sheet, encoding=encoding)
    if output is None:
        console.say(text.rstrip("\n"))
    else:
        from clew.whole_file import write_whole

        console.say(f"{write_whole(output, text)}: read it, and decide what its comments ask.")


def diff(
    old: Annotated[Path, typer.Argument(help="The contract as it was.")],
    new: Annotated[Path, typer.Argument(help="The contract as it shall be.")],
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """Compare two versions of a contract: what breaks, column by column.

    A change breaks when a delivery that passed would be refused or lose rows, or when a rule no longer finds what it
    reads; the rules of the project that read the column are named. Exit code 1 when something breaks.

    \b
    Example:
      clew contract diff old.odcs.yaml data_contracts/death_register.odcs.yaml
    """
    from clew.cli import console
    from clew.cli.contract_files import compared

    found = compared(old, new, project)
    if json:
        console.print_json([one.as_dict() for one in found])
    else:
        rows = [one.row() for one in found]
        console.print_table(("", "dataset", "column", "what", "change", "rules that read it"), rows)
        breaking = sum(one.change.breaking for one in found)
        console.say(f"{len(found)} changes, {breaking} breaking.")
    if any(one.change.breaking for one in found):
        raise typer.Exit(int(Exit.PROBLEMS))


def docs(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[DATASET|FILE]...", help="Default: every contract of the project.")
    ] = None,
    project: options.Project = None,
    output: Output = None,
) -> None:
    """Write one readable page for each contract, in Chinese and English.

    The pages are HTML and load nothing from elsewhere. Default folder: contract-docs.

    \b
    Examples:
      clew contract docs
      clew contract docs death_register -o pages
    """
    from clew.cli import console
    from clew.cli.contract_files import chosen_contracts
    from clew.contracts.page import contract_page
    from clew.whole_file import write_whole

    folder = output or Path("contract-docs")
    for contract in chosen_contracts(names or [], project):
        console.say(str(write_whole(folder / f"{contract.dataset}.html", contract_page(contract))))


def template(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[DATASET|FILE]...", help="Default: every contract of the project.")
    ] = None,
    project: options.Project = None,
    output: Output = None,
) -> None:
    """Write the workbook that a department fills in for a dataset.

    Headings with notes and an example above them, drop-downs of allowed values, identity numbers kept as text. The
    filled-in workbook is a delivery as it is. Default folder: templates. A form that is filled in is never overwritten.

    \b
    Example:
      clew contract template death_register
    """
    from clew.cli import console
    from clew.cli.contract_files import chosen_contracts, written_template
    from clew.cli.failures import CommandError

    contracts = list(chosen_contracts(names or [], project))
    one_file = output if output is not None and output.suffix == ".xlsx" else None
    if one_file is not None and len(contracts) > 1:
        raise CommandError(Exit.USAGE, f"{len(contracts)} forms do not fit into one file", "name a folder after -o")
    for contract in contracts:
        path = one_file or (output or Path("templates")) / f"{contract.dataset}.xlsx"
        console.say(str(written_template(contract, path)))
