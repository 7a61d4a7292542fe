"""The audit by month: where a line lies, which months there are, and which go."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tests.factories import OrganisationFactory
from trust import audit, audit_months, audit_seals
from trust.audit_months import Part
from trust.models import AuditEvent, AuditSeal, Organisation, RetentionSettings

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2019, 1, 15, tzinfo=UTC)
THAT_MONTH = "trust_auditevent_2019_01"


def executed(sql: str, *values: object) -> list[tuple[object, ...]]:
    """As the tables' owner, with nothing that waits for a commit: no part with such a line goes."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(sql, values or None)
        return list(cursor.fetchall()) if cursor.description else []


def month(of: datetime) -> str:
    [(said,)] = executed("SELECT trust_auditevent_month(%s)", of.replace(day=1, hour=0))
    return str(said)


def line(at: datetime, organisation: Organisation | None = None) -> AuditEvent:
    event = AuditEvent(organisation=organisation, actor_label="test", verb="old", at=at)
    event.save(force_insert=True)
    return event


def part_of(event: AuditEvent) -> str:
    [(name,)] = executed(
        "SELECT tableoid::regclass::text FROM trust_auditevent WHERE id = %s", event.pk
    )
    return str(name)


def parts() -> set[str]:
    return {str(name) for (name,) in executed("SELECT part::text FROM trust_auditevent_parts()")}


def kept() -> list[Part]:
    executed("SELECT 1")
    return audit_months.keep()


@pytest.fixture
def long_ago() -> None:
    kept()
    assert month(LONG_AGO) == "made"


def test_line_lies_in_its_month(long_ago: None) -> None:
    now = timezone.now()

    assert part_of(line(LONG_AGO)) == THAT_MONTH
    assert part_of(audit.record(verb="tick", subject=None)) == f"trust_auditevent_{now:%Y_%m}"


def test_months_begin_and_end_by_utc(long_ago: None) -> None:
    first = datetime(2019, 1, 1, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'Pacific/Auckland'")
    assert month(datetime(2019, 3, 1, tzinfo=UTC)) == "made"

    assert part_of(line(first)) == THAT_MONTH
    assert part_of(line(first - timedelta(microseconds=1))) == "trust_auditevent_default"
    assert part_of(line(datetime(2019, 3, 31, 23, 59, tzinfo=UTC))) == "trust_auditevent_2019_03"


def test_line_without_a_month_is_taken_all_the_same() -> None:
    event = line(LONG_AGO)

    assert part_of(event) == "trust_auditevent_default"
    assert AuditEvent.objects.get(pk=event.pk).verb == "old"


def test_this_month_and_the_next_three_are_made_once() -> None:
    ahead = executed(
        "SELECT to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + n * interval '1 month',"
        " '\"trust_auditevent_\"YYYY_MM') FROM generate_series(0, 3) AS n"
    )
    names = [str(name) for (name,) in ahead]
    for name in parts() & set(names):
        executed(f"DROP TABLE {name}")

    assert kept() == [Part(name, "made", 0) for name in names]
    assert kept() == []
    assert set(names) <= parts()


def test_month_with_lines_in_the_default_part_is_left_out() -> None:
    event = line(LONG_AGO)

    assert month(LONG_AGO) == "left out"
    assert THAT_MONTH not in parts()
    assert part_of(event) == "trust_auditevent_default"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {part} SET verb = 'x' WHERE verb = 'young'",
        "DELETE FROM {part} WHERE verb = 'young'",
        "TRUNCATE {part}",
    ],
)
def test_part_is_as_closed_as_the_whole(statement: str) -> None:
    kept()
    for event in (audit.record(verb="young", subject=None), line(LONG_AGO)):
        part = part_of(event)
        # An old line may be deleted, but neither changed nor emptied away.
        if part.endswith("default") and statement.startswith("DELETE"):
            continue
        refused = statement.format(part=part).replace("young", event.verb)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            executed(refused)


def test_every_part_has_both_guards(long_ago: None) -> None:
    unguarded = executed(
        "SELECT i.inhrelid::regclass FROM pg_inherits i"
        " WHERE i.inhparent = 'trust_auditevent'::regclass AND 2 <>"
        " (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = i.inhrelid AND t.tgenabled = 'O'"
        "   AND t.tgname IN ('trust_auditevent_append_only', 'trust_auditevent_no_truncate'))"
    )

    assert unguarded == []


def test_month_past_everybodys_years_goes_whole_and_is_audited(long_ago: None) -> None:
    here = OrganisationFactory()
    old, none = line(LONG_AGO, here), line(LONG_AGO)
    young = audit.record(verb="young", subject=here)

    assert kept() == [Part(THAT_MONTH, "dropped", 2)]

    assert not AuditEvent.objects.filter(pk__in=[old.pk, none.pk]).exists()
    assert AuditEvent.objects.filter(pk=young.pk).exists()
    told = AuditEvent.objects.get(verb="retention.purge")
    assert told.detail == {"what": "audit", "part": THAT_MONTH, "rows": 2}


