"""Whether a comparison makes sense, and whether it fits the campaign it is written for. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from campaigns.condition_logic import Subject
from campaigns.condition_words import BadCondition, Token, suggestion
from trust.telling import tell

#: What yes-or-no answers are kept as, beside true and false.
_AS_WORDS = {True: {"yes", "true"}, False: {"no", "false"}}
ORDERS = ("<", "<=", ">", ">=", "between")


class Kind(StrEnum):
    NUMBER = "number"
    #: A person's own words: sealed, so that only known(...) may ask about them.
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"


@dataclass(frozen=True)
class Vocabulary:
    """What a campaign's conditions may speak of.

    kinds: name -> kind, with "answer.<question>" and "reading.<kind>".
    choices: name -> its values; a date may have some beside its days ("not yet").
    anchors: what days_since counts from. stages: the keys of the stages.
    """

    kinds: Mapping[str, Kind]
    choices: Mapping[str, frozenset[str]]
    anchors: frozenset[str]
    stages: frozenset[str]
    #: What some question asks consent to.
    consents: frozenset[str] = frozenset()


def check_comparison(
    subject: Subject, sign: Token, literals: Sequence[Token], known: Vocabulary | None
) -> None:
    """Raises BadCondition, as every check here does."""
    if subject.days:
        for one in literals:
            if not one.is_number:
                raise BadCondition(
                    one.place,
                    tell(
                        "%(shown)s is a number of days, such as 3; %(found)s",
                        shown=subject.shown,
                        found=one.found,
                    ),
                )
    elif known:
        _check_kind(subject.name, sign, literals, known)
    if sign.text in ORDERS:
        _check_order(sign, literals)


def _check_order(sign: Token, literals: Sequence[Token]) -> None:
    for one in literals:
        if isinstance(one.value, (str, bool)):
            raise BadCondition(
                one.place,
                tell(
                    "words have no order; after %(text)s expected a number or a date",
                    text=sign.text,
                ),
            )
    if sign.text != "between":
        return
    low, high = literals
    if low.is_number != high.is_number:
        raise BadCondition(
            high.place, tell("the two ends of between must both be numbers or both dates")
        )
    if low.value > high.value:  # type: ignore[operator]
        raise BadCondition(high.place, tell("the smaller end comes first, as in between 5 and 10"))


def check_name(name: Token, known: Vocabulary) -> None:
    """A name to be compared."""
    if name.text in known.kinds:
        return
    if name.text in known.anchors:
        raise BadCondition(name.place, tell("%(text)s is for days_since(%(text)s)", text=name.text))
    _refuse_name(name, known)


def check_known(name: Token, known: Vocabulary) -> None:
    """A name inside known(...)."""
    if name.text not in known.kinds and name.text not in known.anchors:
        _refuse_name(name, known)


def check_anchor(anchor: Token, known: Vocabulary) -> None:
    if anchor.text not in known.anchors:
        near = suggestion(anchor.text, known.anchors)
        raise BadCondition(
            anchor.place,
            tell("nothing to count from is called %(text)s%(near)s", text=anchor.text, near=near),
        )


def check_stage(stage: Token, key: str, known: Vocabulary) -> None:
    if key not in known.stages:
        near = suggestion(key, known.stages)
        raise BadCondition(
            stage.place, tell("no stage is called %(key)s%(near)s", key=key, near=near)
        )


def check_consent(name: Token, scope: str, known: Vocabulary) -> None:
    if scope not in known.consents:
        near = suggestion(scope, known.consents)
        raise BadCondition(
            name.place,
            tell("no question asks for consent to %(scope)s%(near)s", scope=scope, near=near),
        )


def _refuse_name(name: Token, known: Vocabulary) -> None:
    if name.text in known.stages:
        raise BadCondition(
            name.place, tell("%(text)s is a stage; write stage.%(text)s", text=name.text)
        )
    near = suggestion(name.text, known.kinds)
    raise BadCondition(
        name.place, tell("nothing is called %(text)s%(near)s", text=name.text, near=near)
    )


def _check_kind(name: str, sign: Token, literals: Sequence[Token], known: Vocabulary) -> None:
    kind = known.kinds[name]
    choices = known.choices.get(name, frozenset())
    if kind is Kind.TEXT:
        raise BadCondition(
            sign.place,
            tell("%(name)s is sealed, a person's own words; use only known(%(name)s)", name=name),
        )
    if kind is Kind.CHOICE and sign.text in ORDERS:
        raise BadCondition(
            sign.place,
            tell("%(name)s is a choice; only =, !=, in and not in go with it", name=name),
        )
    for one in literals:
        if not _is_choice(one, choices):
            _check_literal(name, kind, one, choices)


def _is_choice(one: Token, choices: frozenset[str]) -> bool:
    folded = {choice.casefold() for choice in choices}
    if isinstance(one.value, bool):
        return bool(folded & _AS_WORDS[one.value])
    return isinstance(one.value, str) and one.value.casefold() in folded


def _check_literal(name: str, kind: Kind, one: Token, choices: frozenset[str]) -> None:
    if kind is Kind.NUMBER and not one.is_number:
        raise BadCondition(
            one.place,
            tell(
                "%(name)s is a number; expected one without quotes, as 10; %(found)s",
                name=name,
                found=one.found,
            ),
        )
    if kind is Kind.DATE and not isinstance(one.value, date):
        also = suggestion(str(one.value), choices)
        raise BadCondition(
            one.place,
            tell(
                "%(name)s is a date; expected one such as '2026-12-01'; %(found)s%(also)s",
                name=name,
                found=one.found,
                also=also,
            ),
        )
    if kind is Kind.CHOICE and not isinstance(one.value, str):
        listed = ", ".join(f"'{choice}'" for choice in sorted(choices)[:20])
        raise BadCondition(
            one.place,
            tell(
                "%(name)s is a choice; expected %(value)s; %(found)s",
                name=name,
                value=listed or "words in quotes",
                found=one.found,
            ),
        )
    if kind is Kind.CHOICE and choices:
        near = suggestion(str(one.value), choices)
        raise BadCondition(
            one.place,
            tell(
                "%(shown)s is not among the choices of %(name)s%(near)s",
                shown=one.shown,
                name=name,
                near=near,
            ),
        )
