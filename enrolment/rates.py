"""How often simulated people do what, and where each figure comes from. Pure.

"Ours" is a guess: nobody has published it, so a programme should put its own figure there. The
published ones are of quit-smoking programmes by text, mostly of young or paid-up trial samples.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares from 0 to 1, times in the unit of the name.

    answers: of planned questions; teenagers in SmokefreeTXT stayed below 30 % throughout.
    stops_on_quit_day, stops_a_day: SmokefreeTXT, 53.6 % of 18,080 finished 42 days, and the day
        with most leaving was the quit day. 4 % on the day, then 1.38 % of those left each day,
        leave 53.6 % on day 42. The later and the earlier share are ours.
    craves, slips: txt2stop, 38.5 % texted CRAVE or LAPSE; the split in two is ours.
    crave_hours: the mean that puts half of all CRAVEs within 106 hours of quitting (txt2stop).
        Half of slips fall on days 4 to 17 there; simulation draws them so.
    asks_less: frequency was the top dislike of 20.5 % in Text2Quit; that two in five of them would
        text LESS is ours.
    answers_at_once (to a question that follows one's own text), not_yet, relapses, confirms,
        tries_words, asks_pause, asks_later, goes_silent and all the rest: ours.
    """

    answers: float = 0.28
    answers_at_once: float = 0.7
    answers_joining: float = 0.97
    answer_minutes: float = 30
    eligible: float = 0.97
    says_yes: float = 0.6
    smokes_when_asked: float = 0.3
    not_yet: float = 0.1
    most_days_ahead: int = 21
    stops_a_day_before: float = 0.004
    stops_on_quit_day: float = 0.04
    stops_a_day: float = 0.0138
    steady_days: int = 42
    stops_a_day_later: float = 0.003
    craves: float = 0.28
    more_craves: float = 2
    crave_hours: float = 153
    slips: float = 0.15
    relapses: float = 0.12
    relapse_after_days: float = 21
    most_attempts: int = 3
    goes_silent: float = 0.35
    silent_after_days: float = 20
    confirms: float = 0.9
    tries_words: float = 0.3
    most_tries: int = 3
    asks_less: float = 0.08
    asks_pause: float = 0.04
    asks_later: float = 0.05


USUAL_RATES = Rates()
