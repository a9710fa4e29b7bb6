"""What a rule says, whether it keeps its word, what it would find, and what changes with another version of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(test)
    app.command()(explain)
    app.command("dry-run")(dry_run)
    app.command()(compare)
    app.command("record-test")(record_test)


def test(
    names: Annotated[list[str] | None, typer.Argument(help="Rules or models, by id or path. Default: all.")] = None,
    project: options.Project = None,
    boundaries: Annotated[
        bool, typer.Option("--boundaries", help="Also look for thresholds that no test stands at.")
    ] = False,
    lang: options.Language = None,
    json: options.Json = False,
) -> None:
    """Run the trials in rules and models.

    A trial that fails shows the cells that differ. No trial at all is a failure too. With --boundaries each threshold
    is moved by one step: a test must notice.

    \b
    Examples:
      clew test
      clew test benefit.paid_after_death
      clew test benefit.paid_after_death --boundaries
      clew test models/pension_after_death --json
    """
    from clew.cli import console, trial_report
    from clew.cli.opening import find_settings, open_named

    content, rules, models = open_named(find_settings(project, language=lang), names or [])
    with console.progress("running trials") as progress:
        results = trial_report.run_trials(content, rules, models, progress)
        sound = [rule for rule in rules if all(one.passed for one in results if one.owner == rule.id)]
        open_ended = trial_report.open_boundaries(content, sound if boundaries else [], progress)
    if json:
        console.print_json([result.as_dict() for result in results])
    else:
        trial_report.print_trials(results, content.settings.language)
    console.print_problems(open_ended)
    if not results or any(not result.passed for result in results):
        raise typer.Exit(int(Exit.PROBLEMS))


def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The rule's id or file.")],
    project: options.Project = None,
    lang: options.Language = None,
) -> None:
    """Say what a rule does, step by step.

    The sentences come from the plan that is executed.

    \b
    Examples:
      clew explain benefit.paid_after_death
      clew explain benefit.paid_after_death --lang en
    """
    from clew.cli import console
    from clew.cli.explanation import explanation

    for line in explanation(rule, project, lang):
        console.say(line)


def dry_run(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The rule's id or file.")],
    project: options.Project = None,
    as_of: options.AsOf = None,
    parameters: Annotated[
        list[str] | None, typer.Option("--with", metavar="NAME=VALUE", help="Try another parameter value; repeatable.")
    ] = None,
    sample: Annotated[int, typer.Option("--sample", min=0, help="How many hits and near-misses to show.")] = 10,
    lang: options.Language = None,
    purpose: options.Purpose = None,
    json: options.Json = False,
) -> None:
    """Show what a rule would find; store nothing.

    The funnel over the data received so far, some hits, and some near-misses lost at each step.

    \b
    Examples:
      clew dry-run benefit.paid_after_death --as-of 2026-06-30
      clew dry-run benefit.paid_after_death --with min_amount=500 --sample 3
    """
    from clew.cli.rule_report import show_dry_run

    show_dry_run(rule, project, as_of or date.today(), parameters or [], sample, lang, purpose, as_json=json)


def compare(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The rule's id or file.")],
    other: Annotated[
        str,
        typer.Option("--with", metavar="lock|REVISION|FILE", help="The locked version, a git revision, or a file."),
    ] = "lock",
    project: options.Project = None,
    as_of: options.AsOf = None,
    sample: Annotated[int, typer.Option("--sample", min=0, help="How many clues to show of each kind.")] = 10,
    lang: options.Language = None,
    purpose: options.Purpose = None,
    json: options.Json = False,
) -> None:
    """Compare a rule with its locked or another version on the same data; store nothing.

    Clues that come, go and change, with the step that makes the difference.

    \b
    Examples:
      clew compare benefit.paid_after_death
      clew compare rules/benefit/paid_after_death.yml --with HEAD~1 --as-of 2026-06-30
      clew compare benefit.paid_after_death --with /tmp/draft.yml
    """
    from clew.cli.compare_report import show_comparison

    show_comparison(rule, other, project, as_of or date.today(), sample, lang, purpose, as_json=json)


def record_test(
    clue: Annotated[str, typer.Argument(metavar="CLUE", help="The clue's number, as in the workbook.")],
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="RULE", help="Which of the clue's rules. Default: the weightiest.")
    ] = None,
    append: Annotated[bool, typer.Option("--append", help="Write it to the end of the rule's file.")] = False,
    project: options.Project = None,
) -> None:
    """Make a test from a clue, with made-up people in it.

    Printed as YAML to paste under tests, or appended to the rule's file. The test is run first: it passes.

    \b
    Examples:
      clew record-test deceased_benefits-0f3a9c51d2e47b86
      clew record-test deceased_benefits-0f3a9c51d2e47b86 --append
    """
    from clew.cli.recording import record

    record(clue, rule, project, append=append)
