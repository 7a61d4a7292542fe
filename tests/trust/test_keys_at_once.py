from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.factories import OrganisationFactory
from trust import keys
from trust.models import DataKey
from trust.sealing import Sealer


@pytest.mark.usefixtures("committed")
def test_first_key_asked_for_by_several_at_once_is_one_key() -> None:
    organisation = OrganisationFactory()
    start = Barrier(4)

    def ask() -> Sealer:
        try:
            start.wait(timeout=10)
            return keys.sealer(organisation.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = [future.result() for future in [pool.submit(ask) for _ in range(4)]]

    assert {sealer.key_id for sealer in found} == {DataKey.objects.get().pk}
    blobs = [sealer.seal("a_table.a_column", 1, "a text") for sealer in found]
    keys.forget()
    assert {keys.unseal("a_table.a_column", 1, blob) for blob in blobs} == {"a text"}
