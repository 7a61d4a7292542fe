from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from enrolment.answer_words import LANGUAGES, words_of
from enrolment.spoken_dates import read_date, read_days

LANGUAGE = st.sampled_from(LANGUAGES)
TODAY = st.dates(date(2024, 1, 1), date(2035, 12, 31))
SCRIPTS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "۰۱۲۳۴۵۶۷۸۹")


def written(number: int, script: str) -> str:
    return "".join(script[int(digit)] for digit in str(number))


@given(LANGUAGE, st.text(max_size=80), TODAY)
def test_whatever_is_typed_is_a_day_or_not_and_never_raises(
    language: str, text: str, today: date
) -> None:
    read_date(text, today=today, language=language)
    days = read_days(text, today=today, language=language)

    assert days is None or days >= 0


@given(LANGUAGE, TODAY, st.integers(1, 28), st.integers(1, 12), st.data())
def test_day_and_month_by_any_of_its_names_is_that_day_to_come(
    language: str, today: date, day: int, month: int, data: st.DataObject
) -> None:
    names = [name for name, place in words_of(language).months.items() if place == month]
    name = data.draw(st.sampled_from(names))
    script = data.draw(st.sampled_from(SCRIPTS))

    found = read_date(f"{written(day, script)} {name}", today=today, language=language)

    assert found is not None
    assert (found.day, found.month) == (day, month)
    assert 0 <= (found - today).days <= 366


@given(LANGUAGE, TODAY, st.integers(1, 28), st.integers(1, 12), st.sampled_from("./- "))
def test_day_stands_before_month_in_every_language(
    language: str, today: date, day: int, month: int, sign: str
) -> None:
    found = read_date(f"{day}{sign}{month}", today=today, language=language)

    assert found is not None
    assert (found.day, found.month) == (day, month)


@given(LANGUAGE, TODAY, st.data())
def test_weekday_by_any_of_its_names_is_within_the_week_to_come(
    language: str, today: date, data: st.DataObject
) -> None:
    name, place = data.draw(st.sampled_from(sorted(words_of(language).weekdays.items())))

    found = read_date(name, today=today, language=language)

    assert found is not None
    assert found.weekday() == place
    assert timedelta(0) < found - today <= timedelta(days=7)
