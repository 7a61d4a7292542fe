"""mDiabetes in a country: it needs its numbers and its calendar before anybody can join."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from campaigns import calendar_editing, loading, publish
from campaigns.models import CalendarDate, CampaignVersion
from campaigns.pack import read_pack
from campaigns.publish import PublishRefused
from messaging.clock import calendar_now
from tests import approvals, worlds
from trust.models import User

pytestmark = pytest.mark.django_db

PACK = Path(__file__).resolve().parents[2] / "curricula" / "mdiabetes"
VARIABLES = {
    "programme": "Sweet Life",
    "emergency_number": "999",
    "advice_line": "0808 157 0124",
    "quitline": "0808 157 0123",
}


def approved(variables: dict[str, str]) -> CampaignVersion:
    campaign = worlds.campaign(key="mdiabetes")
    campaign.variables = variables
    campaign.save()
    reviewer = User.objects.create(email="r@clinic.example", organisation=worlds.organisation())
    version = loading.load(pack=read_pack(PACK), campaign=campaign, author=None)
    return approvals.approve(version, reviewer=reviewer)


def expect(key: str, day: date) -> None:
    calendar_editing.add_date(
        calendar_date=CalendarDate(
            organisation=worlds.organisation(), country="GB", key=key, edition=day.year, day=day,
            name=key,
        ),
        actor=None,
    )  # fmt: skip


def test_it_is_published_once_numbers_and_calendar_are_there() -> None:
    version = approved(VARIABLES)
    first = calendar_now().date() + timedelta(days=60)

    with pytest.raises(PublishRefused, match=r"calendar\.ramadan"):
        publish.publish(version=version, actor=None, now=calendar_now())
    expect("ramadan", first)
    expect("eid_al_fitr", first + timedelta(days=30))
    publish.publish(version=version, actor=None, now=calendar_now())

    assert version.status == CampaignVersion.Status.PUBLISHED


@pytest.mark.parametrize("missing", sorted(VARIABLES))
def test_a_number_that_is_missing_stops_it(missing: str) -> None:
    version = approved({key: told for key, told in VARIABLES.items() if key != missing})
    first = calendar_now().date() + timedelta(days=60)
    expect("ramadan", first)
    expect("eid_al_fitr", first + timedelta(days=30))

    with pytest.raises(PublishRefused, match=missing):
        publish.publish(version=version, actor=None, now=calendar_now())
