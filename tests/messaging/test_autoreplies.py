import pytest

from messaging.autoreplies import is_automatic


@pytest.mark.parametrize(
    "text",
    [
        "Auto-Reply: I'm away until Monday",
        "[Automatic reply] thank you for your message",
        "I'm driving right now. I'll get back to you later.",
        "AUTOSVAR: Jeg er på ferie",
        "Jeg kjører nå, ringer senere",
        "Respuesta automática: fuera de servicio",
        "Réponse automatique",
        "رد تلقائي: أنا مشغول",
    ],
)
def test_what_a_machine_sends_back_is_known(text: str) -> None:
    assert is_automatic(text)


@pytest.mark.parametrize(
    "text",
    [
        "CRAVE",
        "I automatically reach for one after coffee",
        "my driving is worse without a smoke",
        "reply to me please",
        "auto",
        "",
    ],
)
def test_what_a_person_writes_is_not(text: str) -> None:
    assert not is_automatic(text)
