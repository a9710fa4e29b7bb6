"""Companies whose representative was dead, in custody or without a card when they were registered."""

from __future__ import annotations

from datetime import date, timedelta

from clew.demo.calendar import AS_OF
from clew.demo.stage import Person, Stage
from clew.demo.stories.company.registration import MODEL, day, register
from clew.demo.stories.pension import die
from clew.demo.truth import Planted

DEAD = "company.representative_dead"
CUSTODY = "company.representative_in_custody"
LOST = "company.card_was_lost"

CLUE, NEAR = Planted.CLUE, Planted.NEAR_MISS


def dead(stage: Stage, copy: int) -> None:
    """Registered after the representative's death, and what only looks like it."""
    died = day(copy) - timedelta(days=200)

    person = stage.person((60, 85))
    die(stage, person, died, "cremation", "household_cancellation")
    company = register(stage, person, day(copy))
    stage.expect(MODEL, DEAD, company, CLUE, "the representative had been dead for two hundred days, by two sources")

    person = stage.person((60, 85))
    die(stage, person, died, "medical_certificate")
    company = register(stage, person, died + timedelta(days=31))
    stage.expect(MODEL, DEAD, company, CLUE, "one source, same name, a day after the margin")

    person = stage.person((60, 85))
    die(stage, person, died, "cremation", "medical_certificate")
    company = register(stage, person, died + timedelta(days=30))
    stage.expect(MODEL, DEAD, company, NEAR, "registered on the last day of the margin")

    person = stage.person((60, 85))
    die(stage, person, died, "household_cancellation", revoked_on=died + timedelta(days=40))
    company = register(stage, person, day(copy))
    stage.expect(MODEL, DEAD, company, NEAR, "the cancellation was a mistake and withdrawn")

    person = stage.person((60, 85))
    die(stage, person.named(stage.other_name(person)), died, "cremation")
    company = register(stage, person, day(copy))
    stage.expect(MODEL, DEAD, company, NEAR, "only one source of death, and it gives another name")

    person = stage.person((60, 85))
    die(stage, person, died, "cremation", "medical_certificate")
    company = register(stage, person, day(copy), works=False, status="revoked", status_on=AS_OF - timedelta(days=9))
    stage.expect(MODEL, DEAD, company, NEAR, "the registration was struck out since")


def in_custody(stage: Stage, copy: int) -> None:
    """Registered during the representative's custody, and beside it."""
    since = day(copy)

    def held(person: Person, first: date, last: date | None) -> None:
        stage.add(
            "custody", person, custody_no=stage.number("custody"), kind="remand", facility="安和看守所",
            in_on=first, out_on=last,
        )  # fmt: skip

    person = stage.person()
    held(person, since - timedelta(days=90), since + timedelta(days=90))
    company = register(stage, person, since)
    stage.expect(MODEL, CUSTODY, company, CLUE, "registered three months into custody")

    person = stage.person()
    held(person, since - timedelta(days=16), None)
    company = register(stage, person, since)
    stage.expect(MODEL, CUSTODY, company, CLUE, "a day after the margin, still held")

    person = stage.person()
    held(person, since - timedelta(days=15), None)
    company = register(stage, person, since)
    stage.expect(MODEL, CUSTODY, company, NEAR, "arrested while the application was under way")

    person = stage.person()
    held(person, since - timedelta(days=90), since)
    company = register(stage, person, since)
    stage.expect(MODEL, CUSTODY, company, NEAR, "registered on the day of release")

    person = stage.person()
    held(person.named(stage.other_name(person)), since - timedelta(days=90), since + timedelta(days=90))
    company = register(stage, person, since)
    stage.expect(MODEL, CUSTODY, company, NEAR, "the custody record gives the number another name")


def card_lost(stage: Stage, copy: int) -> None:
    """Registered between the loss of an identity card and the new one, and beside it."""
    since = day(copy)

    def lost(person: Person, reported_on: date, reissued_on: date | None, temporary_from: date | None = None) -> None:
        stage.add(
            "identity_loss", person, report_no=stage.number("identity_loss"), reported_on=reported_on,
            reissued_on=reissued_on, temporary_from=temporary_from,
        )  # fmt: skip

    week = timedelta(days=7)
    for reissued, why in ((since + week, "between the loss and the new card"), (None, "no new card to this day")):
        person = stage.person()
        lost(person, since - week, reissued)
        stage.expect(MODEL, LOST, register(stage, person, since), CLUE, why)

    person = stage.person()
    lost(person, since - 2 * week, since)
    stage.expect(MODEL, LOST, register(stage, person, since), NEAR, "on the day of the new card")

    person = stage.person()
    lost(person, since, since + week)
    stage.expect(MODEL, LOST, register(stage, person, since), NEAR, "reported on the day of registration")

    person = stage.person()
    lost(person, since - week, since + week, since - timedelta(days=3))
    stage.expect(MODEL, LOST, register(stage, person, since), NEAR, "with a temporary card")

    person = stage.person()
    lost(person.named(stage.other_name(person)), since - week, since + week)
    stage.expect(MODEL, LOST, register(stage, person, since), NEAR, "the report gives the number another name")
