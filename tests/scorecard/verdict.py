"""How a line ended, from what pytest wrote down of it and what its proof printed. Pure."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

PASSED, FAILED, NOT_RUN, NOT_BUILT = "passed", "failed", "not run", "not built"
#: What pytest says by its code when all went well; and when it was told to run nothing.
_WELL = 0
_EXAMPLES = re.compile(r"(\d+) passing, \d+ failing")
_STATISTICS = "hypothesis-statistics-"


@dataclass(frozen=True, slots=True)
class Verdict:
    state: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    #: Why it did not pass, in a few words.
    because: str = ""


def of_tests(report: Element | None, code: int, printed: str) -> Verdict:
    """`report` is pytest's JUnit file, where it wrote one."""
    if report is None:
        return Verdict(FAILED, figures_in(printed), f"pytest ended with {code} and no report")
    cases = list(report.iter("testcase"))
    broken = [case for case in cases if _has(case, "failure") or _has(case, "error")]
    skipped = [case for case in cases if _has(case, "skipped")]
    figures = {"tests": len(cases) - len(skipped), **_examples(report), **figures_in(printed)}
    if broken or code != _WELL:
        names = ", ".join(sorted({case.get("name", "").partition("[")[0] for case in broken}))
        return Verdict(FAILED, figures, names or f"pytest ended with {code}")
    if skipped or not cases:
        return Verdict(NOT_RUN, figures, f"{len(skipped)} of {len(cases)} tests were skipped")
    return Verdict(PASSED, figures)


def of_program(code: int, printed: str) -> Verdict:
    """Of one that prints a line with `check` and `state` for each thing it looked at."""
    told = [each for each in _lines(printed) if "check" in each]
    figures = {each["check"]: each.get("told") or each["state"] for each in told}
    unlike = {each["state"] for each in told} - {PASSED}
    because = ", ".join(
        f"{each['check']}: {each.get('told') or each['state']}"
        for each in told
        if each["state"] != PASSED
    )
    if code != _WELL or FAILED in unlike or not told:
        return Verdict(FAILED, figures, because or f"ended with {code}")
    return Verdict(NOT_RUN if unlike else PASSED, figures, because)


def figures_in(printed: str) -> dict[str, Any]:
    """Of all lines of figures a proof printed; a name that comes again has its last value. Where
    `proof` says more than the line's key, as "R22 unguarded", each name does too."""
    found: dict[str, Any] = {}
    for line in _lines(printed):
        if "proof" in line:
            _, _, more = str(line.pop("proof")).partition(" ")
            found |= {f"{more} {name}".strip(): value for name, value in line.items()}
    return found


def _lines(printed: str) -> list[dict[str, Any]]:
    found = []
    for line in printed.splitlines():
        if line.startswith("{"):
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
    return [each for each in found if isinstance(each, dict)]


def _has(case: Element, name: str) -> bool:
    return case.find(name) is not None


def _examples(report: Element) -> dict[str, int]:
    """How many examples hypothesis tried that held, over all properties of the line."""
    told = [
        base64.b64decode(each.get("value", "")).decode(errors="replace")
        for each in report.iter("property")
        if each.get("name", "").startswith(_STATISTICS)
    ]
    tried = sum(int(count) for each in told for count in _EXAMPLES.findall(each))
    return {"examples": tried} if tried else {}
