"""Contracts for the contract commands: those of the project by name, or any file by path."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clew.cli.exits import Exit
from clew.cli.failures import CommandError
from clew.problems import Problems, did_you_mean

if TYPE_CHECKING:
    from clew.contracts.diff import Change
    from clew.contracts.model import Contract

CONTRACTS = "data_contracts"


@dataclass(frozen=True)
class Compared:
    """A change, and the project's rules that read its column."""

    change: Change
    rules: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """As plain values, for ``--json``."""
        return asdict(self.change) | {"breaking": self.change.breaking, "rules": list(self.rules)}

    def row(self) -> tuple[str, ...]:
        """As a row of the table."""
        one = self.change
        mark = "BREAKING" if one.breaking else str(one.direction)
        return mark, one.dataset, one.column, one.what, one.text, ", ".join(self.rules)


def linted(files: Sequence[Path], project: Path | None, *, strict: bool) -> tuple[Problems, list[str]]:
    """The problems of files (of the project's contracts when none is named) and the datasets read."""
    from clew.contracts.catalogue import read_catalogue
    from clew.contracts.read import read_document

    problems = Problems()
    if not files:
        from clew.cli.opening import find_settings

        root = find_settings(project).project
        catalogue = read_catalogue(root / CONTRACTS, problems, _from_here(root / CONTRACTS))
        return problems, list(catalogue.contracts)
    datasets: list[str] = []
    for file in files:
        own = strict or _is_of_project(file)
        found = read_document(file, problems, str(file), open_reading=not own)
        datasets += [contract.dataset for contract in found or ()]
    return problems, datasets


def chosen_contracts(names: Sequence[str], project: Path | None) -> list[Contract]:
    """Contracts by dataset name or file; all of the project when none is named. Raises ProblemError."""
    from clew.contracts.catalogue import read_catalogue
    from clew.contracts.read import read_document

    problems = Problems()
    files = [name for name in names if Path(name).suffix in (".yaml", ".yml") or "/" in name]
    found: list[Contract] = []
    for name in files:
        found += read_document(Path(name), problems, name, open_reading=True) or ()
    wanted = [name for name in names if name not in files]
    if wanted or not names:
        from clew.cli.opening import find_settings

        catalogue = read_catalogue(find_settings(project).project / CONTRACTS, problems)
        for name in wanted or list(catalogue.contracts):
            contract = catalogue.get(name)
            if contract is None and not problems.errors:
                raise CommandError(Exit.USAGE, f"there is no dataset '{name}'", did_you_mean(name, catalogue.contracts))
            found += [contract] if contract is not None else []
    problems.raise_errors()
    return found


def compared(old: Path, new: Path, project: Path | None) -> list[Compared]:
    """Every change from one file to another, with the rules that read what changes. Raises ProblemError."""
    from clew.contracts.diff import changes
    from clew.contracts.read import read_document

    problems = Problems()
    before, after = (read_document(path, problems, str(path), open_reading=True) for path in (old, new))
    problems.raise_errors()
    readers = _readers(project)
    return [
        Compared(change, tuple(readers.get((change.dataset, change.column), ())))
        for change in changes(before or (), after or ())
    ]


def drafted(file: Path, dataset: str | None, *, sheet: str | None, encoding: str | None) -> str:
    """A contract for a delivered file, as YAML. Raises ProblemError when the file cannot be read."""
    from clew.contracts.draft import draft_contract
    from clew.ingest.read.sample import sampled

    if not file.is_file():
        raise CommandError(Exit.USAGE, f"there is no file '{file}'")
    name = dataset or _identifier(file.name.split(".")[0])
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except (LookupError, ValueError):
            raise CommandError(Exit.USAGE, f"'{encoding}' is no encoding", "as in UTF-8, GB18030, UTF-16") from None
    if not name.isidentifier():
        raise CommandError(Exit.USAGE, f"'{name}' cannot be a dataset's name", "use --dataset with letters and _")
    problems = Problems()
    found = sampled(file, problems, sheet=sheet, encoding=encoding)
    problems.raise_errors()
    if found is None:
        raise CommandError(Exit.REFUSED, f"{file} holds no table")
    return draft_contract(name, found)


def written_template(contract: Contract, path: Path) -> Path:
    """Write the form of a contract, where nothing else stands under that name."""
    from clew.contracts.template import write_template

    try:
        return write_template(contract, path)
    except FileExistsError:
        raise CommandError(
            Exit.USAGE,
            f"'{path}' is there already, and is not the empty form; nothing was overwritten",
            "it may be filled in: move it away, or write the new form elsewhere with -o",
        ) from None


def _readers(project: Path | None) -> Mapping[tuple[str, str], list[str]]:
    """The rules of the project that read each column; none outside a project."""
    from clew.cli.opening import find_settings, read_whole_project
    from clew.cli.reading_rules import reading_rules

    try:
        settings = find_settings(project)
    except CommandError:
        return {}
    return reading_rules(read_whole_project(settings, Problems()))


def _is_of_project(file: Path) -> bool:
    """Whether a file stands in a project's folder of contracts."""
    folder = file.resolve().parent
    return folder.name == CONTRACTS and (folder.parent / "rules").is_dir()


def _identifier(text: str) -> str:
    return "".join(sign if sign.isalnum() and sign.isascii() else "_" for sign in text).strip("_").lower() or "dataset"


def _from_here(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
