import pytest

from messaging.folding import fold
from messaging.language_packs import CRISES, LANGUAGE_PACKS, OTHER, read_language_pack

#: Heard before the words stood in files; nothing of it may be lost. ARRET, ARRETER and PARAR are
#: asked about since.
ONCE_STOP = [
    "stop", "stop all", "stopall", "stopp", "stop it", "unsubscribe", "cancel", "opt out",
    "optout", "revoke", "remove", "avmeld", "meld av", "avslutt", "avsluta", "afmeld",
    "afmelden", "stoppa", "stoppe", "desabonner", "alto", "baja", "cancelar", "sair", "pare",
    "abmelden", "توقف", "الغاء", "إلغاء", "ايقاف", "إيقاف", "قف", "रोकें", "बंद", "বন্ধ", "بند",
    "simama", "ondoa", "አቁም", "berhenti", "tigil", "стоп", "отписаться", "iptal", "durdur",
    "หยุด",
]  # fmt: skip
ONCE_AMBIGUOUS = [
    "quit", "end", "slutt", "slutte", "sluta", "slut", "arret", "arreter", "parar",
]  # fmt: skip
ONCE_HELP = [
    "help", "help me", "info", "hjelp", "hjælp", "hjälp", "hulp", "hilfe", "aide", "ayuda",
    "ajuda", "msaada", "bantuan", "tulong", "مساعدة", "मदद", "সাহায্য", "مدد", "እርዳታ", "помощь",
    "yardim", "ช่วย",
]  # fmt: skip


def test_eight_languages_have_a_file_and_nobody_native_has_signed_one_yet() -> None:
    assert set(LANGUAGE_PACKS) == {"en", "nb", "nn", "es", "fr", "pt", "ar", "hi", OTHER}
    assert not any(pack.reviewed for pack in LANGUAGE_PACKS.values())


@pytest.mark.parametrize("code", sorted(set(LANGUAGE_PACKS) - {OTHER}))
def test_each_language_has_words_of_every_kind(code: str) -> None:
    pack = LANGUAGE_PACKS[code]

    for words in (pack.stop, pack.start, pack.ambiguous, pack.help, pack.verbs, pack.contact):
        assert words
    assert pack.habit
    assert pack.leaving
    assert pack.wrong_number
    assert set(pack.crisis) == set(pack.no_crisis) == set(CRISES)


@pytest.mark.parametrize(
    ("kind", "words"), [("stop", ONCE_STOP), ("ambiguous", ONCE_AMBIGUOUS), ("help", ONCE_HELP)]
)
def test_nothing_is_lost_that_was_understood(kind: str, words: list[str]) -> None:
    known = {word for pack in LANGUAGE_PACKS.values() for word in getattr(pack, kind)}

    assert {fold(word) for word in words} <= known


def test_no_word_is_in_two_minds() -> None:
    """What is a stop in one language is asked about in none, and so on: all are heard at once."""
    seen: dict[str, str] = {}
    for pack in LANGUAGE_PACKS.values():
        for kind in ("stop", "ambiguous", "help", "start"):
            for word in getattr(pack, kind):
                assert seen.setdefault(word, kind) == kind, word


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "X"\nreviewed = false\nstp = ["a"]', r"xx\.toml: no list is called 'stp'"),
        ('name = "X"\nreviewed = false\n[crisis]\nsad = ["a"]', r"xx\.toml: no list .*'sad'"),
        ('name = "X"\nreviewed = false\n[crisis.not]\nsad = ["a"]', r"xx\.toml: .*'sad'"),
        ('name = "X"\nreviewed = false\nstop = "a"', r"xx\.toml: stop is a list of words"),
        ('name = "X"\nreviewed = false\nstop = [""]', r"xx\.toml: stop is a list of words"),
        ('stop = ["a"]', r"xx\.toml: name and reviewed are missing"),
    ],
)
def test_a_file_with_a_mistake_is_refused_by_its_name(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_language_pack("xx", text)


def test_words_are_folded_and_phrases_stay_as_written() -> None:
    pack = read_language_pack(
        "xx", 'name = "X"\nreviewed = true\nstop = ["ARRÊT!"]\nleaving = ["meld|ta meg"]'
    )

    assert pack.reviewed
    assert pack.stop == {"arret"}
    assert pack.leaving == ("meld|ta meg",)
