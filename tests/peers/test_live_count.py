"""What the editor counts while one types is what the server counts when it is sent."""

from pathlib import Path

from campaigns.pack import read_pack
from messaging.segments import foreign_characters, measure
from tests.peers import npm
from tests.peers.test_segment_oracles import KINDS, texts_of

CURRICULA = Path(__file__).resolve().parents[2] / "curricula"


def shipped() -> list[str]:
    packs = [read_pack(folder) for folder in sorted(CURRICULA.iterdir())]
    return [text for pack in packs for texts in pack.texts.values() for text in texts.values()]


def test_page_counts_as_the_server_does() -> None:
    texts = [
        "",
        " ",
        "\u00e5",
        "a\u030a",
        "{{ first_name }}",
        *texts_of(*KINDS.values()),
        *shipped(),
    ]

    counted = npm.run("count_live.cjs", texts)

    assert len(counted) == len(texts) > 6000
    for text, (encoding, units, segments, foreign) in zip(texts, counted, strict=True):
        assert (encoding, units, segments) == tuple(measure(text)), repr(text)
        assert foreign == foreign_characters(text), repr(text)
