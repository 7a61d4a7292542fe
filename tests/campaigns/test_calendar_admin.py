from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from campaigns.models import CalendarDate, DayOff, Membership, Stage
from tests import worlds
from trust.models import AuditEvent, Organisation, User
from trust.roles import ROLES

pytestmark = pytest.mark.django_db

PAGES = ["calendardate", "dayoff"]
CHANGERS = {"organisation_admin", "programme_manager"}
WIDE = [pytest.param(role, True, id=f"{role}-organisation") for role in ROLES]
NARROW = [pytest.param(role, False, id=f"{role}-campaign") for role in ROLES]


def client_of(role: str, slug: str = "clinic", *, wide: bool = True) -> Client:
    user = User.objects.create(
        email=f"{role}@{slug}.example",
        organisation=worlds.organisation(slug),
        organisation_role=role if wide else "",
        is_staff=True,
    )
    if not wide:
        Membership.objects.create(user=user, campaign=worlds.campaign(slug), role=role)
    client = Client()
    client.force_login(user)
    return client


def ramadan(organisation: Organisation | None = None, edition: int = 1448) -> CalendarDate:
    return CalendarDate.objects.create(
        organisation=organisation or worlds.organisation(),
        country="GB",
        key="ramadan",
        edition=edition,
        day=date(2027, 2, 8),
        name="1 Ramadan",
        is_expected=True,
    )


def christmas(organisation: Organisation | None = None) -> DayOff:
    return DayOff.objects.create(
        organisation=organisation or worlds.organisation(),
        country="GB",
        day=date(2026, 12, 25),
        name="Christmas Day",
        is_off=False,
    )


def rows() -> dict[str, CalendarDate | DayOff]:
    return {"calendardate": ramadan(), "dayoff": christmas()}


def url(page: str, action: str, *args: int) -> str:
    return reverse(f"admin:campaigns_{page}_{action}", args=args)


def new_date(**fields: object) -> dict[str, object]:
    return {
        "organisation": worlds.organisation().pk,
        "country": "EG",
        "key": "ramadan",
        "edition": 1448,
        "name": "1 Ramadan",
        "day": "2027-02-08",
        "is_expected": "on",
        **fields,
    }


def new_day_off(**fields: object) -> dict[str, object]:
    return {
        "organisation": worlds.organisation().pk,
        "country": "GB",
        "day": "2027-03-29",
        "name": "Easter Monday",
        "is_off": "on",
        **fields,
    }


NEW = {"calendardate": new_date, "dayoff": new_day_off}


def page_text(answer: HttpResponse) -> str:
    return answer.content.decode()


@pytest.mark.parametrize(("role", "wide"), WIDE + NARROW)
def test_every_organisation_wide_role_reads_and_no_campaign_role_does(
    role: str, wide: bool
) -> None:
    own = rows()
    client = client_of(role, wide=wide)

    for page, row in own.items():
        assert client.get(url(page, "changelist")).status_code == (200 if wide else 403)
        assert client.get(url(page, "change", row.pk)).status_code == (200 if wide else 404)


@pytest.mark.parametrize(("role", "wide"), WIDE + NARROW)
def test_only_admin_and_manager_of_the_organisation_change_anything(role: str, wide: bool) -> None:
    own = rows()
    client = client_of(role, wide=wide)
    may = wide and role in CHANGERS
    done = 302 if may else 403 if wide else 404

    for page, row in own.items():
        added = client.post(url(page, "add"), NEW[page]())
        moved = client.post(url(page, "change", row.pk), {"name": "Renamed", "day": "2027-02-09"})
        row.refresh_from_db()
        assert added.status_code == (302 if may else 403), page
        assert moved.status_code == done, page
        assert (row.name == "Renamed") is may
        gone = client.post(url(page, "delete", row.pk), {"post": "yes"})
        assert gone.status_code == done, page
        assert type(row).objects.filter(pk=row.pk).exists() is not may


@pytest.mark.parametrize("role", sorted(CHANGERS))
def test_another_organisations_rows_are_not_there(role: str) -> None:
    hospital = worlds.organisation("hospital")
    foreign = {"calendardate": ramadan(hospital), "dayoff": christmas(hospital)}
    client = client_of(role)

    for page, row in foreign.items():
        assert client.get(url(page, "changelist")).context["cl"].queryset.count() == 0
        for action in ("change", "delete"):
            answer = client.post(url(page, action, row.pk), {"name": "Mine", "post": "yes"})
            assert answer.status_code == 404
        row.refresh_from_db()
        assert row.name != "Mine"


