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

from campaigns import loading
from campaigns.models import CampaignVersion
from campaigns.unloading import as_pack
from enrolment import demo, seeding
from enrolment.seeding import Amounts
from messaging import clock
from research import counting
from tests.config.page_list import address, manager_of, of_version, pages
from tests.signing_in import with_second_factor

pytestmark = pytest.mark.django_db

MOST = 12
#: The module's transaction turns each of a page's own into a savepoint; a session says once a
#: minute that it was seen, whatever page is asked for then.
_NO_PAGES = ("SAVEPOINT", "RELEASE SAVEPOINT", 'UPDATE "django_session"')
ROWS = Amounts(participants=1500, messages=10_000, inbound=400)
#: Pages of a version, asked of a draft as well, which nobody has judged and the linter reads.
OF_A_DRAFT = (
    "campaigns:edit", "campaigns:lint", "campaigns:review", "campaigns:text", "campaigns:texts",
    "enrolment:ethics_pack", "enrolment:publish_checks", "enrolment:publish_path",
)  # fmt: skip


@pytest.fixture(scope="module")
def manager(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    """Signed in to the demo, with ten thousand rows in it, which are gone with the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.seed(curricula=settings.CURRICULA_DIR)
        version = CampaignVersion.objects.select_related("campaign").get()
        now = clock.calendar_now()
        list(seeding.seed(version=version, amounts=ROWS, seed_number=1, now=now))
        counting.count_all(now=now, anew=False)
        # Asked once, here: at the end of a test the rows of this transaction would be asked again.
        connection.check_constraints()
        yield with_second_factor(manager_of(version.campaign.organisation))
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(pages()))
def test_page_takes_few_queries(manager: Client, name: str) -> None:
    url = address(name)
    if url is None:
        return

    assert_few(manager, url)


@pytest.mark.slow
@pytest.mark.parametrize("status", ["draft", "in_review"])
@pytest.mark.parametrize("name", OF_A_DRAFT)
def test_page_of_a_version_before_it_is_out_takes_few_queries(
    manager: Client, name: str, status: str
) -> None:
    live = CampaignVersion.objects.get(status="published")
    with transaction.atomic():
        draft = loading.load(pack=as_pack(live), campaign=live.campaign, author=None)
        CampaignVersion.objects.filter(pk=draft.pk).update(status=status)

        assert_few(manager, of_version(name, draft))
        transaction.set_rollback(True)


def assert_few(manager: Client, url: str) -> None:
    # What a process keeps, such as a compiled version, is asked for once.
    first = manager.get(url)

    with CaptureQueriesContext(connection) as asked:
        answer = manager.get(url)

    assert answer.status_code == first.status_code
    queries = [one["sql"] for one in asked if not one["sql"].startswith(_NO_PAGES)]
    assert len(queries) <= MOST, "\n".join(queries)
