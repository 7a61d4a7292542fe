"""Texts that a machine sent back: whoever answers them is answered again, for ever. Pure.

A phone that drives, an office that is closed, a network that could not deliver. The phrases are
those that begin such texts; the words of languages other than English and Norwegian await native
readers.
"""

from messaging.folding import fold

_BEGIN = tuple(
    fold(phrase)
    for phrase in (
        "auto reply", "auto-reply", "autoreply", "automatic reply", "automated reply",
        "automatic response", "auto response", "this is an automated", "this is an automatic",
        "out of office", "i am driving", "i'm driving", "driving mode", "i am in a meeting",
        "message blocking is active", "your message could not be delivered", "delivery failed",
        "the number you have texted", "this number does not receive", "do not reply",
        "autosvar", "automatisk svar", "jeg kjører nå", "eg køyrer no", "ikke til stede",
        "respuesta automática", "estoy conduciendo", "fuera de la oficina", "mensaje automático",
        "réponse automatique", "je conduis", "message automatique", "absent du bureau",
        "resposta automática", "estou dirigindo", "mensagem automática", "estou a conduzir",
        "رد تلقائي", "رسالة تلقائية", "أنا أقود", "स्वचालित उत्तर", "ऑटो रिप्लाई",
    )
)  # fmt: skip


def is_automatic(text: str) -> bool:
    folded = fold(text)
    return any(folded == begin or folded.startswith(f"{begin} ") for begin in _BEGIN)
