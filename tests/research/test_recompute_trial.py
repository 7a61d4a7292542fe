"""What a stranger reckons of a trial from its bundle is what the trial's report shows."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from frictionless import Package

from campaigns.models import Membership, Trial
from messaging.models import CalendarOffset
from research.bundle.people import Scope
from research.bundle.writing import Wanted, write
from research.trial_file import HEADS
from tests.research import (
    recompute,
    recompute_trial,
    seeded_beside,
    seeded_draws,
    seeded_trial,
)
from tests.signing_in import with_second_factor
from trust.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

#: Where the data end, and where the page looks from; far ahead, as the clock goes forward alone.
CUT = datetime(2036, 2, 20, 12, tzinfo=UTC)
ARMS = ("usual", "new")
LEVELS = (
    "allocated", "received", "stayed", "withdrew", "lost", "no_date", "not_due", "silent",
    "answered",
)  # fmt: skip
#: Part, figure, arm, basis.
Key = tuple[str, str, str, str]
Told = list[float | None]
#: Value, low, high, p, the arm's share as two counts, the other's, strata.
Numbers = dict[Key, Told]


def test_stratified_trial_of_five_hundred_is_what_its_report_shows(tmp_path: Path) -> None:
    trial = seeded_trial.make(500, cut=CUT, blinded=False)
    seeded_beside.add(trial, CUT)

    page = Page(trial)
    found = reckoned(bundle(trial, tmp_path), trial)

    assert Package(str(tmp_path / "datapackage.json")).validate().valid
    assert found.pop(("proximal", "day.1.apart_from_answers_and_texts", "", ""))[0] == 0
    assert found == page.figures
    assert {key[0] for key in found} == {
        "flow", "abstinence", "leaving", "means", "balance", "proximal",
    }  # fmt: skip
    assert all(found["flow", level, arm, ""][0] for level in LEVELS for arm in ARMS)
    for part in ("flow", "abstinence", "leaving", "means", "balance", "proximal", "points"):
        page.shows(part, found)
    surveys = figures(recompute, tmp_path)
    assert surveys["abstinence"] == surveys["told_abstinence"]


def test_micro_randomised_step_is_what_its_report_shows(tmp_path: Path) -> None:
    trial = seeded_draws.make(CUT)

    page = Page(trial)
    found = reckoned(bundle(trial, tmp_path), trial)

    assert found.pop(("proximal", "day.1.apart_from_answers_and_texts", "", ""))[0] == 0
    assert found == page.figures
    for count in ("decided", "not_over", "not_random", "unavailable.paused"):
        assert (found["proximal", f"day.1.{count}", "", ""][0] or 0) > 20
    effect = found["proximal", "day.1.difference", "text", ""][0]
    assert 0.05 < (effect or 0) < 0.2
    page.shows("proximal", found)
    page.shows("points", found)


def bundle(trial: Trial, folder: Path) -> Path:
    campaign = trial.campaign
    scope = Scope(campaign.pk, bytes(32), CUT)
    write(wanted=Wanted(campaign, scope), folder=folder, told=lambda done, total: None)
    return folder


def reckoned(folder: Path, trial: Trial) -> Numbers:
    return keyed(
        [[row[head] for head in HEADS] for row in figures(recompute_trial, folder, trial.key)]
    )


def figures(script: ModuleType, folder: Path, *more: str) -> Any:
    """By a process that has nothing of ours to import."""
    command = [sys.executable, "-I", str(script.__file__), str(folder), *more]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    return json.loads(said.stdout)


def keyed(rows: Iterable[Sequence[Any]]) -> Numbers:
    """{(part, figure, arm, basis): value, low, high, p, the counts, the strata}"""
    return {
        (str(row[0]), str(row[1]), str(row[2]), str(row[4])): [
            None if each is None else float(each) for each in row[5:]
        ]
        for row in rows
    }


def near(found: Numbers) -> dict[Key, list[Any]]:
    """Two libraries that look for the same maximum stop a hair apart."""
    return {
        key: [None if each is None else pytest.approx(each, rel=1e-5, abs=1e-9) for each in told]
        for key, told in found.items()
    }


class Page:
    """The report as somebody who may unblind opens it."""

    def __init__(self, trial: Trial) -> None:
        user = User.objects.create(
            email="k@clinic.example", name="K", organisation=trial.campaign.organisation,
            is_staff=True,
        )  # fmt: skip
        Membership.objects.create(user=user, campaign=trial.campaign, role="trial_keeper")
        CalendarOffset.objects.update_or_create(pk=1, defaults={"offset": CUT - datetime.now(UTC)})
        client: Client = with_second_factor(user)
        answer = client.get(reverse("research:trial", args=[trial.pk]))
        assert answer.status_code == 200
        self.figures = near(keyed(answer.context["report"].rows))
        self._tables = Tables(answer.content.decode())

    def shows(self, part: str, found: Numbers) -> None:
        """Every number in the part's table, as rounded there, in its place."""
        shown = self._tables.numbers[part]
        expected = list(EXPECTED[part](found))
        assert len(shown) == len(expected), part
        for cells, numbers in zip(shown, expected, strict=True):
            told = [each for each in numbers if each is not None]
            assert len(cells) == len(told), (part, cells, told)
            for cell, number in zip(cells, told, strict=True):
                half = 0.5 / 10 ** len(cell.partition(".")[2])
                assert abs(float(cell) - number) <= half + 1e-7, (part, cells, told)


