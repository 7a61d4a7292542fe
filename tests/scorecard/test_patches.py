"""What is locked, and what of the index's answer is newer."""

import pytest

from tests.scorecard import patches

LOCKED = """\
# made by a tool
django==5.2.19 \\
    --hash=sha256:00
    # via sendwell
contourpy==1.4.0 ; python_full_version >= '3.99' \\
    --hash=sha256:00
contourpy==1.3.9 ; python_full_version < '3.99' \\
    --hash=sha256:00
psycopg[binary]==3.3.9
"""


def test_pins_are_those_that_this_python_wants() -> None:
    found = patches.pins(LOCKED)

    assert found == {"django": "5.2.19", "contourpy": "1.3.9", "psycopg": "3.3.9"}


@pytest.mark.parametrize(
    ("version", "series"), [("5.2.19", "5.2.*"), ("3", "3.*"), ("2026.10.19.post1", "2026.10.*")]
)
def test_series(version: str, series: str) -> None:
    assert patches.series(version) == series


@pytest.mark.parametrize(
    ("found", "newer"),
    [("5.2.20", True), ("5.2.19", False), ("5.2.9", False), ("5.2.19.post1", True), ("?", False)],
)
def test_newer_is_by_version_and_not_by_letter(found: str, newer: bool) -> None:
    assert bool(patches.newer({"django": found}, {"django": "5.2.19"})) == newer
