"""Our count of segments against Twilio's own calculator (npm) and smsutil (Python).

Where they differ the reason stands here as a rule of its own, and the rule is checked.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import smsutil

from messaging.segments import measure, split
from tests.peers import npm

_SEED = 20261123
_EACH = 500
_PLAIN = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà"
_DOUBLE = "^{}\\[~]|€\f"
_FOREIGN = "çáíóúâêôč“”–…жнऄनمی안"
_PAIRS = "😀🙏🔥💚𝄞🚭"
#: What people see as one character and the wire carries as several.
_CLUSTERS = ("👍🏽", "👨‍👩‍👧", "🇳🇴", "❤️", "e\u0301", "नि")
#: Lengths in characters round the places where a segment fills up.
_EDGES = (0, 1, 66, 67, 68, 69, 70, 71, 133, 134, 135, 152, 153, 154, 159, 160, 161, 201, 202)
_LONG_EDGES = (305, 306, 307, 458, 459, 460, 611, 612, 613)


@dataclass(frozen=True, slots=True)
class Twilios:
    """`clusters`: the text as the calculator took it apart."""

    encoding: str
    segments: int
    clusters: list[str]


def _lengths(draw: random.Random) -> int:
    edge = draw.choice(_EDGES + _LONG_EDGES)
    return max(0, edge + draw.randint(-2, 2))


def _made_of(*alphabets: str, rare: str = "") -> Callable[[random.Random], str]:
    """`rare`: a few of these among the others."""

    def text(draw: random.Random) -> str:
        letters = [draw.choice(draw.choice(alphabets)) for _ in range(_lengths(draw))]
        for _ in range(draw.randint(0, 3) if rare and letters else 0):
            letters[draw.randrange(len(letters))] = draw.choice(rare)
        return "".join(letters)

    return text


def _with_clusters(draw: random.Random) -> str:
    letters = [draw.choice("abж ") for _ in range(_lengths(draw))]
    for _ in range(draw.randint(1, 6)):
        letters.insert(draw.randint(0, len(letters)), draw.choice(_CLUSTERS))
    return "".join(letters)


KINDS: dict[str, Callable[[random.Random], str]] = {
    "basic alphabet": _made_of(_PLAIN),
    "a few doubled": _made_of(_PLAIN, rare=_DOUBLE),
    "many doubled": _made_of(_PLAIN, _DOUBLE),
    "one foreign": _made_of(_PLAIN, rare=_FOREIGN),
    "foreign": _made_of(_FOREIGN, _PLAIN, _DOUBLE),
    "pairs": _made_of(_PAIRS, _FOREIGN, _PLAIN),
    "a few pairs": _made_of(_PLAIN, rare=_PAIRS),
}


def texts_of(*makers: Callable[[random.Random], str]) -> list[str]:
    draw = random.Random(_SEED)
    return [maker(draw) for maker in makers for _ in range(_EACH)]


def _counted_by_twilio(texts: list[str]) -> Iterator[Twilios]:
    counted = npm.run("count_segments.cjs", texts, needs="sms-segments-calculator")
    return (Twilios(*each) for each in counted)


@pytest.fixture(scope="module")
def simple() -> list[tuple[str, Twilios]]:
    """Texts in which every character is one to the eye too: no rule excuses a difference."""
    texts = texts_of(*KINDS.values())
    return list(zip(texts, _counted_by_twilio(texts), strict=True))


@pytest.fixture(scope="module")
def clustered() -> list[tuple[str, Twilios]]:
    texts = texts_of(_with_clusters)
    return list(zip(texts, _counted_by_twilio(texts), strict=True))


def test_generated_texts_reach_every_edge(simple: list[tuple[str, Twilios]]) -> None:
    """A generator that never filled a segment would agree with anybody."""
    units = {(each.encoding, each.units) for each in (measure(text) for text, _ in simple)}

    for encoding, edges in {"gsm7": (160, 161, 306, 307), "ucs2": (70, 71, 134, 135)}.items():
        assert {(encoding, edge) for edge in edges} <= units


def test_encoding_and_segments_agree_with_twilios_calculator(
    simple: list[tuple[str, Twilios]],
) -> None:
    names = {"gsm7": "GSM-7", "ucs2": "UCS-2"}
    differing = [
        (ours, twilios.encoding, twilios.segments)
        for text, twilios in simple
        if (names[(ours := measure(text)).encoding], ours.segments)
        != (twilios.encoding, twilios.segments)
    ]

    assert differing == []


def test_calculator_keeps_clusters_whole_and_so_counts_no_fewer(
    clustered: list[tuple[str, Twilios]],
) -> None:
    """The calculator never cuts between characters that make one picture; the wire may, and we
    count as the wire: UTF-16 units, only pairs kept whole. So it may need a segment more. It does
    exactly where packing whole clusters does, never for another reason."""
    for text, twilios in clustered:
        ours = measure(text).segments
        assert twilios.segments == _packed(twilios.clusters)
        assert ours <= twilios.segments
    differing = [text for text, twilios in clustered if measure(text).segments < twilios.segments]
    assert 0 < len(differing) < len(clustered) / 4, "the rule is met, and is not the rule for all"


def _packed(clusters: list[str]) -> int:
    """Segments when no cluster is cut. All of these texts are UCS-2."""
    sizes = [len(cluster.encode("utf-16-le")) // 2 for cluster in clusters]
    if sum(sizes) <= 70:
        return 1
    segments, filled = 1, 0
    for size in sizes:
        if filled + size > 67:
            segments, filled = segments + 1, 0
        filled += size
    return segments


def test_segments_agree_with_smsutil(
    simple: list[tuple[str, Twilios]], clustered: list[tuple[str, Twilios]]
) -> None:
    """smsutil calls an empty text UTF-16; both then count one segment."""
    encodings = {"gsm7": "gsm0338", "ucs2": "utf_16_be"}
    for text, _ in [*simple, *clustered]:
        theirs, ours = smsutil.split(text), measure(text)

        assert ours.segments == len(theirs.parts)
        assert split(text) == [part.content for part in theirs.parts]
        assert encodings[ours.encoding] == theirs.encoding or not text


def test_escape_itself_is_no_character_of_ours() -> None:
    """smsutil takes ESC (0x1B) for a letter of GSM-7. Sent by itself it would turn the next letter
    into another, so to us it is foreign, as it is to Twilio's calculator."""
    (twilios,) = _counted_by_twilio(["a\x1bb"])

    assert smsutil.split("a\x1bb").encoding == "gsm0338"
    assert measure("a\x1bb").encoding == "ucs2"
    assert twilios.encoding == "UCS-2"
