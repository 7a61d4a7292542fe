"""Small contents in the eight languages, with the keywords a campaign would have there."""

from campaigns.content import Content
from campaigns.rules import ChoiceRule, KeywordAction, KeywordRule, QuestionKind, QuestionRule
from messaging.folding import fold
from tests.contents import content

LANGUAGES = ("en", "nb", "nn", "es", "fr", "pt", "ar", "hi")

_RULES = {
    "join": KeywordRule(KeywordAction.JOIN),
    "slip": KeywordRule(KeywordAction.SLIP, "slip"),
    **{
        action.value: KeywordRule(action)
        for action in (
            KeywordAction.LESS,
            KeywordAction.MORE,
            KeywordAction.PAUSE,
            KeywordAction.RESUME,
            KeywordAction.DATE,
        )
    },
    **{bank: KeywordRule(KeywordAction.BANK, bank) for bank in ("crave", "mood", "why", "tip")},
}
#: Wherever a keyword stands for itself in figures.
_TWINS = {"7": "crave", "8": "mood", "9": "why"}
#: language -> what it does -> the words, as in a pack.
KEYWORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "join": ("join", "start", "smokefree"),
        "crave": ("crave", "craving", "urge"),
        "mood": ("mood", "stress", "nervous"),
        "slip": ("slip", "lapse", "smoked"),
        "date": ("date",),
        "why": ("why",),
        "tip": ("tip",),
        "less": ("less",),
        "more": ("more",),
        "pause": ("pause", "holiday"),
        "resume": ("resume",),
    },
    "nb": {
        "join": ("blimed", "røykfri"),
        "crave": ("sug", "røyksug"),
        "mood": ("humør", "stress"),
        "slip": ("sprekk", "røykte"),
        "date": ("dato",),
        "why": ("hvorfor",),
        "tip": ("tips",),
        "less": ("færre",),
        "more": ("flere",),
        "pause": ("pause", "ferie"),
        "resume": ("fortsett",),
    },
    "nn": {
        "join": ("blimed", "røykfri"),
        "crave": ("sug", "røyksug"),
        "mood": ("humør", "stress"),
        "slip": ("sprekk", "røykte"),
        "date": ("dato",),
        "why": ("kvifor",),
        "tip": ("tips",),
        "less": ("færre",),
        "more": ("fleire",),
        "pause": ("pause", "ferie"),
        "resume": ("fortset",),
    },
    "es": {
        "join": ("unirme", "quiero dejar"),
        "crave": ("ganas", "ansias"),
        "mood": ("ánimo", "estrés", "nervios"),
        "slip": ("recaída", "fumé"),
        "date": ("fecha",),
        "why": ("porque",),
        "tip": ("consejo",),
        "less": ("menos",),
        "more": ("más",),
        "pause": ("pausa",),
        "resume": ("seguir",),
    },
    "fr": {
        "join": ("inscrire", "sanstabac"),
        "crave": ("envie", "manque"),
        "mood": ("moral", "stress"),
        "slip": ("rechute", "craqué", "fumé"),
        "date": ("date",),
        "why": ("pourquoi",),
        "tip": ("conseil",),
        "less": ("moins",),
        "more": ("plus",),
        "pause": ("pause",),
        "resume": ("reprendre",),
    },
    "pt": {
        "join": ("entrar", "semfumo"),
        "crave": ("fissura", "vontade"),
        "mood": ("humor", "estresse"),
        "slip": ("recaída", "fumei"),
        "date": ("data",),
        "why": ("porque",),
        "tip": ("dica",),
        "less": ("menos",),
        "more": ("mais",),
        "pause": ("pausa",),
        "resume": ("continuar",),
    },
    "ar": {
        "join": ("اشتراك",),
        "crave": ("رغبة",),
        "mood": ("مزاج", "توتر"),
        "slip": ("دخنت",),
        "date": ("تاريخ",),
        "why": ("لماذا",),
        "tip": ("نصيحة",),
        "less": ("اقل",),
        "more": ("اكثر",),
        "pause": ("استراحة",),
        "resume": ("متابعة",),
    },
    "hi": {
        "join": ("जुड़ें", "judo"),
        "crave": ("तलब", "talab"),
        "mood": ("मूड", "तनाव", "tanav"),
        "slip": ("फिसला", "phisla"),
        "date": ("तारीख", "tarikh"),
        "why": ("क्यों", "kyon"),
        "tip": ("सलाह", "salah"),
        "less": ("कम", "kam"),
        "more": ("ज़्यादा", "zyada"),
        "pause": ("विराम", "viram"),
        "resume": ("जारी", "jaari"),
    },
}
_CHOICES = {
    "en": ("low", "high", "strong"),
    "nb": ("lite", "mye", "sterkt"),
    "nn": ("lite", "mykje", "sterkt"),
    "es": ("poco", "mucho", "fuerte"),
    "fr": ("faible", "fort", "forte"),
    "pt": ("pouco", "muito", "forte"),
    "ar": ("قليل", "قوي", "قوية"),
    "hi": ("थोड़ा", "बहुत", "bahut"),
}
_LITTLE = {"hi": ("थोड़ा", "thoda")}

QUESTION_OF = {
    "open yes_no": "smoked",
    "open number": "per_day",
    "open date": "date",
    "open choice": "craving",
    "open name": "name",
    "joining": "uses",
}


def content_in(language: str) -> Content:
    """In one language, or in all of them at once for `mixed`."""
    languages = LANGUAGES if language == "mixed" else (language,)
    keywords = {word: _RULES[does] for word, does in _TWINS.items()}
    for one in languages:
        for does, words in KEYWORDS[one].items():
            keywords |= {fold(word): _RULES[does] for word in words}
    default = languages[0]
    texts = {("system.did_you_mean", default): "Did you mean one of our words?"}
    return content(
        languages=languages,
        default_language=default,
        keywords=keywords,
        questions=_questions(default),
        banks={bank: (f"{bank}.1",) for bank in ("crave", "mood", "why", "tip", "slip")},
        texts=texts,
    )


def _questions(language: str) -> dict[str, QuestionRule]:
    little, *much = _CHOICES[language]
    few = frozenset(map(fold, _LITTLE.get(language, (little,))))
    return {
        "uses": QuestionRule("uses", QuestionKind.YES_NO),
        "smoked": QuestionRule("smoked", QuestionKind.YES_NO),
        "per_day": QuestionRule("per_day", QuestionKind.NUMBER, lowest=0, highest=100),
        "date": QuestionRule("date", QuestionKind.DATE, attribute="quit_date"),
        "name": QuestionRule("name", QuestionKind.NAME, attribute="first_name"),
        "craving": QuestionRule(
            "craving",
            QuestionKind.CHOICE,
            choices=(
                ChoiceRule("low", 1, few),
                ChoiceRule("high", 3, frozenset(map(fold, much))),
            ),
        ),
    }
