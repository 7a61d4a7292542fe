"""A simulation shared out among processes. Pure but for the forking.

A person's life depends on the seed and the person's place alone, so that the figures are the same
however many processes there are.
"""

import multiprocessing
from functools import partial, reduce

from campaigns.content import Content
from enrolment.rates import USUAL_RATES, Rates
from enrolment.simulation import Crowd, simulate
from enrolment.simulation_tally import Tally
from enrolment.stand_in import Country

#: Below this a fork costs more than it saves.
_WORTH_A_FORK = 100


def simulate_together(
    content: Content,
    crowd: Crowd,
    *,
    country: Country | None = None,
    rates: Rates = USUAL_RATES,
    processes: int = 1,
) -> Tally:
    """The caller holds no open database connection: children inherit everything."""
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    if processes == 1 or crowd.people < _WORTH_A_FORK or not can_fork:
        return simulate(content, crowd, rates=rates, country=country)
    # Forked, not spawned: compiled conditions are functions, which can't be sent.
    global _live
    _live = partial(simulate, content, crowd, rates=rates, country=country)
    shares = [range(place, crowd.people, processes) for place in range(processes)]
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return reduce(Tally.plus, pool.map(_share, shares))


_live: partial[Tally] | None = None


def _share(places: range) -> Tally:
    assert _live is not None, "forked after it was set"
    return _live(places=places)
