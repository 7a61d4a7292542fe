from research.models.counting import Counting
from research.models.day_count import DayCount
from research.models.export import Export
from research.models.export_key import ExportKey
from research.models.report_refusal import ReportRefusal
from research.models.settled_mark import SettledMark
from research.models.standing_count import StandingCount
from research.models.webhook import Webhook
from research.models.webhook_delivery import WebhookDelivery
from research.models.weekly_report import WeeklyReport

__all__ = [
    "Counting",
    "DayCount",
    "Export",
    "ExportKey",
    "ReportRefusal",
    "SettledMark",
    "StandingCount",
    "Webhook",
    "WebhookDelivery",
    "WeeklyReport",
]
