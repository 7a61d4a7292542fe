import pytest

from messaging.phrases import phrases


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("want|wanna to? die", "i wanna die", True),
        ("want|wanna to? die", "i want to die now", True),
        ("want|wanna to? die", "i want to diet", False),
        ("do_not|dont text", "please do not text", True),
        ("do_not|dont text", "do text", False),
        ("suicid*", "suicidal", True),
        ("suicid*", "a suicide", True),
        ("*انتحر", "سانتحر", True),
        ("my ... hurts", "my left arm really hurts", True),
        ("my ... hurts", "my oh my how much it hurts", True),
        ("my ... hurts", "my one two three four hurts", False),
    ],
)
def test_phrase_is_found(phrase: str, text: str, found: bool) -> None:
    assert phrases([phrase]).found_in(text) is found


def test_where_a_phrase_stands() -> None:
    alone = phrases(["leave me alone", "wrong number", "wrong number mate"])

    assert alone.begin("leave me alone now")
    assert not alone.begin("they leave me alone")
    assert alone.end("sorry wrong number")
    assert alone.end("wrong number mate")
    assert not alone.end("wrong number of days")


def test_what_is_taken_out_leaves_the_rest() -> None:
    idioms = phrases(["dying for a", "to die for"])

    assert idioms.taken_out("dying for a smoke i want to die") == "∅ smoke i want to die"
    assert idioms.taken_out("nothing here") == "nothing here"


@pytest.mark.parametrize("phrase", ["... die", "to? die", "*ing", "su*"])
def test_phrase_that_would_cost_too_much_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="begins with"):
        phrases([phrase])
