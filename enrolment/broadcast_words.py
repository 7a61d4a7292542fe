"""The wording of a broadcast: compiled, and what is wrong with it before anybody gets it. Pure."""

from collections.abc import Iterator, Mapping

from campaigns.lint_privacy import illness_words
from campaigns.wording import (
    PERSONAL_FIELDS,
    compile_wording,
    filled,
    placeholders,
    stray_braces,
    worst_case,
)
from enrolment.broadcast_deciding import Said, Words
from trust.telling import tell

#: What only an answer can hold: a code, a link, the end of a pause.
_OF_ANSWERS = frozenset({"erase_code", "web_link", "resume_date", "own_hours"})
ALLOWED = PERSONAL_FIELDS - _OF_ANSWERS
_PROGRAMME = "programme"
#: More than this is a letter.
MOST_SEGMENTS = 4


def compiled_words(
    texts: Mapping[str, str],
    discreet_texts: Mapping[str, str],
    variables: Mapping[str, str],
    default_language: str,
) -> Words:
    """Raises MissingValue for a placeholder without a value."""
    return Words(
        usual={language: _told(text, language, variables) for language, text in texts.items()},
        discreet={
            language: _told(text, language, variables) for language, text in discreet_texts.items()
        },
        default_language=default_language,
    )


def _told(text: str, language: str, variables: Mapping[str, str]) -> Said:
    names_illness = bool(illness_words(filled(text, variables), language))
    return Said(compile_wording(text, variables), names_illness)


def problems(text: str, variables: Mapping[str, str]) -> Iterator[str]:
    """Each as a sentence for whoever wrote it."""
    if stray_braces(text):
        yield tell("A placeholder is written {{ first_name }}, with two braces on each side.")
    known = {name for name, value in variables.items() if value}
    for name in sorted(placeholders(text)):
        if name in _OF_ANSWERS:
            yield tell("{{ %(name)s }} is for answers alone; a broadcast can't know it.", name=name)
        elif name not in PERSONAL_FIELDS and name not in known:
            yield tell(
                "Nothing is called {{ %(name)s }}. There is: %(names)s.",
                name=name,
                names=_names(known),
            )
    segments = worst_case(text, variables).segments
    if segments > MOST_SEGMENTS:
        yield tell(
            "At its longest it is %(count)s texts long; %(most)s is the most.",
            count=segments,
            most=MOST_SEGMENTS,
        )


def discreet_problems(text: str, variables: Mapping[str, str], language: str) -> Iterator[str]:
    yield from problems(text, variables)
    if named := illness_words(filled(text, variables), language):
        yield tell("Discreet words name no illness. Write it without: %(words)s.", words=named)
    if _PROGRAMME in placeholders(text):
        yield tell(
            "Discreet words do not name the programme. Leave {{ %(name)s }} out.",
            name=_PROGRAMME,
        )


def _names(variables: set[str]) -> list[str]:
    return [*sorted(ALLOWED), *sorted(variables)]
