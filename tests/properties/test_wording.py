from hypothesis import given
from hypothesis import strategies as st

from campaigns.wording import LONGEST_VALUE, compile_wording, placeholders, render, worst_case
from messaging.segments import is_gsm7, measure

GSM7 = st.text(alphabet="abc XYZ.,!?'0123456789€[]æøåÄ", max_size=120)
FIELDS = st.sampled_from(["{{ first_name }}", "{{quit_date}}", "{{  first_name  }}"])
TEXTS = st.lists(GSM7 | FIELDS, max_size=6).map("".join)
VALUES = st.text(max_size=60)
DEFAULTS = {"first_name": "friend", "quit_date": "the day"}


@given(TEXTS, VALUES, VALUES)
def test_no_value_ever_costs_more_than_the_worst_case(text: str, name: str, day: str) -> None:
    sent = render(compile_wording(text, {}), {"first_name": name, "quit_date": day}, DEFAULTS)

    assert measure(sent).segments <= worst_case(text).segments
    assert measure(sent).units <= worst_case(text).units
    assert is_gsm7(sent)


@given(st.text(max_size=100), VALUES)
def test_a_value_is_inserted_once_and_never_read_again(text: str, name: str) -> None:
    wording = compile_wording("{{ first_name }}", {})

    sent = render(wording, {"first_name": name}, DEFAULTS)

    assert sent == DEFAULTS["first_name"] or len(sent) <= LONGEST_VALUE
    assert wording.fields == ("first_name",)


@given(st.text(max_size=200).filter(lambda text: not placeholders(text)))
def test_text_without_placeholders_is_sent_as_it_stands(text: str) -> None:
    assert render(compile_wording(text, {}), {}, {}) == text
