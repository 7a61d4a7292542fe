"""Student's t distribution, from scipy's special functions, which are light to load. Pure."""

from scipy.special import stdtr, stdtrit


def reach(degrees: float) -> float:
    """So many standard errors to each side hold 95 of 100."""
    return float(stdtrit(degrees, 0.975))


def two_sided(t: float, degrees: float) -> float:
    return float(2 * stdtr(degrees, -abs(t)))
