"""What people answer in each language. Days are counted from a Monday, 23 November 2026."""

from datetime import date, timedelta

import pytest

from campaigns.rules import QuestionKind, QuestionRule
from enrolment.answer_words import LANGUAGES
from enrolment.reading import read_answer
from enrolment.spoken_dates import read_date, read_days

TODAY = date(2026, 11, 23)
WHETHER = QuestionRule("whether", QuestionKind.YES_NO)
HOW_MANY = QuestionRule("how_many", QuestionKind.NUMBER, lowest=0, highest=100)

YES = {
    "en": "yes|Yes please|yeah|YUP|of course|yes I do|ok",
    "nb": "Ja!|ja takk|jepp|joda|klart|selvfølgelig|Ja det gjør jeg",
    "nn": "Ja|jau|jada|sjølvsagt|greitt|ja takk|Ja, det gjer eg",
    "es": "Sí|si|SI!|claro que sí|por supuesto|vale|sí gracias",
    "fr": "Oui|ouais|d'accord|D\u2019accord|bien sûr|oui merci|OUI!",
    "pt": "Sim|s|sim por favor|com certeza|claro|tá bom|sim obrigada",
    "ar": "نعم|أيوه|ايوه|طبعا|نعم شكرا|أكيد|موافق",
    "hi": "हाँ|हां|जी हाँ|haan|haan ji|ठीक है|theek hai",
}
NO = {
    "en": "no|No thanks|nope|nah|not yet|never|no I don't",
    "nb": "Nei|nei takk|neida|ikke ennå|aldri|nei det gjør jeg ikke",
    "nn": "Nei|nei takk|ikkje enno|ikkje|aldri|Nei, det gjer eg ikkje",
    "es": "No|no gracias|todavía no|nunca|claro que no|no, nunca",
    "fr": "Non|non merci|nan|pas encore|jamais|pas du tout",
    "pt": "Não|nao|não obrigado|ainda não|nunca|não senhor",
    "ar": "لا|لأ|لا شكرا|ليس بعد|أبدا|كلا",
    "hi": "नहीं|नही|जी नहीं|nahi|ji nahi|अभी नहीं",
}
NEITHER = {
    "en": "no idea|yes and no|maybe|🎉|no problem",
    "nb": "vet ikke|ja og nei|kanskje|tja|ja men nei",
    "nn": "veit ikkje|ja og nei|kanskje|både og|ja men nei",
    "es": "no sé|No lo sé|quizás|sí y no|sí pero no",
    "fr": "je ne sais pas|peut-être|oui et non|oui mais non|aucune idée",
    "pt": "não sei|talvez|sim e não|sei lá|sim mas não",
    "ar": "لا أعرف|ربما|مش عارف|لا أدري|نعم و لا",
    "hi": "पता नहीं|शायद|pata nahi|shayad|हाँ या नहीं",
}
#: 4 is Friday, 8 is 1 December, 0 is today.
DATES = {
    "en": "tomorrow 1|in two weeks 14|fri 4|next friday 4|1 dec 8|Dec 1st 8|"
    "the day after tomorrow 2",
    "nb": "i morgen 1|I dag 0|i overmorgen 2|om 3 dager 3|om en uke 7|på fredag 4|"
    "neste fredag 4|1. desember 8|den 1. des 8|fra og med 1.12. 8|i går -1|"
    "for to dager siden -2|1/12 8|sist fredag -3|første desember 8",
    "nn": "i morgon 1|I dag 0|no 0|i overmorgon 2|om tre dagar 3|om ei veke 7|"
    "på fredag 4|neste fredag 4|1. desember 8|frå 1.12 8|i går -1|"
    "for to dagar sidan -2|laurdag 5|tysdag 1|førre fredag -3",
    "es": "mañana 1|hoy 0|pasado mañana 2|en 3 días 3|dentro de una semana 7|"
    "el viernes 4|viernes que viene 4|1 de diciembre 8|el 1° de dic 8|"
    "primero de diciembre 8|ayer -1|hace dos días -2|mar 1|1/12 8|"
    "desde el lunes pasado -7",
    "fr": "demain 1|aujourd'hui 0|aujourd\u2019hui 0|après-demain 2|dans 3 jours 3|"
    "dans une semaine 7|vendredi 4|vendredi prochain 4|1er décembre 8|le 1 déc. 8|"
    "1/12 8|hier -1|il y a deux jours -2|avant-hier -2|1 mars 98",
    "pt": "amanhã 1|hoje 0|depois de amanhã 2|em 3 dias 3|daqui a uma semana 7|"
    "na sexta 4|sexta-feira 4|sexta que vem 4|1 de dezembro 8|1º de dezembro 8|"
    "1/12 8|ontem -1|há dois dias -2|terça 1|2a feira 7",
    "ar": "غدا 1|غداً 1|اليوم 0|بعد غد 2|بعد 3 أيام 3|بعد ٣ أيام 3|بعد أسبوع 7|"
    "بعد يومين 2|يوم الجمعة 4|الجمعة القادمة 4|١ ديسمبر 8|١/١٢ 8|1 كانون الأول 8|"
    "أمس -1|منذ يومين -2|بكرة 1|في الخميس 3",
    "hi": "आज 0|aaj 0|3 दिन बाद 3|३ दिन में 3|एक हफ्ते बाद 7|शुक्रवार 4|अगले शुक्रवार 4|"
    "शुक्रवार को 4|1 दिसंबर 8|१ दिसम्बर को 8|१/१२ 8|2 दिन पहले -2|दो दिन पहले -2|"
    "somvar 7|shukravar ko 4|1 december 8",
}
UNSURE = {
    "en": "soon|may|31/2|not tomorrow|in a month",
    "nb": "snart|mai|31/2|ikke i morgen|om en måned",
    "nn": "snart|mai|31/2|ikkje i morgon|om ein månad",
    "es": "pronto|marzo|31/2|mañana no|el",
    "fr": "bientôt|mars|31/2|pas demain|le",
    "pt": "logo|março|31/2|amanhã não|em",
    "ar": "قريبا|مايو|٣١/٢|ليس غدا|يوم",
    "hi": "जल्दी|मई|३१/२|कल नहीं|परसों",
}
LASTING = {
    "en": "for 2 weeks 14|3 days 3|10 10|until friday 4",
    "nb": "2 uker 14|i 3 dager 3|en uke 7|10 10|til fredag 4",
    "nn": "2 veker 14|i tre dagar 3|ei veke 7|10 10|til fredag 4",
    "es": "por 2 semanas 14|3 días 3|una semana 7|10 10|hasta el viernes 4",
    "fr": "pendant 2 semaines 14|3 jours 3|une semaine 7|10 10|jusqu'à vendredi 4",
    "pt": "por 2 semanas 14|3 dias 3|uma semana 7|10 10|até sexta 4",
    "ar": "لمدة أسبوعين 14|٣ أيام 3|أسبوع 7|١٠ 10|حتى الجمعة 4",
    "hi": "2 हफ्ते 14|३ दिन 3|एक हफ्ता 7|१० 10|शुक्रवार तक 4",
}
NUMBERS = {
    "en": "ten 10|about ten 10|none 0|12 12",
    "nb": "ti 10|cirka ti om dagen 10|ingen 0|7,5 7.5",
    "nn": "ti 10|sju 7|ingen 0|7,5 7.5",
    "es": "diez 10|unos diez al día 10|ninguno 0|7,5 7.5",
    "fr": "dix 10|environ dix par jour 10|aucune 0|7,5 7.5",
    "pt": "dez 10|uns dez por dia 10|nenhum 0|7,5 7.5",
    "ar": "عشرة 10|حوالي عشرة 10|٧٫٥ 7.5|٧٫٥ 7.5|١٢ سيجارة 12",
    "hi": "दस 10|लगभग दस 10|७.५ 7.5|१२ 12|das 10",
}


