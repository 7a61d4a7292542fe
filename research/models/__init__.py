from research.models.counting import Counting
from research.models.day_count import DayCount
from research.models.standing_count import StandingCount

__all__ = ["Counting", "DayCount", "StandingCount"]
