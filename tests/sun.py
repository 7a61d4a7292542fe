"""When the sun sets, to a few minutes: the usual approximation of the Almanac for Computers."""

from datetime import date, time
from math import acos, asin, cos, degrees, radians, sin

#: The sun's upper edge at the horizon, with the air's bending.
_HORIZON = -0.833


def sunset(day: date, latitude: float, longitude: float, hours_east: float) -> time:
    """Wall time at a place. Asks for a place where the sun sets that day."""
    turn = radians(360 / 365 * (day.timetuple().tm_yday - 81))
    equation = 9.87 * sin(2 * turn) - 7.53 * cos(turn) - 1.5 * sin(turn)
    tilt = asin(sin(radians(23.45)) * sin(turn))
    high = radians(latitude)
    angle = (sin(radians(_HORIZON)) - sin(high) * sin(tilt)) / (cos(high) * cos(tilt))
    noon = 12 - equation / 60 - longitude / 15 + hours_east
    minutes = round((noon + degrees(acos(angle)) / 15) * 60)
    return time(minutes // 60, minutes % 60)
