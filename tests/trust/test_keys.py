import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from tests.factories import OrganisationFactory
from trust import keys
from trust.models import DataKey
from trust.sealing import SealBroken

PLACE = "a_table.a_column"
pytestmark = pytest.mark.django_db


class Undone(Exception):
    pass


def seal_and_undo(organisation_id: int) -> None:
    with transaction.atomic():
        keys.sealer(organisation_id)
        raise Undone


def test_sealer_makes_the_first_key_once() -> None:
    organisation = OrganisationFactory()

    first, second = keys.sealer(organisation.pk), keys.sealer(organisation.pk)

    assert first.key_id == second.key_id == DataKey.objects.get(organisation=organisation).pk


def test_sealed_text_opens_in_another_process() -> None:
    blob = keys.sealer(OrganisationFactory().pk).seal(PLACE, 3, "a text")

    keys.forget()

    assert keys.unseal(PLACE, 3, blob) == "a text"


def test_sealer_of_a_key_that_was_rolled_back_is_not_used_again(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    organisation = OrganisationFactory()
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Undone):
        seal_and_undo(organisation.pk)

    blob = keys.sealer(organisation.pk).seal(PLACE, 1, "a text")

    keys.forget()
    assert keys.unseal(PLACE, 1, blob) == "a text"


def test_sealer_after_commit_asks_the_database_no_more(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    organisation = OrganisationFactory()
    with django_capture_on_commit_callbacks(execute=True):
        blob = keys.sealer(organisation.pk).seal(PLACE, 1, "a text")

    with django_assert_num_queries(0):
        keys.sealer(organisation.pk)
        keys.unseal(PLACE, 1, blob)


def test_sealer_takes_the_newest_key_and_older_blobs_still_open() -> None:
    organisation = OrganisationFactory()
    old = keys.sealer(organisation.pk).seal(PLACE, 1, "a text")
    newest = DataKey.objects.create(
        organisation=organisation, version=2, wrapped=keys.wrap(b"n" * 32, organisation.pk, 2)
    )

    current = keys.sealer(organisation.pk)

    assert current.key_id == newest.pk
    assert keys.unseal(PLACE, 1, old) == "a text"


def test_organisations_do_not_share_a_key() -> None:
    first, second = OrganisationFactory(), OrganisationFactory()

    assert keys.sealer(first.pk).key_id != keys.sealer(second.pk).key_id


def test_unseal_under_a_new_master_key_still_opens_what_the_old_one_wrapped(
    settings: Settings,
) -> None:
    settings.MASTER_KEYS = {1: b"1" * 32}
    blob = keys.sealer(OrganisationFactory().pk).seal(PLACE, 1, "a text")
    keys.forget()

    settings.MASTER_KEYS = {1: b"1" * 32, 2: b"2" * 32}

    assert keys.unseal(PLACE, 1, blob) == "a text"


def test_unseal_without_its_master_key_says_which_is_missing(settings: Settings) -> None:
    settings.MASTER_KEYS = {1: b"1" * 32}
    blob = keys.sealer(OrganisationFactory().pk).seal(PLACE, 1, "a text")
    keys.forget()

    settings.MASTER_KEYS = {2: b"2" * 32}

    with pytest.raises(SealBroken, match="version 1"):
        keys.unseal(PLACE, 1, blob)


def test_wrapped_key_moved_to_another_organisation_is_refused() -> None:
    first, second = OrganisationFactory(), OrganisationFactory()
    keys.sealer(first.pk)
    DataKey.objects.filter(organisation=first).update(organisation=second)
    keys.forget()

    with pytest.raises(SealBroken):
        keys.sealer(second.pk)


def test_unseal_after_the_row_was_restored_under_the_process_reads_it_again() -> None:
    organisation = OrganisationFactory()
    keys.sealer(organisation.pk)
    row = DataKey.objects.get(organisation=organisation)
    DataKey.objects.update(wrapped=keys.wrap(b"r" * 32, organisation.pk, row.version))
    restored = keys.Sealer(row.pk, b"r" * 32).seal(PLACE, 1, "a text")

    assert keys.unseal(PLACE, 1, restored) == "a text"


def test_unseal_when_the_data_key_is_gone_is_refused() -> None:
    blob = keys.sealer(OrganisationFactory().pk).seal(PLACE, 1, "a text")
    keys.forget()
    DataKey.objects.all().delete()

    with pytest.raises(SealBroken, match="gone"):
        keys.unseal(PLACE, 1, blob)


def test_wrapped_key_in_the_database_is_not_the_key() -> None:
    wrapped = keys.wrap(b"k" * 32, 1, 1)

    assert b"k" * 8 not in wrapped
    assert connection.vendor == "postgresql"


@pytest.mark.django_db
def test_first_key_made_by_another_meanwhile_is_taken() -> None:
    """Both looked and found none; the second must not make a second key."""
    organisation = OrganisationFactory()
    first = keys._first_row(organisation.pk)

    second = keys._first_row(organisation.pk)

    assert second == first
    assert DataKey.objects.count() == 1
