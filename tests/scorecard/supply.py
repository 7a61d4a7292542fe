"""R23: what we stand on and what we wrote, looked through by other people's tools.

python -m tests.scorecard.supply                 all of it
python -m tests.scorecard.supply bandit deploy   some of it

One JSON line a check, and the code 1 where one failed. What could not be asked is told as not run.
The list of parts stays in var/release/sbom.json, for a release.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

from config import places
from tests import production
from tests.scorecard import licences, patches
from tests.scorecard.verdict import FAILED, NOT_RUN, PASSED

_CODE = ("trust", "messaging", "campaigns", "enrolment", "research", "config", "manage.py")
_SBOM = places.CHECKOUT / "var" / "release" / "sbom.json"
_BASE = places.CHECKOUT / "requirements" / "base.txt"
#: What pip-audit says where it has an answer: none, or some.
_ANSWERS = (0, 1)
_PATIENCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Found:
    state: str
    told: str


def main(words: list[str]) -> int:
    names = words or list(CHECKS)
    if unknown := set(names) - set(CHECKS):
        sys.stderr.write(f"No such check: {', '.join(unknown)}; there are {', '.join(CHECKS)}.\n")
        return 2
    states = []
    for name in names:
        found = CHECKS[name]()
        states.append(found.state)
        line = {"check": name, "state": found.state, "told": found.told}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    return int(FAILED in states)


def bandit() -> Found:
    """Likely faults in what we wrote; those of high severity count, the others are told."""
    done = _tool("bandit", "--quiet", "--recursive", "--format", "json", *_CODE)
    try:
        results = json.loads(done.stdout)["results"]
    except (ValueError, KeyError):
        return Found(FAILED, f"bandit ended with {done.returncode}")
    severities = [each["issue_severity"] for each in results]
    counted = ", ".join(f"{severities.count(each)} {each.lower()}" for each in _SEVERITIES)
    return Found(FAILED if "HIGH" in severities else PASSED, counted)


_SEVERITIES = ("HIGH", "MEDIUM", "LOW")


def licence_list() -> Found:
    """Of everything that requirements/base.txt installs, as each part tells it itself."""
    parts = licences.of_parts(licences.wanted_here(_BASE.read_text(encoding="utf-8")))
    refused = sorted(each.name for each in parts if not each.may_be_used)
    if refused:
        return Found(FAILED, f"no licence we can use, or none told: {', '.join(refused)}")
    return Found(PASSED, f"{len(parts)} parts, all with a licence we can use")


def sbom() -> Found:
    """CycloneDX, of what is locked to run it; its hashes with it."""
    _SBOM.parent.mkdir(parents=True, exist_ok=True)
    done = _tool(
        "cyclonedx-py", "requirements", "--output-reproducible", "--of", "JSON",
        "-o", str(_SBOM), "--pyproject", "pyproject.toml", str(_BASE),
    )  # fmt: skip
    if done.returncode:
        return Found(FAILED, f"cyclonedx-py ended with {done.returncode}")
    parts = json.loads(_SBOM.read_text(encoding="utf-8")).get("components", [])
    locked = licences.named_in(_BASE.read_text(encoding="utf-8"))
    missing = set(locked) - {licences.spelt(each["name"]) for each in parts}
    if missing:
        return Found(FAILED, f"not in the list of parts: {', '.join(sorted(missing))}")
    return Found(PASSED, f"{len(parts)} parts in var/release/sbom.json")


def deploy() -> Found:
    """`check --deploy` without a warning, with settings as a real installation has them."""
    with tempfile.TemporaryDirectory() as var:
        done = subprocess.run(
            [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            cwd=places.CHECKOUT, env=production.environment(var), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
    if done.returncode:
        last = done.stderr.strip().splitlines()
        return Found(FAILED, last[-1][:200] if last else f"ended with {done.returncode}")
    return Found(PASSED, "no warning")


def known_faults() -> Found:
    """pip-audit, of what is locked to run it."""
    done = _tool(
        "pip-audit", "--requirement", str(_BASE), "--require-hashes", "--disable-pip",
        "--format", "json", "--progress-spinner", "off",
    )  # fmt: skip
    return told_of_faults(done.returncode, done.stdout)


def told_of_faults(code: int, printed: str) -> Found:
    """Whoever was not looked up has not passed; pip-audit itself ends with 0 then."""
    try:
        parts = json.loads(printed)["dependencies"] if code in _ANSWERS else []
    except (ValueError, KeyError):
        parts = []
    known = sorted({fault["id"] for part in parts for fault in part.get("vulns", [])})
    passed_over = sorted(part["name"] for part in parts if "skip_reason" in part)
    if known:
        return Found(FAILED, f"known faults: {', '.join(known)}")
    if len(passed_over) == len(parts):
        return Found(NOT_RUN, "pip-audit could not reach its list")
    if passed_over:
        return Found(NOT_RUN, f"not looked up: {', '.join(passed_over)}")
    return Found(PASSED, f"{len(parts)} parts, no known fault")


def patched() -> Found:
    """Parts taken back by their makers, or behind their series for longer than SECURITY.md says."""
    try:
        return told_of_patches(patches.standing(_BASE.read_text(encoding="utf-8")))
    except patches.OutOfReach:
        return Found(NOT_RUN, "no package index answered")


def told_of_patches(found: patches.Standing) -> Found:
    if found.yanked:
        return Found(FAILED, f"taken back by their makers: {', '.join(found.yanked)}")
    if found.overdue:
        return Found(FAILED, f"out for more than a month: {', '.join(found.overdue)}")
    fresh = f", newer than a month: {', '.join(found.fresh)}" if found.fresh else ""
    return Found(PASSED, f"{found.parts} parts, none a month behind its patches{fresh}")


CHECKS: dict[str, Callable[[], Found]] = {
    "bandit": bandit,
    "licences": licence_list,
    "sbom": sbom,
    "deploy": deploy,
    "patches": patched,
    "pip_audit": known_faults,
}


def _tool(name: str, *words: str) -> "subprocess.CompletedProcess[str]":
    program = os.path.join(os.path.dirname(sys.executable), name)
    try:
        return subprocess.run(
            [program, *words], cwd=places.CHECKOUT, capture_output=True, text=True, check=False,
            timeout=_PATIENCE_SECONDS,
        )  # fmt: skip
    except (FileNotFoundError, subprocess.TimeoutExpired) as trouble:
        return subprocess.CompletedProcess(words, -1, "", type(trouble).__name__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
