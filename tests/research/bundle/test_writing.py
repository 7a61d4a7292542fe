"""A whole bundle of the few people of `crowd`."""

from pathlib import Path

import pytest

from research.bundle.people import Scope
from research.bundle.writing import Made, Wanted, write
from tests import worlds
from tests.research import crowd

pytestmark = pytest.mark.django_db(transaction=True)
KEY = bytes(range(32))


def made(folder: Path, key: bytes = KEY, **more: object) -> Made:
    campaign = worlds.campaign()
    scope = Scope(campaign.pk, key, crowd.NOW)
    wanted = Wanted(campaign, scope, **more)  # type: ignore[arg-type]
    return write(wanted=wanted, folder=folder, told=lambda done, total: None)


def test_x(tmp_path: Path) -> None:
    crowd.people()
    found = made(tmp_path, texts=True)
    print(found)
    for path in sorted(tmp_path.rglob("*")):
        if path.suffix in (".csv", ".md", ".json"):
            print("==", path.name)
            print(path.read_text()[:3000])
    assert 0
