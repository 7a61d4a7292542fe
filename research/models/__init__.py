from research.models.counting import Counting
from research.models.day_count import DayCount
from research.models.export import Export
from research.models.export_key import ExportKey
from research.models.report_refusal import ReportRefusal
from research.models.standing_count import StandingCount
from research.models.weekly_report import WeeklyReport

__all__ = [
    "Counting", "DayCount", "Export", "ExportKey", "ReportRefusal", "StandingCount",
    "WeeklyReport",
]  # fmt: skip
