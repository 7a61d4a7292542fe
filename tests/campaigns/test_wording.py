import pytest

from campaigns.wording import (
    MissingValue,
    compile_wording,
    render,
    stray_braces,
    unknown_placeholders,
    worst_case,
)

DEFAULTS = {"first_name": "friend"}


def test_render_inserts_each_value_once() -> None:
    wording = compile_wording("Hi {{ first_name }}, {{quit_date}} is near", {})

    text = render(wording, {"first_name": "{{ quit_date }}"[:0] or "Bo", "quit_date": "1 May"}, {})

    assert text == "Hi Bo, 1 May is near"


def test_render_never_reads_a_value_as_a_placeholder() -> None:
    wording = compile_wording("Hi {{ first_name }}", {})

    assert render(wording, {"first_name": "{{ quit_date }}"}, DEFAULTS) == "Hi {{ quit_date }}"


def test_render_outside_gsm7_gives_way_to_the_default() -> None:
    wording = compile_wording("Hi {{ first_name }}", {})

    assert render(wording, {"first_name": "Žofia"}, DEFAULTS) == "Hi friend"
    assert render(wording, {"first_name": "Åse"}, DEFAULTS) == "Hi Åse"


def test_render_keeps_the_name_where_the_text_is_ucs2_anyway() -> None:
    wording = compile_wording("नमस्ते {{ first_name }}", {})

    assert render(wording, {"first_name": "Žofia"}, DEFAULTS) == "नमस्ते Žofia"


def test_render_too_long_gives_way_to_the_default() -> None:
    wording = compile_wording("Hi {{ first_name }}", {})

    assert render(wording, {"first_name": "n" * 21}, DEFAULTS) == "Hi friend"
    assert render(wording, {"first_name": "€" * 11}, DEFAULTS) == "Hi friend"


def test_render_strips_control_characters() -> None:
    wording = compile_wording("Hi {{ first_name }}", {})

    assert render(wording, {"first_name": "A\nB"}, DEFAULTS) == "Hi A B"


def test_render_without_value_or_default_is_refused() -> None:
    with pytest.raises(MissingValue, match="quit_date"):
        render(compile_wording("On {{ quit_date }}", {}), {}, DEFAULTS)


def test_country_variable_becomes_part_of_the_text() -> None:
    wording = compile_wording("Ring {{ quitline }}", {"quitline": "0808 157 0123"})

    assert wording.parts == ("Ring 0808 157 0123",)


def test_country_variable_without_a_value_is_refused() -> None:
    with pytest.raises(MissingValue, match="quitline"):
        compile_wording("Ring {{ quitline }}", {"quitline": ""})


def test_worst_case_takes_every_field_at_its_longest() -> None:
    assert worst_case("a" * 140 + "{{ first_name }}").units == 160
    assert worst_case("a" * 141 + "{{ first_name }}").segments == 2


def test_braces_and_unknown_names_are_found() -> None:
    assert unknown_placeholders("{{ frist_name }} {{ quitline }}", ["quitline"]) == ["frist_name"]
    assert stray_braces("{{ first name }}")
    assert not stray_braces("{{ first_name }}")
