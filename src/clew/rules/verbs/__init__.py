"""The verbs, one per file. A new verb is one file and one line here."""

from __future__ import annotations

from clew.rules.verbs.aggregate import AGGREGATE
from clew.rules.verbs.derive import DERIVE
from clew.rules.verbs.exclude import EXCLUDE
from clew.rules.verbs.exists import EXISTS
from clew.rules.verbs.extract import EXTRACT
from clew.rules.verbs.from_ import FROM
from clew.rules.verbs.join import JOIN
from clew.rules.verbs.latest import LATEST
from clew.rules.verbs.link import LINK
from clew.rules.verbs.match import MATCH
from clew.rules.verbs.not_exists import NOT_EXISTS
from clew.rules.verbs.not_followed_by import NOT_FOLLOWED_BY
from clew.rules.verbs.overlap import OVERLAP
from clew.rules.verbs.peer import PEER
from clew.rules.verbs.sequence import SEQUENCE
from clew.rules.verbs.union import UNION
from clew.rules.verbs.verb import Verb
from clew.rules.verbs.where import WHERE

VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        FROM,
        WHERE,
        DERIVE,
        LATEST,
        JOIN,
        EXISTS,
        NOT_EXISTS,
        NOT_FOLLOWED_BY,
        SEQUENCE,
        OVERLAP,
        UNION,
        AGGREGATE,
        PEER,
        LINK,
        MATCH,
        EXTRACT,
        EXCLUDE,
    )
}
"""Every verb that can be compiled, by name."""
