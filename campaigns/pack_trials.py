"""The trials of a pack read from trials.yaml, each field where it stands. Pure.

How they fit the rest of the pack is looked at in pack_trial_checks.
"""

import re

from campaigns.consent_scopes import ConsentScope
from campaigns.pack_fields import Reader
from campaigns.pack_marks import Marks, Node, Problems
from campaigns.trial_values import (
    COIN,
    DrawKind,
    FactorStage,
    Method,
    PackArm,
    PackDraw,
    PackFactor,
    PackOdds,
    PackProximal,
    PackTrial,
    ProximalKind,
)

_TRIAL = (
    "key", "name", "about", "method", "strata", "block_sizes", "coin", "eligible", "consent",
    "blinded", "factors", "draws",
)  # fmt: skip
_FACTOR = ("key", "name", "stage", "step", "non_responder", "tailoring", "arms")
_ARM = (
    "key", "name", "ratio", "version", "profile", "when", "delay_days", "assessment_only",
)  # fmt: skip
_DRAW = ("step", "kind", "options", "by", "sticky", "available", "otherwise", "outcome")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST = {"non_responder": 500, "tailoring": 60, "eligible": 500, "available": 500}


def read_trial(node: Node, marks: Marks, problems: Problems) -> PackTrial:
    fields = Reader(node, problems, *_TRIAL)
    key = _key("trial", fields, marks, problems)
    coin = fields.optional_number("coin")
    return PackTrial(
        key=key,
        name=fields.text("name"),
        about=fields.text("about", required=False),
        method=fields.word("method", Method, Method.SIMPLE.value),
        strata=_long_texts(fields, "strata", problems),
        block_sizes=_wholes(fields, "block_sizes", problems),
        coin=COIN if coin is None else coin,
        eligible=_short(fields, "eligible", problems),
        consent=fields.word("consent", ConsentScope, ""),
        # Who forgets to say is blinded: an arm that was seen can't be unseen.
        blinded=fields.flag("blinded") if fields.at("blinded").value in (True, False) else True,
        factors=tuple(
            _factor(each, marks, problems) for each in fields.nodes("factors", required=False)
        ),
        draws=tuple(_draw(each, marks, problems) for each in fields.nodes("draws", required=False)),
    )


def _factor(node: Node, marks: Marks, problems: Problems) -> PackFactor:
    fields = Reader(node, problems, *_FACTOR)
    key = _key("factor", fields, marks, problems)
    return PackFactor(
        key=key,
        name=fields.text("name"),
        arms=tuple(_arm(key, each, marks, problems) for each in fields.nodes("arms")),
        stage=fields.word("stage", FactorStage, FactorStage.FIRST.value),
        step=fields.text("step", required=False),
        non_responder=_short(fields, "non_responder", problems),
        tailoring=_short(fields, "tailoring", problems),
    )


def _arm(factor: str, node: Node, marks: Marks, problems: Problems) -> PackArm:
    fields = Reader(node, problems, *_ARM)
    key = fields.text("key")
    _check_key(key, fields.at("key"), problems)
    marks.put("arm", f"{factor}.{key}", node)
    return PackArm(
        key=key,
        name=fields.text("name"),
        ratio=fields.whole("ratio", default=1, lowest=1),
        version=fields.optional_whole("version", lowest=1) or 0,
        profile=fields.text("profile", required=False),
        when=fields.text("when", required=False),
        delay_days=fields.whole("delay_days", default=0),
        assessment_only=fields.flag("assessment_only"),
    )


def _draw(node: Node, marks: Marks, problems: Problems) -> PackDraw:
    fields = Reader(node, problems, *_DRAW)
    step = fields.text("step")
    if marks.has("draw", step):
        problems.add(fields.at("step"), f"step {step} is drawn at twice; keep one")
    marks.put("draw", step, node)
    outcome = fields.fields.get("outcome")
    return PackDraw(
        step=step,
        kind=fields.word("kind", (DrawKind.AB.value, DrawKind.MICRO.value)),
        options=_options(fields, problems),
        by=tuple(_odds(each, problems) for each in fields.nodes("by", required=False)),
        sticky=fields.flag("sticky"),
        available=_short(fields, "available", problems),
        otherwise=fields.text("otherwise", required=False),
        outcome=None if outcome is None else _outcome(outcome, problems),
    )


def _odds(node: Node, problems: Problems) -> PackOdds:
    fields = Reader(node, problems, "when", "options")
    when = fields.text("when")
    return PackOdds(_options(fields, problems), when)


def _outcome(node: Node, problems: Problems) -> PackProximal:
    fields = Reader(node, problems, "kind", "of", "value", "within_hours")
    return PackProximal(
        kind=fields.word("kind", ProximalKind),
        within_hours=fields.whole("within_hours", lowest=1),
        of=fields.text("of", required=False),
        value=fields.text("value", required=False),
    )


def _options(fields: Reader, problems: Problems) -> dict[str, float]:
    """Name -> probability, each between 0 and 1, and 1 together."""
    found: dict[str, float] = {}
    for name, node in fields.mapping("options").items():
        try:
            found[name] = float(str(node.value))
        except ValueError:
            problems.add(node, f"{name}: expected a probability such as 0.5")
            continue
        if not 0 <= found[name] <= 1:
            problems.add(node, f"{name}: a probability lies between 0 and 1")
    if found and abs(sum(found.values()) - 1) > 1e-9:
        problems.add(fields.at("options"), f"the probabilities add up to {sum(found.values()):g}")
    return found


def _key(kind: str, fields: Reader, marks: Marks, problems: Problems) -> str:
    key = fields.text("key")
    _check_key(key, fields.at("key"), problems)
    if key and marks.has(kind, key):
        problems.add(fields.at("key"), f"there are two {kind}s called {key}; rename one")
    marks.put(kind, key, fields.node)
    return key


def _check_key(key: str, where: Node, problems: Problems) -> None:
    if key and not _KEY.fullmatch(key):
        problems.add(where, f"key {key!r}: small letters, digits and _, beginning with a letter")


def _short(fields: Reader, name: str, problems: Problems) -> str:
    found = fields.text(name, required=False)
    if len(found) > _LONGEST[name]:
        problems.add(fields.at(name), f"{name} is longer than {_LONGEST[name]} characters")
    return found


def _long_texts(fields: Reader, name: str, problems: Problems) -> tuple[str, ...]:
    """A list whose items may be conditions."""
    found = []
    for node in fields.nodes(name, required=False):
        if isinstance(node.value, str) and node.value.strip():
            found.append(node.value.strip())
        else:
            problems.add(node, f"expected a name or a condition, found {node.kind}")
    return tuple(found)


def _wholes(fields: Reader, name: str, problems: Problems) -> tuple[int, ...]:
    found = []
    for node in fields.nodes(name, required=False):
        if isinstance(node.value, int) and not isinstance(node.value, bool) and node.value > 0:
            found.append(node.value)
        else:
            problems.add(node, f"{name}: expected whole numbers such as 4, found {node.kind}")
    return tuple(found)
