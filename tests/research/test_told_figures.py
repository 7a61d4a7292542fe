from research import told_figures
from research.counts import Counts
from research.indicators.abstinence import Outcome
from research.indicators.dose import dose
from research.indicators.funnel import Step
from research.indicators.opt_outs import opt_outs
from research.share import Share


def told(share: Share) -> dict[str, object]:
    found = told_figures.rows(
        funnel=(Step("began", "Began", share, share),),
        dose=dose(Counts()),
        opt_outs=opt_outs(Counts(), 0),
        abstinence=(Outcome(182, 7, share, share),),
    )
    keys = {row["key"] for row in found}
    assert {"d182.w7.missing_is_smoking", "d182.w7.respondents"} < keys
    return next(row for row in found if row["key"] == "began")


def test_both_numbers_stand_beside_the_share_and_its_interval() -> None:
    row = told(Share(3, 12))

    assert (row["numerator"], row["denominator"], row["value"]) == (3, 12, 0.25)
    assert row["low"] < 0.25 < row["high"]  # type: ignore[operator]
    assert row["suppressed"] is False


def test_few_people_are_not_told_of() -> None:
    row = told(Share(1, 4))

    assert row["suppressed"] is True
    assert {row[name] for name in ("numerator", "denominator", "value", "low", "high")} == {None}


def test_nobody_is_told_as_nobody() -> None:
    row = told(Share(0, 0))

    assert (row["suppressed"], row["denominator"], row["value"]) == (False, 0, None)
