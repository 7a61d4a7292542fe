"""One field for all proofs: its servers take longer to start than most proofs to run."""

from collections.abc import Iterator

import pytest

from tests.chaos import field as fields
from tests.chaos.field import Field


@pytest.fixture(scope="session")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    with fields.laid_out(tmp_path_factory.mktemp("chaos")) as found:
        yield found