@pytest.mark.parametrize("page", PAGES)
def test_row_can_not_be_written_into_another_organisation(page: str) -> None:
    client = client_of("programme_manager")
    foreign = worlds.organisation("hospital").pk

    answer = client.post(url(page, "add"), NEW[page](organisation=foreign))

    assert answer.status_code == 200
    assert "organisation" in answer.context["adminform"].form.errors
    assert not CalendarDate.objects.exists()
    assert not DayOff.objects.exists()


@pytest.mark.parametrize("page", PAGES)
def test_new_row_starts_in_the_own_organisation_and_country(page: str) -> None:
    form = client_of("programme_manager").get(url(page, "add")).context["adminform"].form

    assert form.initial["organisation"] == worlds.organisation().pk
    assert form.initial["country"] == "GB"
    assert ("EG", "Egypt") in form.fields["country"].choices


@pytest.mark.parametrize("page", PAGES)
def test_country_that_is_none_is_refused(page: str) -> None:
    answer = client_of("programme_manager").post(url(page, "add"), NEW[page](country="XX"))

    assert "country" in answer.context["adminform"].form.errors


def test_list_shows_the_country_by_name_and_filters_by_it() -> None:
    ramadan()
    client = client_of("auditor")

    everything = client.get(url("calendardate", "changelist"))
    british = client.get(url("calendardate", "changelist"), {"country": "GB"})
    egyptian = client.get(url("calendardate", "changelist"), {"country": "EG"})

    assert page_text(everything).count("United Kingdom") >= 2
    assert british.context["cl"].queryset.count() == 1
    assert egyptian.context["cl"].queryset.count() == 0


def test_added_date_is_kept_with_one_audit_row() -> None:
    client_of("programme_manager").post(url("calendardate", "add"), new_date())

    row = CalendarDate.objects.get()
    event = AuditEvent.objects.get(subject_type="campaigns.calendardate")
    assert (row.country, row.key, row.edition, row.day) == ("EG", "ramadan", 1448, date(2027, 2, 8))
    assert (event.verb, event.actor_label) == ("calendar_date.add", "programme_manager")


def test_same_edition_twice_is_told_in_the_form() -> None:
    client = client_of("programme_manager")
    client.post(url("calendardate", "add"), new_date())

    answer = client.post(url("calendardate", "add"), new_date(day="2027-02-09"))

    assert answer.status_code == 200
    assert CalendarDate.objects.count() == 1


def test_day_out_of_order_is_told_in_the_form() -> None:
    client = client_of("programme_manager")
    client.post(url("calendardate", "add"), new_date())

    answer = client.post(url("calendardate", "add"), new_date(edition=1449))

    assert "after edition 1448" in str(answer.context["adminform"].form.errors["day"])


def test_identity_of_a_date_can_not_be_changed() -> None:
    row = ramadan()

    client_of("programme_manager").post(
        url("calendardate", "change", row.pk), new_date(day="2027-02-09", edition=1449, key="eid")
    )

    row.refresh_from_db()
    assert (row.country, row.key, row.edition) == ("GB", "ramadan", 1448)
    assert row.day == date(2027, 2, 9)


def test_moved_date_names_the_campaigns_that_count_from_it() -> None:
    row = ramadan()
    counting = worlds.version(published=False)
    Stage.objects.create(
        version=counting,
        key="fast",
        name="fast",
        position=9,
        anchor="calendar.ramadan",
        track="core",
        late="skip",
        shelf_hours=4,
    )
    worlds.publish(counting)
    client = client_of("programme_manager")
    change = url("calendardate", "change", row.pk)

    moved = client.post(change, {"name": "1 Ramadan", "day": "2027-02-09"}, follow=True)
    gone = client.post(url("calendardate", "delete", row.pk), {"post": "yes"})
    swept = client.post(
        url("calendardate", "changelist"),
        {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
    )

    assert "Counts from it, and follows: Quit." in page_text(moved)
    assert gone.status_code == 403
    assert swept.status_code in {200, 302, 403}
    assert CalendarDate.objects.filter(pk=row.pk).exists()


def test_several_dates_nobody_counts_from_are_deleted_with_an_audit_row_each() -> None:
    first, second = ramadan(edition=1448), ramadan(edition=1449)

    client_of("programme_manager").post(
        url("calendardate", "changelist"),
        {
            "action": "delete_selected",
            "_selected_action": [first.pk, second.pk],
            "post": "yes",
        },
    )

    assert not CalendarDate.objects.exists()
    assert AuditEvent.objects.filter(verb="calendar_date.remove").count() == 2


def test_day_off_is_changed_with_an_audit_row() -> None:
    row = christmas()

    client_of("organisation_admin").post(
        url("dayoff", "change", row.pk), {"name": "Christmas", "is_off": "on"}
    )

    row.refresh_from_db()
    assert row.is_off
    assert AuditEvent.objects.get(verb="dayoff.changed").actor_label == "organisation_admin"
