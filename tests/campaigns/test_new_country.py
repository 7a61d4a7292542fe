"""A curriculum made a country's campaign: what the verb makes, and what it refuses."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from campaigns import new_country, publish
from campaigns.country_days import PlannedDay
from campaigns.country_plan import CountryPlan
from campaigns.country_sender import PLACEHOLDER, Price
from campaigns.curricula import shipped
from campaigns.faults import CountryRefused
from campaigns.models import CalendarDate, Campaign, CampaignVersion
from campaigns.pack_values import Pack, PackSlot
from campaigns.remaining import remaining
from messaging.models import Sender
from tests import worlds
from tests.approvals import approve
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

NOON = worlds.NOON


def pack(key: str = "mcessation") -> Pack:
    found = shipped(key)
    assert found is not None
    return found


def plan(**changes: object) -> CountryPlan:
    usual = CountryPlan(
        country="GB",
        key="quit-britain",
        name="Quit smoking Britain",
        time_zone="Europe/London",
        languages=("en",),
        default_language="en",
        hours=PackSlot(time(8), time(20, 30)),
        slots={},
        variables={
            "quitline": "0300 123 1044",
            "emergency_number": "999",
            "programme": "Breathe Easy",
        },
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def diabetes(**changes: object) -> CountryPlan:
    variables = {**plan().variables, "advice_line": "111"}
    return plan(**{"key": "sugar", "variables": variables, **changes})


def start(of: CountryPlan, key: str = "mcessation", **more: object) -> CampaignVersion:
    given = {
        "sender": worlds.sender(),
        "price": Price(),
        "days": {},
        "actor": None,
        "now": NOON,
        **more,
    }
    return new_country.start(
        pack=pack(key),
        plan=of,
        organisation=worlds.organisation(),
        **given,  # type: ignore[arg-type]
    )


def refused(of: CountryPlan, key: str = "mcessation", **more: object) -> dict[str, str]:
    with pytest.raises(CountryRefused) as caught:
        start(of, key, **more)
    assert not Campaign.objects.filter(key=of.key).exists()
    return {fault.field: fault.message for fault in caught.value.faults}


def test_country_gets_a_campaign_and_a_draft_by_its_maker() -> None:
    maker = User.objects.create(email="m@clinic.example", organisation=worlds.organisation())

    version = start(plan(minimum_age=17), actor=maker)

    campaign = version.campaign
    assert (version.status, version.number, version.author) == ("draft", 1, maker)
    assert (campaign.country, campaign.time_zone, campaign.minimum_age) == (
        "GB", "Europe/London", 17,
    )  # fmt: skip
    assert campaign.variables == plan().variables
    assert campaign.sender == worlds.sender()
    verbs = set(AuditEvent.objects.filter(actor=maker).values_list("verb", flat=True))
    assert {"campaign.start", "version.load"} <= verbs


def test_languages_left_out_leave_nothing_behind() -> None:
    version = start(plan())

    assert version.languages == ["en"]
    assert set(version.texts.values_list("language", flat=True)) == {"en"}
    assert set(version.keywords.values_list("language", flat=True)) <= {"en", "any"}
    assert "language" not in version.onboarding
    assert not version.keywords.filter(action="language").exists()


def test_two_of_three_languages_keep_the_question_which_without_the_third() -> None:
    version = start(plan(languages=("en", "nb")))

    choices = version.questions.get(key="language").choices
    assert [choice["value"] for choice in choices] == ["en", "nb"]
    told = " ".join(task.what for task in remaining(version, now=NOON))
    assert "question.language (en)" in told
    assert "question.language (nb)" in told


def test_hours_and_slots_are_the_countrys() -> None:
    own = PackSlot(time(8, 30), time(8, 50))

    version = start(plan(hours=PackSlot(time(8, 30), time(21)), slots={"early": own}))

    assert (version.hours_start, version.hours_end) == (time(8, 30), time(21))
    assert version.slots["early"] == ["08:30", "08:50"]
    assert version.slots["night"] == ["20:05", "20:20"]


def test_everything_wrong_is_told_at_once_and_nothing_is_made() -> None:
    worlds.campaign(key="taken")

    found = new_country_faults(
        plan(
            key="taken",
            name=" ",
            time_zone="Mars/Base",
            languages=("en", "sv"),
            default_language="nb",
            hours=PackSlot(time(9), time(20, 30)),
            slots={"noon": None},
            variables={"quitline": "{{ x }}", "emergency_number": "", "nurse": "1"},
        )
    )

    assert found == {
        "key", "name", "time_zone", "languages", "default_language", "slot_early", "slot_noon",
        "set_quitline", "set_emergency_number", "set_programme", "set_nurse",
    }  # fmt: skip


def new_country_faults(of: CountryPlan) -> set[str]:
    with pytest.raises(CountryRefused) as caught:
        start(of)
    assert Campaign.objects.count() == 1
    return {fault.field for fault in caught.value.faults}


@pytest.mark.parametrize("missing", ["quitline", "emergency_number", "programme"])
def test_no_variable_has_a_default(missing: str) -> None:
    variables = {**plan().variables, missing: " "}

    assert "no default" in refused(plan(variables=variables))[f"set_{missing}"]


def test_another_countrys_emergency_number_needs_somebody_who_rang_it() -> None:
    variables = {**plan().variables, "emergency_number": "911 000"}

    assert (
        "not known as an emergency number"
        in refused(plan(variables=variables))["set_emergency_number"]
    )

    version = start(plan(variables=variables, numbers_confirmed=True))
    assert version.campaign.variables["emergency_number"] == "911 000"


def test_value_that_doubles_the_price_of_texts_is_refused() -> None:
    variables = {**plan().variables, "programme": "Дышите"}

    assert "segment more" in refused(plan(variables=variables))["set_programme"]


def test_without_a_sender_a_place_is_held_that_nothing_is_published_on() -> None:
    version = start(plan(), sender=None, price=Price(Decimal("0.03"), "GBP"))

    held = version.campaign.sender
    assert (held.address, held.provider, held.is_active) == (PLACEHOLDER, "fake", False)
    assert held.segment_price == Decimal("0.03")
    assert "999" in held.help_text
    held.full_clean()
    reviewer = User.objects.create(email="r@clinic.example", organisation=worlds.organisation())
    approve(version, reviewer=reviewer)
    with pytest.raises(publish.PublishRefused, match="nobody can text to the sender"):
        publish.publish(version=version, actor=reviewer, now=NOON)


def test_price_goes_to_a_sender_that_has_none_and_to_no_other() -> None:
    start(plan(), price=Price(Decimal("0.035"), "GBP"))

    assert worlds.sender().segment_price == Decimal("0.035")
    again = refused(plan(key="second"), price=Price(Decimal("0.05"), "GBP"))
    assert "has a price already" in again["price"]


@pytest.mark.parametrize(
    ("price", "field"),
    [
        (Price(Decimal("0.03"), ""), "currency"),
        (Price(None, "GBP"), "price"),
        (Price(Decimal("0.03"), "pounds"), "currency"),
        (Price(Decimal("-1"), "GBP"), "price"),
    ],
)
def test_half_a_price_is_no_price(price: Price, field: str) -> None:
    assert field in refused(plan(), price=price)


def test_sender_of_another_country_or_organisation_is_refused() -> None:
    Sender.objects.filter(pk=worlds.sender().pk).update(country="NO")

    assert "takes no numbers of GB" in refused(plan())["sender"]
    assert "own senders" in refused(plan(), sender=worlds.sender("hospital"))["sender"]


def test_days_to_count_from_are_written_as_expected_until_confirmed() -> None:
    confirmed = PlannedDay(date(2027, 2, 9), confirmed=True)

    start(diabetes(), "mdiabetes", days={"ramadan": confirmed})

    next_ramadan = CalendarDate.objects.get(key="ramadan", edition=1448)
    assert (next_ramadan.day, next_ramadan.is_expected) == (date(2027, 2, 9), False)
    assert CalendarDate.objects.get(key="eid_al_fitr", edition=1448).is_expected
    assert CalendarDate.objects.filter(key="ramadan", is_expected=True).exists()


def test_day_that_stands_stays_as_it_is() -> None:
    stands = CalendarDate.objects.create(
        organisation=worlds.organisation(), country="GB", key="ramadan", edition=1448,
        day=date(2027, 2, 7), name="Ramadan",
    )  # fmt: skip

    start(diabetes(), "mdiabetes")

    stands.refresh_from_db()
    assert (stands.day, stands.is_expected) == (date(2027, 2, 7), False)


@pytest.mark.parametrize(
    ("key", "day", "told"),
    [
        ("ramadan", date(2027, 3, 8), "more than 3 days"),
        ("ramadan", date(2026, 2, 18), "a day to come"),
        ("easter", date(2027, 3, 28), "counts from no calendar date"),
    ],
)
def test_day_that_cannot_be_right_is_refused(key: str, day: date, told: str) -> None:
    assert told in refused(diabetes(), "mdiabetes", days={key: PlannedDay(day)})[f"date_{key}"]


def test_what_remains_shrinks_to_what_is_needed() -> None:
    version = start(diabetes(), "mdiabetes", sender=None)

    before = [task for task in remaining(version, now=NOON) if task.needed]
    assert [task.about for task in before] == ["sender", "linter", "linter", *["version"] * 6]

    Sender.objects.filter(pk=version.campaign.sender_id).update(
        address="60123", is_active=True, provider="twilio"
    )
    reviewer = User.objects.create(email="r@clinic.example", organisation=worlds.organisation())
    CampaignVersion.objects.filter(pk=version.pk).update(
        clinical_reviewer="Dr A", clinical_body="Board", clinical_date=NOON.date()
    )
    after = approve(CampaignVersion.objects.get(pk=version.pk), reviewer=reviewer)

    assert needed(after) == ["Publish it."]
    publish.publish(version=after, actor=reviewer, now=NOON)
    assert needed(after) == []


def test_missing_day_and_number_are_named() -> None:
    version = start(diabetes(), "mdiabetes")
    CalendarDate.objects.all().delete()
    Campaign.objects.filter(pk=version.campaign_id).update(variables={"programme": "Sweet spot"})

    told = needed(CampaignVersion.objects.get(pk=version.pk))

    assert "1 Ramadan: add its next day to the country's calendar." in told
    assert any(each.startswith("advice_line has no value.") for each in told)


def needed(version: CampaignVersion) -> list[str]:
    return [task.what for task in remaining(version, now=NOON) if task.needed]