def test_month_stays_while_one_organisation_keeps_longer(long_ago: None) -> None:
    RetentionSettings.objects.create(organisation=OrganisationFactory(), audit_years=3)
    longer = RetentionSettings.objects.create(organisation=OrganisationFactory(), audit_years=10)
    line(LONG_AGO)

    assert kept() == []
    assert THAT_MONTH in parts()

    longer.audit_years = 5
    longer.save()
    assert kept() == [Part(THAT_MONTH, "dropped", 1)]


def test_organisation_that_set_nothing_keeps_the_usual_years() -> None:
    usual = RetentionSettings().audit_years
    here = OrganisationFactory()
    RetentionSettings.objects.filter(organisation=here).delete()
    RetentionSettings.objects.create(organisation=OrganisationFactory(), audit_years=3)
    kept()
    within, past = (timezone.now() - timedelta(days=366 * usual + days) for days in (-90, 40))
    for at in (within, past):
        assert month(at) == "made"
        line(at)

    assert [part.name for part in kept()] == [f"trust_auditevent_{past:%Y_%m}"]


def test_no_month_within_three_years_goes_even_when_empty() -> None:
    RetentionSettings.objects.create(organisation=OrganisationFactory(), audit_years=3)
    kept()
    young, old = (timezone.now() - timedelta(days=365 * 3 + days) for days in (-20, 40))
    assert (month(young), month(old)) == ("made", "made")

    assert kept() == [Part(f"trust_auditevent_{old:%Y_%m}", "dropped", 0)]
    [(deed,)] = executed(
        "SELECT deed FROM trust_auditevent_drop(%s::regclass, %s)",
        f"trust_auditevent_{young:%Y_%m}",
        young,
    )
    assert deed is None


def test_month_stays_while_a_seal_that_is_judged_stands_for_a_line_of_it(long_ago: None) -> None:
    event = line(LONG_AGO)
    audit.record(verb="young", subject=None)
    seal = audit_seals.seal(now=timezone.now() + timedelta(hours=1))
    assert seal is not None
    assert seal.first_id <= event.pk <= seal.last_id

    assert kept() == []
    executed("ALTER TABLE trust_auditseal DISABLE TRIGGER USER")
    until = timezone.now() - audit_seals.JUDGED_FOR
    AuditSeal.objects.update(until=until + timedelta(minutes=1))
    assert kept() == []
    AuditSeal.objects.update(until=until - timedelta(minutes=1))
    assert kept() == [Part(THAT_MONTH, "dropped", 1)]


def test_seals_hold_over_months_and_see_a_line_that_was_taken_out(long_ago: None) -> None:
    month(LONG_AGO + timedelta(days=31))
    for days in (0, 30, 1, 31):
        line(LONG_AGO + timedelta(days=days))
    last = audit.record(verb="young", subject=None)
    seal = audit_seals.seal(now=timezone.now() + timedelta(hours=1))
    assert seal is not None
    assert list(audit_seals.broken(now=timezone.now())) == []

    executed(f"ALTER TABLE {part_of(last)} DISABLE TRIGGER USER")
    executed(f"DELETE FROM {part_of(last)} WHERE id = %s", last.pk)

    [found] = audit_seals.broken(now=timezone.now())
    assert found.reason == f"{seal.rows} rows were sealed, {seal.rows - 1} are there"


def test_old_lines_of_an_organisation_go_out_of_any_part(long_ago: None) -> None:
    here, there = OrganisationFactory(), OrganisationFactory()
    in_month, without = line(LONG_AGO, here), line(LONG_AGO - timedelta(days=60), here)
    others, young = line(LONG_AGO, there), audit.record(verb="young", subject=here)
    assert (part_of(in_month), part_of(without)) == (THAT_MONTH, "trust_auditevent_default")

    assert audit.forget_old(organisation_id=here.pk, years=5, limit=1) == 1
    assert not AuditEvent.objects.filter(pk=without.pk).exists()
    assert audit.forget_old(organisation_id=here.pk, years=5, limit=10) == 1
    assert audit.forget_old(organisation_id=here.pk, years=5, limit=10) == 0

    left = AuditEvent.objects.filter(organisation__in=[here, there])
    assert set(left.values_list("pk", flat=True)) == {others.pk, young.pk}


def test_command_says_what_was_done(long_ago: None) -> None:
    line(LONG_AGO)
    executed("SELECT 1")
    out = StringIO()

    call_command("audit_months", stdout=out)
    call_command("audit_months", stdout=out)

    assert out.getvalue() == f"{THAT_MONTH}: dropped, 1 lines\nnothing was due\n"
