from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from research.charts import HEIGHT, dose_bars, staying_curve, week_heat
from research.counts import Count, Counts, Measure
from research.indicators.dose import dose
from research.survival import kaplan_meier

FIRST = date(2026, 12, 1)
fates = st.dictionaries(
    st.sampled_from(["delivered", "sent", "waiting", "suppressed:paused"]), st.integers(0, 9)
)


def of(fates: dict[str, int]) -> Counts:
    return Counts(tuple(Count(Measure.TEXT, key, 0, n, FIRST) for key, n in fates.items()))


@given(st.lists(fates, min_size=1, max_size=10))
def test_column_is_as_high_as_its_days_share_of_the_most(days: list[dict[str, int]]) -> None:
    doses = {FIRST + timedelta(days=n): dose(of(day)) for n, day in enumerate(days)}

    chart = dose_bars(doses)

    for place, day in enumerate(doses.values()):
        column = [bar for bar in chart.bars if bar.x == place * 10]
        tall = sum(bar.height for bar in column)
        assert abs(tall - (HEIGHT * day.planned / chart.most if chart.most else 0)) < 0.1
        assert all(bar.y >= -0.01 for bar in column)


def test_bar_says_its_day_in_words() -> None:
    chart = dose_bars({FIRST: dose(of({"delivered": 2, "suppressed:paused": 1}))})

    assert [bar.kind for bar in chart.bars] == ["delivered", "kept"]
    assert chart.bars[0].told == "Tue 1 Dec: 3 planned, 2 sent, 2 delivered, 1 kept back"
    assert chart.marks == ("1 Dec", "1 Dec", "1 Dec")


def test_no_days_make_no_bars() -> None:
    assert dose_bars({}).bars == ()


def test_curve_steps_down_where_somebody_leaves() -> None:
    curve = staying_curve(kaplan_meier({5: 1}, {10: 1}))

    assert curve is not None
    assert (
        curve.line
        == "0.0,0.00 500.0,0.00 500.0,50.00 1000.0,50.00 1000.0,50.00 1000.0,50.00 1000.0,50.00"
    )
    assert curve.band.startswith("500.0,")
    assert curve.marks == (0, 5, 10)


def test_no_curve_of_a_single_day() -> None:
    assert staying_curve(kaplan_meier({0: 1}, {0: 3})) is None
    assert staying_curve(()) is None


def test_week_has_a_square_for_each_hour() -> None:
    heat = week_heat({(2, 21): 4, (0, 0): 1})

    assert len(heat.cells) == 7 * 24
    shades = {(cell.y, cell.x): cell.shade for cell in heat.cells if cell.shade != "0.00"}
    assert shades == {(2, 21): "1.00", (0, 0): "0.25"}
    assert heat.cells[0].told == "Monday, 0:00 to 1:00: 1"
