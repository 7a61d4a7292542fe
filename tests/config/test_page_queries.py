"""No page of a manager's takes more than twelve queries, with ten thousand rows behind it.

The pages are taken from the URL map, so a new one is held to it from its first day.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from campaigns.models import CampaignVersion
from enrolment import demo, seeding
from enrolment.seeding import Amounts
from messaging import clock
from research import counting
from tests.config.page_list import address, manager_of, pages
from tests.signing_in import with_second_factor

pytestmark = pytest.mark.django_db

MOST = 12
ROWS = Amounts(participants=1500, messages=10_000, inbound=400)
_CONTENT = "reads a version's content table by table, however many people there are"
_INLINES = "asks anew for each inline whether the row may be changed"
_PARTS = "each part of the page reads its own rows, of one person or one campaign"
#: What takes more, how many at most, and why it may.
EXCEPTIONS: dict[str, tuple[int, str]] = {
    "admin:campaigns_campaign_change": (25, _INLINES),
    "admin:campaigns_campaign_remaining": (16, _PARTS),
    "admin:campaigns_campaignversion_change": (14, _INLINES),
    "admin:enrolment_case_change": (26, _PARTS),
    "admin:enrolment_case_changelist": (14, "four shelves with their counts, and the overdue"),
    "admin:campaigns_membership_change": (15, _INLINES),
    "admin:messaging_message_change": (13, _PARTS),
    "admin:messaging_sender_change": (21, _INLINES),
    "campaigns:lint": (21, _CONTENT),
    "campaigns:review": (22, _CONTENT),
    "campaigns:text": (21, _CONTENT),
    "enrolment:ethics_pack": (21, _CONTENT),
    "enrolment:forecast": (26, _CONTENT),
    "enrolment:phone": (15, _PARTS),
    "enrolment:publish_checks": (17, _CONTENT),
    "enrolment:version_preview": (13, _CONTENT),
}


@pytest.fixture(scope="module")
def manager(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    """Signed in to the demo, with ten thousand rows in it, which are gone with the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.seed(curricula=settings.CURRICULA_DIR)
        version = CampaignVersion.objects.select_related("campaign").get()
        now = clock.calendar_now()
        list(seeding.seed(version=version, amounts=ROWS, seed_number=1, now=now))
        counting.refresh(now=now)
        yield with_second_factor(manager_of(version.campaign.organisation))
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(pages()))
def test_page_takes_few_queries(manager: Client, name: str) -> None:
    url = address(name)
    if url is None:
        return
    # What a process keeps, such as a compiled version, is asked for once.
    first = manager.get(url)

    with CaptureQueriesContext(connection) as asked:
        answer = manager.get(url)

    assert answer.status_code == first.status_code
    # The module's transaction turns each of a page's own into a savepoint.
    queries = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    most = EXCEPTIONS.get(name, (MOST, ""))[0]
    assert len(queries) <= most, "\n".join(queries)


def test_exceptions_are_pages_with_a_reason() -> None:
    assert set(EXCEPTIONS) <= set(pages())
    assert all(why for _, why in EXCEPTIONS.values())
