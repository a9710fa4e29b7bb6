"""The tables in which Clew keeps its books: what arrived, what was checked, what was found, and what came of it."""

from __future__ import annotations

SCHEMA = """
create schema if not exists clew;
create schema if not exists data;

-- One row per received file: the acquisition record. Never updated except for its fate.
create table if not exists clew.delivery (
    batch integer primary key, dataset varchar not null, file varchar not null, sha256 varchar not null,
    bytes bigint not null, received_on date not null, sender varchar, letter varchar, received_by varchar,
    region varchar not null default '', period_from date, period_to date, expected_rows bigint,
    format varchar, contract_version varchar, contract_hash varchar,
    status varchar not null check (status in ('landed', 'loaded', 'refused')), problem varchar,
    rows_read bigint, rows_loaded bigint, rows_quarantined bigint,
    supersedes integer, superseded_by integer, superseded_on date, complete boolean not null default false,
    source varchar, cursor varchar, mode varchar, resubmits integer, resubmits_rows bigint[], read_as varchar,
    replaces varchar[], totals json, uncertified json);

-- A file without a day of receipt and without a delivery of its own, because it says what another one said: since when
-- it has lain there as it is, with the papers it has (``says``).
create table if not exists clew.copy (
    dataset varchar not null, file varchar not null, sha256 varchar not null, says varchar not null,
    seen_on date not null, primary key (dataset, file));

-- ``original``: the delivered text of each value that a repair changed, by column; NULL where none did.
create table if not exists clew.quarantine (
    batch integer not null, dataset varchar not null, row bigint not null, reasons varchar[] not null,
    record json not null, original json);

-- The sheets or archive members of a delivery that has any: row n of a part is row first_row + n - 1 of the delivery.
create table if not exists clew.part (
    batch integer not null, position integer not null, name varchar not null, first_row bigint not null,
    rows bigint not null);

-- A person's decision about rows set aside, and the sender's mended rows. ``batch`` is the delivery that carries it:
-- it counts from its day of receipt, and as long as it is in force. Rows are added, never changed.
create table if not exists clew.decision (
    batch integer primary key, dataset varchar not null, kind varchar not null, of_batch integer not null,
    decided_on date not null, actor varchar not null, reason varchar not null, rows bigint not null);
create table if not exists clew.decided (
    dataset varchar not null, batch integer not null, row bigint not null, fate varchar not null,
    by_batch integer not null, by_row bigint not null);

-- Rows that a later word about their key (a correction or deletion; or a row that came while one had hidden them) takes
-- out of sight while that delivery (``by_batch``) is in force; ``region`` and
-- ``month`` (NULL for registers) say where clew.volume counted them.
create table if not exists clew.withdrawn (
    dataset varchar not null, batch integer not null, row bigint not null, by_batch integer not null,
    by_row bigint not null, region varchar not null default '', month date);
-- Each row of a correction, and the delivery whose row it stands for: it goes when that one is superseded.
create table if not exists clew.correction (
    dataset varchar not null, batch integer not null, row bigint not null, base_batch integer not null,
    region varchar not null default '', month date);

create table if not exists clew.repair (
    batch integer not null, dataset varchar not null, column_name varchar not null, repair varchar not null,
    rows bigint not null);

-- Which code a value of a delivery was delivered as, where the row's bit alone tells that a code was mapped.
create table if not exists clew.delivered_code (
    batch integer not null, dataset varchar not null, column_name varchar not null, bit integer not null,
    value varchar not null, code varchar not null);

-- Certified complete: rows of dataset for region ('' is everywhere, else a code prefix) in [period_from, period_to).
create table if not exists clew.coverage (
    dataset varchar not null, region varchar not null, period_from date not null, period_to date not null,
    batch integer);

-- Rows of one delivery by county (six digits) and month of the event, and of these the rows dated in the month's last
-- 4, 7, 10 and 15 days; of a register's list the month is NULL.
create table if not exists clew.volume (
    batch integer not null, dataset varchar not null, region varchar not null, month date, rows bigint not null,
    last_on date, last4 bigint not null default 0, last7 bigint not null default 0, last10 bigint not null default 0,
    last15 bigint not null default 0, first_on date, first4 bigint not null default 0,
    first7 bigint not null default 0, first10 bigint not null default 0, first15 bigint not null default 0);

-- Of each row set aside the county and month it is about, as far as they can be read (of a register's list the month is
-- NULL), and the share of such rows that the contract let pass at that time.
create table if not exists clew.aside (
    batch integer not null, dataset varchar not null, row bigint not null, region varchar not null, month date,
    tolerance decimal(18, 9) not null);

-- The regions that the contract expected when a delivery was taken in.
create table if not exists clew.expected_region (
    batch integer not null, dataset varchar not null, region varchar not null);

-- A person took a month in doubt for complete (or took that back): never changed, the last entry counts.
create table if not exists clew.acceptance (
    position integer not null, dataset varchar not null, region varchar not null, "on" date not null,
    rows bigint not null, accepted boolean not null, decided_on date not null, decided_by varchar not null,
    reason varchar not null);

create table if not exists clew.validation (
    batch integer not null, dataset varchar not null, success boolean not null, result json not null);

-- What a delivery looked like, by column: of ``sampled`` rows how many lack a value, how many values differ, and how
-- they spread over buckets that reveal none of them.
create table if not exists clew.profile (
    batch integer not null, dataset varchar not null, column_name varchar not null, sampled bigint not null,
    nulls bigint not null, distinct_values bigint not null, shape json not null);

-- The headings of a delivery as they stood in it; column_name is the contract's column that one was taken for.
create table if not exists clew.heading (
    batch integer not null, dataset varchar not null, position integer not null, heading varchar not null,
    column_name varchar);

-- How the form of a delivery differs from its contract or from the delivery before; change is what would accept it.
create table if not exists clew.drift (
    batch integer not null, dataset varchar not null, position integer not null, kind varchar not null,
    column_name varchar, heading varchar, breaking boolean not null, says_zh varchar not null,
    says_en varchar not null, change varchar not null);

-- What about a delivery was unlike those before it; column_name is '' for the delivery as a whole.
create table if not exists clew.anomaly (
    batch integer not null, dataset varchar not null, measure varchar not null, column_name varchar not null,
    value double not null, expected double not null, low double not null, high double not null, past integer not null);

create table if not exists clew.screening (
    screening_id varchar primary key, as_of date not null, rules_hash varchar not null, inputs_hash varchar not null,
    manifest json not null, report json not null default '{}');

-- ``variant`` names the parameters a model overrode ('' when none): one rule may run twice in one screening.
create table if not exists clew.funnel (
    screening_id varchar not null, rule varchar not null, position integer not null, number varchar not null,
    verb varchar not null, sentence_zh varchar not null, sentence_en varchar not null, reason varchar not null,
    rows bigint not null, unknown bigint not null, excluded bigint not null, inconclusive bigint not null,
    errors bigint not null, variant varchar not null default '', clears_zh varchar not null default '',
    clears_en varchar not null default '', reads varchar[] not null default []);

create table if not exists clew.outcome (
    screening_id varchar not null, rule varchar not null, outcome varchar not null, subjects bigint not null,
    variant varchar not null default '');

create table if not exists clew.undecided (
    screening_id varchar not null, rule varchar not null, outcome varchar not null, subject varchar,
    episode varchar, step varchar not null, reason varchar not null, dataset varchar, region varchar,
    period_from date, period_to date, variant varchar not null default '');

create table if not exists clew.exclusion (
    screening_id varchar not null, rule varchar not null, step varchar not null, reason varchar not null,
    basis varchar not null, subject varchar, alias varchar not null, rows bigint[] not null,
    variant varchar not null default '');

-- Subjects left out, drawn by lot from ``among``, that a person is to look at again; ``answer`` says what was found.
create table if not exists clew.sample (
    sample_id varchar primary key, screening_id varchar not null, model varchar not null, unit varchar not null,
    kind varchar not null check (kind in ('excluded', 'below')), rule varchar not null, variant varchar not null,
    step varchar not null, reason varchar not null, subject varchar not null, among bigint not null,
    answer varchar check (answer in ('missed', 'rightly_left_out')), answered_on date, answered_by varchar,
    note varchar);

-- The rings that clues are about: who was in one from this screening on, and which rings known before it met. Rows are
-- added when members come or go, never changed; the newest of a ring counts. ``link`` is which of the rule's links made
-- it, ``variant`` the parameters, ``position`` the order in which screenings wrote here.
create table if not exists clew.ring (
    rule varchar not null, variant varchar not null, link integer not null, ring varchar not null,
    members varchar[] not null, earlier varchar[] not null, position integer not null, as_of date not null,
    screening_id varchar not null);

create table if not exists clew.clue (
    clue_id varchar primary key, model varchar not null, subject_type varchar not null, subject varchar not null,
    subject_name varchar, episode varchar not null, score integer not null, band varchar not null,
    route varchar not null, due_on date, happened_on date, amount decimal(18, 2), shadow boolean not null,
    state varchar not null, disposition varchar, first_screening varchar not null, last_screening varchar not null,
    first_as_of date not null, last_as_of date not null, gone boolean not null default false,
    suppressed_until date, suppressed_reason varchar, content_hash varchar not null,
    evidence_hash varchar not null default '', suppressed_source varchar, limitation_ends_on date);

create table if not exists clew.signal (
    clue_id varchar not null, rule varchar not null, rule_version integer not null, weight decimal(9, 4) not null,
    strength decimal(9, 4) not null, result decimal(9, 4) not null, title varchar not null, title_zh varchar not null,
    message varchar not null, message_zh varchar not null, facts json not null, position integer not null,
    answers integer not null default 1, evidence_rows json not null default '{}');

-- What a model's factors added to a clue's score, next to its signals: together they are the sum a person can check.
create table if not exists clew.factor (
    clue_id varchar not null, position integer not null, condition varchar not null, title_zh varchar not null,
    weight decimal(9, 4) not null, result decimal(9, 4) not null);

create table if not exists clew.evidence (
    clue_id varchar not null, rule varchar not null, alias varchar not null, dataset varchar not null,
    batch integer not null, row bigint not null, record json not null);

-- A row of evidence that a later delivery (``by_batch``) changed, or after which it is no longer there. ``units`` had
-- received the clue by then, and must be told.
create table if not exists clew.source_correction (
    clue_id varchar not null, dataset varchar not null, batch integer not null, row bigint not null,
    by_batch integer not null, by_row bigint, corrected_on date not null, fate varchar not null,
    columns varchar[] not null, units varchar[] not null);

create table if not exists clew.event (
    clue_id varchar not null, position integer not null, as_of date not null, kind varchar not null,
    before varchar, after varchar, actor varchar not null, note varchar not null);

create table if not exists clew.clue_batch (
    batch_id varchar primary key, screening_id varchar not null, unit varchar not null, path varchar not null,
    manifest_sha256 varchar not null, clues integer not null);
-- Which clues a sealed batch lists, and of which it says that their sources were corrected.
create table if not exists clew.dispatched (batch_id varchar not null, clue_id varchar not null);
create table if not exists clew.notice (
    batch_id varchar not null, clue_id varchar not null, by_batch integer not null, corrected_on date not null);
"""
