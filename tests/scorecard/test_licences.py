import pytest

from tests.scorecard import licences

REQUIREMENTS = """\
# a comment
Django_Environ==0.14.0 \\
    --hash=sha256:00
colorama==0.4.6 ; sys_platform == 'beos' \\
    --hash=sha256:00
    # via django-environ==9
"""


@pytest.mark.parametrize(
    "told",
    [
        ("MIT",), ("Apache-2.0 AND MIT",), ("LGPL-3.0-only",), ("BSD",),
        ("", "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)"),
        ("GPL-2.0-only OR MIT",),
    ],
)  # fmt: skip
def test_licence_we_can_use(told: tuple[str, ...]) -> None:
    assert licences.may_be_used(told)


@pytest.mark.parametrize(
    "told",
    [
        (), ("whatever you like",), ("GPL-3.0-or-later",), ("AGPL-3.0",), ("GPLv2",),
        ("MIT AND GPL-2.0-only",), ("AGPL-3.0 OR SSPL-1.0",), ("BUSL-1.1",),
        ("MIT", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"),
    ],
)  # fmt: skip
def test_licence_we_cannot_use_or_do_not_know(told: tuple[str, ...]) -> None:
    assert not licences.may_be_used(told)


def test_parts_are_read_with_their_conditions() -> None:
    assert licences.named_in(REQUIREMENTS) == ["colorama", "django-environ"]
    assert licences.wanted_here(REQUIREMENTS) == ["django-environ"]


def test_part_that_is_not_installed_tells_nothing() -> None:
    assert not licences.of_parts(["no-such-part-of-anything"])[0].may_be_used