class Tables(HTMLParser):
    """The numbers in the cells of each section's table, row by row; not in the rows' heads and not
    in words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.numbers: dict[str, list[list[str]]] = {}
        self._section, self._in_cell, self._in_body = "", False, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self._section = dict(attrs).get("id") or ""
        self._in_body = (self._in_body or tag == "tbody") and tag != "table"
        self._in_cell = tag == "td" and self._in_body
        if tag == "tr" and self._in_body:
            self.numbers.setdefault(self._section, []).append([])

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._in_cell and not data[:1].isalpha():
            told = data.replace("\u2212", "-").replace(",", "")
            self.numbers[self._section][-1] += re.findall(r"-?\d+(?:\.\d+)?", told)


def flow_rows(found: Numbers) -> Iterator[Told]:
    excluded = [told[0] for key, told in found.items() if key[1].startswith("excluded.")]
    yield [found["flow", "assessed", "", ""][0]]
    yield from ([count] for count in sorted(excluded, key=lambda count: -(count or 0)))
    yield [found["flow", "on_the_way_in", "", ""][0]]
    by_level = {level: [found["flow", level, arm, ""][0] or 0 for arm in ARMS] for level in LEVELS}
    by_level["not_received"] = less(by_level["allocated"], by_level["received"])
    by_level["analysed"] = plus(by_level["silent"], by_level["answered"])
    for level in (
        "allocated", "received", "not_received", "stayed", "withdrew", "lost", "no_date",
        "not_due", "analysed", "answered", "silent",
    ):  # fmt: skip
        yield [sum(by_level[level]), *by_level[level]]


def less(whole: list[float], part: list[float]) -> list[float]:
    return [one - other for one, other in zip(whole, part, strict=True)]


def plus(one: list[float], other: list[float]) -> list[float]:
    return [each + more for each, more in zip(one, other, strict=True)]


def abstinence_rows(found: Numbers) -> Iterator[Told]:
    for window in (7, 30):
        for basis in ("due", "answers"):
            told = {
                name: found["abstinence", f"d30.w{window}.{name}", "new", basis]
                for name in ("difference", "ratio", "odds_ratio")
            }
            yield [
                *shares(told["ratio"]), *points(told["difference"]), *told["ratio"][:3],
                *told["odds_ratio"][:3], chance(told["ratio"]),
            ]  # fmt: skip


def leaving_rows(found: Numbers) -> Iterator[Told]:
    told = found["leaving", "hazard_ratio", "new", ""]
    yield [*shares(told), *told[:3], chance(told)]


def means_rows(found: Numbers) -> Iterator[Told]:
    for what in ("answers", "texts"):
        told = found["means", f"{what}.difference", "new", ""]
        samples = [sample(found, "means", what, arm) for arm in ("new", "usual")]
        yield [*samples[0], *samples[1], *told[:3], chance(told)]


def balance_rows(found: Numbers) -> Iterator[Told]:
    """Numbers first, then the values of each; in the order of their names."""
    names = {key[1].partition(".")[0] for key in found if key[0] == "balance"}
    numbers = {name for name in names if ("balance", f"{name}.mean", "new", "") in found}
    for name in [*sorted(numbers), *sorted(names - numbers, key=lambda each: each.split("="))]:
        apart = found["balance", f"{name}.standardised_difference", "new", ""][0]
        if name in numbers:
            cells = [each for arm in ARMS for each in sample(found, "balance", name, arm)]
        else:
            cells = [each for arm in ARMS for each in share(found["balance", name, arm, ""][4:6])]
        yield [*cells, apart]


def proximal_rows(found: Numbers) -> Iterator[Told]:
    told = found["proximal", "day.1.difference", "text", ""]
    people = found["proximal", "day.1.people", "", ""][0]
    yield [*shares(told), *points(told), chance(told), people]


def points_rows(found: Numbers) -> Iterator[Told]:
    used = sum(
        found["proximal", f"day.1.{name}", option, ""][5] or 0
        for name, option in (("reference", "nothing"), ("difference", "text"))
    )
    counts = [found["proximal", f"day.1.{name}", "", ""][0] for name in ("not_over", "not_random")]
    away = [told[0] for key, told in found.items() if ".unavailable." in key[1]]
    yield from ([each] for each in (found["proximal", "day.1.decided", "", ""][0], used))
    yield from ([each] for each in (*counts, *away))


def share(counts: Told) -> Told:
    part, whole = counts
    assert part is not None
    assert whole
    return [100 * part / whole, part, whole]


def shares(told: Told) -> Told:
    return [*share(told[4:6]), *share(told[6:8])]


def points(told: Told) -> Told:
    return [None if each is None else 100 * each for each in told[:3]]


def chance(told: Told) -> float | None:
    """As the page says it: below a thousandth no nearer."""
    return None if told[3] is None else max(told[3], 0.001)


def sample(found: Numbers, part: str, what: str, arm: str) -> Told:
    return [found[part, f"{what}.{name}", arm, ""][0] for name in ("mean", "sd", "n")]


EXPECTED: Mapping[str, Callable[[Numbers], Iterator[Told]]] = {
    "flow": flow_rows, "abstinence": abstinence_rows, "leaving": leaving_rows,
    "means": means_rows, "balance": balance_rows, "proximal": proximal_rows,
    "points": points_rows,
}  # fmt: skip