def cases(table: dict[str, str]) -> list[tuple[str, str, str]]:
    """Language, what is texted, and the number after its last blank."""
    return [
        (language, *case.rsplit(" ", 1))  # type: ignore[misc]
        for language, listed in table.items()
        for case in listed.split("|")
    ]


def words(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(language, text) for language in table for text in table[language].split("|")]


@pytest.mark.parametrize(("language", "text"), words(YES))
def test_yes(language: str, text: str) -> None:
    assert read_answer(WHETHER, text, today=TODAY, language=language) == "yes"


@pytest.mark.parametrize(("language", "text"), words(NO))
def test_no(language: str, text: str) -> None:
    assert read_answer(WHETHER, text, today=TODAY, language=language) == "no"


@pytest.mark.parametrize(("language", "text"), words(NEITHER))
def test_neither_yes_nor_no(language: str, text: str) -> None:
    assert read_answer(WHETHER, text, today=TODAY, language=language) is None


@pytest.mark.parametrize(("text", "expected"), [("👍", "yes"), ("👎🏽", "no"), ("👍👎", None)])
def test_thumbs(text: str, expected: str | None) -> None:
    assert read_answer(WHETHER, text, today=TODAY, language="ar") == expected


@pytest.mark.parametrize(("language", "text", "ahead"), cases(DATES))
def test_date(language: str, text: str, ahead: str) -> None:
    expected = TODAY + timedelta(days=int(ahead))

    assert read_date(text, today=TODAY, language=language) == expected


@pytest.mark.parametrize(("language", "text"), words(UNSURE))
def test_no_sure_date(language: str, text: str) -> None:
    assert read_date(text, today=TODAY, earliest_day=-30, language=language) is None


@pytest.mark.parametrize(("language", "text", "days"), cases(LASTING))
def test_days(language: str, text: str, days: str) -> None:
    assert read_days(text, today=TODAY, language=language) == int(days)


@pytest.mark.parametrize(("language", "text", "number"), cases(NUMBERS))
def test_number(language: str, text: str, number: str) -> None:
    assert read_answer(HOW_MANY, text, today=TODAY, language=language) == number


@pytest.mark.parametrize("language", LANGUAGES)
def test_english_is_understood_in_every_language(language: str) -> None:
    assert read_answer(WHETHER, "yes", today=TODAY, language=language) == "yes"
    assert read_date("tomorrow", today=TODAY, language=language) == date(2026, 11, 24)
    assert read_days("2 weeks", today=TODAY, language=language) == 14


@pytest.mark.parametrize(("text", "days"), [("कल", 1), ("kal", 1), ("परसों", 2)])
def test_a_word_that_means_two_days_is_told_by_the_days_in_question(text: str, days: int) -> None:
    def asked(earliest: int, latest: int) -> date | None:
        return read_date(text, today=TODAY, earliest_day=earliest, latest_day=latest, language="hi")

    assert asked(0, 30) == TODAY + timedelta(days=days)
    assert asked(-30, 0) == TODAY - timedelta(days=days)
    assert asked(-30, 30) is None
