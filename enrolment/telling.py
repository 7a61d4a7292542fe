"""The words of a planned text for one person, filled in with what is known of her."""

from zoneinfo import ZoneInfo

from campaigns.schedule import local_day
from campaigns.wording import PERSONAL_FIELDS, MissingValue, Wording, render
from enrolment.addressing import addressed, is_discreet, is_to_caregiver, wording_for
from enrolment.claiming import Claimed
from enrolment.fields import Person, currency_of, field_values
from enrolment.state import Due, Verdict
from trust import keys

_WORDS = "enrolment_attribute.words"
#: Placeholders that take more than a name or a date.
_WORKED_OUT = PERSONAL_FIELDS - {"first_name", "quit_date"}


def text_of(claimed: Claimed, due: Due) -> str | None:
    """None when nothing is to be sent, or the text needs a value that is neither known nor has a
    default. Names and own words are opened only where the text asks for them."""
    if due.verdict is not Verdict.QUEUED:
        return None
    content, language = claimed.content, claimed.language
    try:
        manner, key = claimed.manner, due.text_key
        if manner.is_discreet and not is_discreet(content, key):
            return None
        wording = wording_for(content, key, language, manner)
        if wording is None:
            return None
        to_caregiver = manner.says_whom and is_to_caregiver(content, key)
        return worded(claimed, wording, due, language=language, to_caregiver=to_caregiver)
    except MissingValue:
        return None


def worded(
    claimed: Claimed, wording: Wording, due: Due, *, language: str, to_caregiver: bool = False
) -> str:
    """The wording, which is in `language`, filled in for one person and told whom it is for.
    Raises MissingValue."""
    text = wording.parts[0]
    if len(wording.parts) > 1:
        wanted = wording.fields
        values = field_values(_person(claimed, wanted, due), wanted)
        text = render(wording, values, claimed.content.defaults.get(language, {}))
    if not claimed.manner.says_whom:
        return text
    return addressed(
        text,
        wording,
        name=claimed.first_name or "",
        language=language,
        manner=claimed.manner,
        is_to_caregiver=to_caregiver,
    )


def _person(claimed: Claimed, wanted: tuple[str, ...], due: Due) -> Person:
    """Only what this text asks for: a batch writes a thousand of them."""
    if _WORKED_OUT.isdisjoint(wanted):
        return Person(
            today=due.local_date,
            language=claimed.language,
            first_name=claimed.first_name if "first_name" in wanted else None,
            quit_date=claimed.quit_date if "quit_date" in wanted else None,
        )
    return Person(
        today=local_day(due.not_before, ZoneInfo(claimed.state.zone)),
        language=claimed.language,
        first_name=claimed.first_name if "first_name" in wanted else None,
        quit_date=claimed.quit_date,
        per_day=_number(claimed, "per_day"),
        pack_price=_number(claimed, "pack_price"),
        own_reason=_words(claimed, "own_reason") if "own_reason" in wanted else None,
        currency=currency_of(claimed.country),
        hours=claimed.state.own_hours,
    )


def _number(claimed: Claimed, name: str) -> float | None:
    told = claimed.told.get(name)
    try:
        return float(told.value) if told and told.value else None
    except ValueError:
        # Content once asked for it as a choice.
        return None


def _words(claimed: Claimed, name: str) -> str | None:
    told = claimed.told.get(name)
    if told is None or told.sealed is None:
        return None
    return keys.unseal(_WORDS, told.row_id, told.sealed)
