"""Thanks, and OK: what people say when they want nothing. No answer, and no work for anybody. Pure.

The words of languages other than English and Norwegian await native readers.
"""

from messaging.folding import fold

_WORDS = frozenset(
    fold(words)
    for words in (
        "thanks", "thank you", "thank u", "thankyou", "thx", "ty", "cheers", "many thanks",
        "thanks a lot", "thank you so much", "thanks so much", "ok", "okay", "ok thanks",
        "ok thank you", "great", "great thanks", "cool", "nice", "good", "lovely", "noted",
        "will do", "got it", "bless you", "god bless", "good night", "good morning",
        "takk", "tusen takk", "takk skal du ha", "mange takk", "ok takk", "takk for det",
        "den er god", "supert", "flott", "fint", "greit", "god natt", "god morgen",
        "gracias", "muchas gracias", "vale", "vale gracias", "merci", "merci beaucoup",
        "d'accord", "obrigado", "obrigada", "muito obrigado", "muito obrigada",
        "شكرا", "شكرا لك", "شكرا جزيلا", "धन्यवाद", "शुक्रिया", "ठीक है",
    )
)  # fmt: skip
_SIGNS = frozenset("👍👌🙏❤💚💙😊🙂😀😃😄🎉💪👏🤗☺\ufe0f\u200d")
_SKINS = range(0x1F3FB, 0x1F400)


def is_courtesy(text: str) -> bool:
    """Signs that may mean that somebody is sad are not among these."""
    signs = "".join(text.split())
    if signs and all(sign in _SIGNS or ord(sign) in _SKINS for sign in signs):
        return True
    return fold(text) in _WORDS
