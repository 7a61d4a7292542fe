from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.fake_provider import FakeProviderProcess


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeProviderProcess]:
    with FakeProviderProcess(tmp_path_factory.mktemp("fake") / "ledger.jsonl") as provider:
        yield provider


@pytest.fixture
def provider(running: FakeProviderProcess) -> FakeProviderProcess:
    """One process for a module's tests, behaving well at the start of each."""
    running.faults()
    return running


@pytest.fixture
def own_provider(tmp_path: Path) -> Iterator[FakeProviderProcess]:
    """One that a test may kill."""
    with FakeProviderProcess(tmp_path / "ledger.jsonl") as provider:
        yield provider
