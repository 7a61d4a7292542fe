"""Every rule of the linter finds what it is for, and nothing in a pack that is well made."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.lint import PACK as PACK_RULE
from campaigns.lint import RULES, errors, lint
from campaigns.lint_findings import Place, Setting, Severity
from campaigns.lint_words import edits
from campaigns.pack import read_pack, tops_in, unchecked
from campaigns.pack_values import Pack, PackBank, PackChoice, PackKeyword, PackProfile, PackStep
from tests.lint_packs import (
    CORE,
    MOOD,
    PACK,
    PATH,
    SETTING,
    TIPS,
    daily,
    found,
    saying,
    with_core,
    with_stages,
)

ROOT = Path(__file__).resolve().parents[2]
MCESSATION = ROOT / "curricula" / "mcessation"

LONG_LINE = replace(SETTING, variables={**SETTING.variables, "quitline": "0" * 130})  # type: ignore[dict-item]
NO_LINE = replace(SETTING, variables={"programme": "Breathe"})
NAMED_SENDER = replace(SETTING, sender_address="QuitNow")


def words(*keywords: PackKeyword) -> Pack:
    return replace(PACK, keywords=keywords)


def mood(*choices: PackChoice) -> Pack:
    return replace(PACK, questions=(PACK.questions[0], replace(MOOD, choices=choices)))


#: rule, what is spoilt, the setting, where it is found, a part of what is said
LEARNED = " ".join(
    ["Circumspect consideration of physiological dependencies necessitates deliberate planning"] * 8
)
SPOILT = [
    ("segments", PACK, LONG_LINE, Place("text", "system.help", "en"), "2 segments"),
    ("two_segments", saying("day.0", "य" * 80), SETTING, Place("campaign", "", "en"), "1 of 13"),
    ("variable_value", PACK, NO_LINE, Place("campaign", "quitline"), "no value"),
    ("variable_size", PACK, LONG_LINE, Place("campaign", "quitline"), "130 characters"),
    (
        "unused_variable",
        replace(PACK, variables={**PACK.variables, "shop": "a shop"}),
        SETTING,
        Place("campaign", "shop"),
        "no text uses",
    ),
    (
        "missing_wording",
        saying("ask.mood", "How is it today?"),
        SETTING,
        Place("text", "ask.mood", "nb"),
        "wording in en, none in nb",
    ),
    (
        "invisible_signs",
        saying("day.0", "Today is\u00a0the day."),
        SETTING,
        Place("text", "day.0", "en"),
        "U+00A0 no-break space",
    ),
    (
        "same_words",
        saying("day.1", "Today is the day!"),
        SETTING,
        Place("text", "day.1", "en"),
        "the same as day.0",
    ),
    (
        "unread_language",
        replace(PACK, native_readers={"en": PACK.native_readers["en"]}),
        SETTING,
        Place("campaign", "", "nb"),
        "no native reader has read nb",
    ),
    (
        "phone_number",
        saying("day.0", "Ring 0808 157 0123 for help."),
        SETTING,
        Place("text", "day.0", "en"),
        "0808 157 0123",
    ),
    (
        "web_address",
        saying("day.0", "See quit.example.org today."),
        SETTING,
        Place("text", "day.0", "en"),
        "web address",
    ),
    (
        "illness_named",
        saying("question.consent", "Want texts about smoking? YES or NO"),
        SETTING,
        Place("text", "question.consent", "en"),
        "smoking",
    ),
    (
        "illness_first",
        saying("question.name", "Hei! Vil du slutte å røyke? STOPP avslutter.", "nb"),
        SETTING,
        Place("text", "question.name", "nb"),
        "royke",
    ),
    (
        "discreet_named",
        saying("day.0~discreet", "I dag er det ingen snus, og i morgen heller ikke.", "nb"),
        SETTING,
        Place("text", "day.0~discreet", "nb"),
        "snus",
    ),
    (
        "leaving_word",
        saying("system.joined", "You are in. You can stop when you like."),
        SETTING,
        Place("text", "system.joined", "en"),
        "how to leave",
    ),
    (
        "join_word",
        PACK,
        replace(SETTING, join_words={"join": "Sleep well"}),
        Place("keyword", "JOIN", "en"),
        "people join Sleep well by JOIN",
    ),
    (
        "near_reserved",
        words(PackKeyword("bank", "tip", {"en": ("CRAVE",), "nb": ("SUG",)})),
        SETTING,
        Place("keyword", "CRAVE", "en"),
        "LEAVE",
    ),
    (
        "near_words",
        words(
            PackKeyword("bank", "tip", {"en": ("SLEEP",), "nb": ("TIPS",)}),
            PackKeyword("less", "", {"en": ("SLEEPY",), "nb": ("MINDRE",)}),
        ),
        SETTING,
        Place("keyword", "SLEEPY", "en"),
        "one slip of the thumb from SLEEP",
    ),
    (
        "word_language",
        words(PACK.keywords[0], PackKeyword("bank", "tip", {"en": ("TIP",), "any": ("7",)})),
        SETTING,
        Place("keyword", "TIP", "nb"),
        "no word in nb",
    ),
    (
        "choice_language",
        mood(MOOD.choices[0], PackChoice("bad", 2, {"en": ("BAD",)})),
        SETTING,
        Place("question", "mood", "nb"),
        "bad: no words in nb",
    ),
    (
        "near_choices",
        mood(
            PackChoice("low", 1, {"en": ("LITTLE",), "nb": ("LITT",)}),
            PackChoice("high", 2, {"en": ("LITTLES",), "nb": ("MYE",)}),
        ),
        SETTING,
        Place("question", "mood"),
        "one letter apart",
    ),
    (
        "urgent_number",
        replace(PACK, keywords=(*PACK.keywords[:1], replace(PACK.keywords[1], case="urgent"))),
        SETTING,
        Place("text", "tip.1", "en"),
        "does not name emergency_number",
    ),
    ("unanswerable", PACK, NAMED_SENDER, Place("campaign", "sender"), "nobody can text"),
    (
        "calendar_day",
        with_stages(CORE, PATH, replace(CORE, key="eid", anchor="calendar.eid")),
        SETTING,
        Place("stage", "eid"),
        "no day to come",
    ),
    (
        "unreachable_stage",
        with_stages(CORE, PATH, replace(PATH, key="lost")),
        SETTING,
        Place("stage", "lost"),
        "nobody comes to",
    ),
    (
        "unreachable_dose",
        replace(PACK, profiles={**PACK.profiles, "fixed": PackProfile(less="light")}),
        SETTING,
        Place("campaign", "fixed"),
        "never lead to",
    ),
    (
        "thin_bank",
        replace(PACK, banks=(PackBank("tip", "Tips", TIPS[:4]),)),
        SETTING,
        Place("bank", "tip"),
        "4 texts",
    ),
    (
        "stop_reminder",
        with_core(*daily(13)),
        SETTING,
        Place("step", "d0.0", "en"),
        "13 planned texts",
    ),
    ("no_caps", replace(PACK, cap_day=None), SETTING, Place("campaign", "caps"), "nothing limits"),
    ("week_cap", with_core(*daily(9, 3)), SETTING, Place("campaign", "caps"), "21 texts"),
    (
        "stacked",
        with_stages(
            with_core(*daily(1, 3)).stages[0],
            replace(CORE, key="early", anchor="enrolment", steps=daily(1, 3)),
        ),
        SETTING,
        Place("campaign", "caps"),
        "6 texts on day 0",
    ),
    (
        "one_technique",
        with_core(*daily(5, tags=("1.1",))),
        SETTING,
        Place("stage", "core"),
        "5 of 5",
    ),
    ("few_techniques", with_core(*daily(8)), SETTING, Place("campaign"), "use 3 techniques"),
    ("hard_reading", saying("day.0", LEARNED), SETTING, Place("stage", "core", "en"), "LIX"),
]


@pytest.mark.parametrize(
    ("rule", "pack", "setting", "place", "said"), SPOILT, ids=[case[0] for case in SPOILT]
)
def test_rule_finds_what_it_is_for(
    rule: str, pack: Pack, setting: Setting, place: Place, said: str
) -> None:
    seen = found(rule, pack, setting)

    assert any(each.place == place and said in each.wrong for each in seen), seen


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_rule_is_silent_about_a_pack_that_is_well_made(rule: str) -> None:
    assert found(rule) == []


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_rule_is_silent_where_the_campaign_is_not_known(rule: str) -> None:
    assert found(rule, setting=Setting()) == []


def test_native_readers_signature_is_as_good_as_a_name_in_the_pack() -> None:
    unread = replace(PACK, native_readers={})
    signed = replace(SETTING, signed_natively=frozenset({"en", "nb"}))

    assert len(found("unread_language", unread)) == 2
    assert found("unread_language", unread, signed) == []


def test_every_rule_is_spoilt_once() -> None:
    assert [case[0] for case in SPOILT] == [rule.name for rule in RULES]


@pytest.mark.parametrize(
    "text",
    [
        "Count down from 100 in sevens: 93, 86.",
        "About 10 000 people have done it.",
        "Send a day, such as 12.4.2027 or 2027-04-12.",
        "Reply 1 for low, 2 for medium, 3 for high.",
        "That was in 2026. 12 days more.",
        "Blood pressure such as 130/85.",
        "Your waist? 1 less than 80, 2 80-89, 3 100-109",
        "Ring {{ quitline }} at 10.",
        "Call a friend. Then count to 100.",
        "Ring somebody. In 1911 nobody could.",
    ],
)
def test_counts_and_days_are_no_telephone_numbers(text: str) -> None:
    assert found("phone_number", saying("day.0", text)) == []


@pytest.mark.parametrize(
    "text", ["Ring 999 now.", "Call 116 123.", "Ring 113 hvis det haster", "Call for help on 911."]
)
def test_short_numbers_to_ring_are_telephone_numbers(text: str) -> None:
    assert len(found("phone_number", saying("day.0", text))) == 1


def test_blank_forgotten_after_a_full_stop_is_no_web_address() -> None:
    assert found("web_address", saying("day.0", "Well done.In an hour it fades.")) == []


def test_a_stage_that_only_lost_ones_lead_to_is_lost_too() -> None:
    lost = replace(
        PATH, key="lost", steps=(PackStep("ask", after_minutes=5, question="mood"),),
    )  # fmt: skip
    pack = with_stages(replace(CORE, steps=CORE.steps[:2]), PATH, lost)

    assert [each.place.key for each in found("unreachable_stage", pack)] == ["path", "lost"]


def test_a_text_that_says_stop_cuts_the_stretch() -> None:
    pack = with_core(*daily(20))
    said = {**pack.texts["en"], "d10.0": "Ten days. STOP ends the texts."}

    seen = found("stop_reminder", replace(pack, languages=("en",), texts={"en": said}))

    assert seen == []


@pytest.mark.parametrize(("said", "stretches"), [("STOP ends the texts.", 0), ("Breathe out.", 1)])
def test_a_step_from_a_bank_says_how_to_leave_if_each_of_its_texts_does(
    said: str, stretches: int
) -> None:
    steps = daily(20)
    pack = with_core(*steps[:10], replace(steps[10], bank="tip"), *steps[11:])
    texts = {text.key: "STOP ends the texts." for text in pack.banks[0].texts}
    texts[pack.banks[0].texts[-1].key] = said

    seen = found(
        "stop_reminder",
        replace(pack, languages=("en",), texts={"en": {**pack.texts["en"], **texts}}),
    )

    assert len(seen) == stretches


@pytest.mark.parametrize(
    ("usual", "discreet", "told"),
    [
        ("Today you stop smoking.", "=", ["smoking"]),
        ("Today you stop smoking.", "Today is your day.", []),
        ("{{ programme }}: today is your day.", "=", ["{{ programme }}"]),
        ("Ring {{ quitline }} today.", "=", []),
    ],
)
def test_discreet_wording_is_read_as_it_is_sent(usual: str, discreet: str, told: list[str]) -> None:
    said = {**PACK.texts["en"], "day.0": usual, "day.0~discreet": discreet}
    pack = replace(PACK, languages=("en",), texts={"en": said})

    seen = [each.wrong for each in found("discreet_named", pack)]

    assert seen == [f"day.0~discreet tells of {word}" for word in told]


def test_wordings_that_are_the_usual_ones_are_no_twins() -> None:
    said = {**PACK.texts["en"], "day.0~discreet": "=", "day.1~discreet": "="}

    assert found("same_words", replace(PACK, languages=("en",), texts={"en": said})) == []


def test_edits_counts_letters() -> None:
    assert [edits("stop", "stop"), edits("slip", "stop"), edits("", "ab")] == [0, 2, 2]


def test_what_refuses_a_pack_is_reported_first_with_its_place() -> None:
    pack = saying("day.0", "Don\u2019t \u2013 wait")

    first, second, *_ = [
        each for each in lint(pack, setting=SETTING) if each.place == Place("text", "day.0", "en")
    ]

    assert (first.rule, first.severity) == (PACK_RULE, Severity.ERROR)
    assert "\u2019 is not in GSM-7" in first.wrong
    assert (first.remedy, second.remedy) == ("write '", "write -")


def test_text_that_is_missing_is_named_with_its_language() -> None:
    said = {key: text for key, text in PACK.texts["nb"].items() if key != "day.1"}
    pack = replace(PACK, texts={**PACK.texts, "nb": said})

    missing = [each for each in lint(pack, setting=SETTING) if "day.1 is missing" in each.wrong]

    assert [each.place for each in missing] == [Place("text", "day.1", "nb")]


def test_findings_of_files_name_file_and_line() -> None:
    pack, marks, problems = unchecked(tops_in(MCESSATION))
    assert problems.found == []

    seen = [each for each in lint(pack, marks=marks) if each.place.kind == "keyword"]

    assert {each.place.file for each in seen} == {"keywords.yaml"}
    assert all(each.place.line > 1 for each in seen)


def test_shipped_curricula_have_no_errors() -> None:
    for folder in sorted((ROOT / "curricula").iterdir()):
        assert errors(lint(read_pack(folder))) == (), folder.name


def test_page_of_the_linter_lists_the_rules() -> None:
    page = (ROOT / "docs" / "linter.md").read_text(encoding="utf-8")

    listed = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \|$", page, re.MULTILINE)

    assert listed[0] == (PACK_RULE, "error", listed[0][2])
    assert listed[1:] == [(rule.name, rule.severity.value, rule.about) for rule in RULES]
