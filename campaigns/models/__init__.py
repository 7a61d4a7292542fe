"""The face for other apps; inside campaigns import the concrete file."""

from campaigns.models.arm import Arm
from campaigns.models.bank_text import BankText
from campaigns.models.calendar_date import CalendarDate
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.day_off import DayOff
from campaigns.models.factor import Factor
from campaigns.models.job import Job
from campaigns.models.keyword import Keyword
from campaigns.models.language_review import LanguageReview
from campaigns.models.lint_report import LintReport
from campaigns.models.membership import Membership
from campaigns.models.message_bank import MessageBank
from campaigns.models.pretest_rating import PretestRating
from campaigns.models.question import Question
from campaigns.models.stage import Stage
from campaigns.models.step import Step
from campaigns.models.technique_code import TechniqueCode
from campaigns.models.text import Text
from campaigns.models.text_comment import TextComment
from campaigns.models.text_edit import TextEdit
from campaigns.models.trial import Trial
from campaigns.models.trial_change import TrialChange
from campaigns.models.upload import Upload

__all__ = [
    "Arm",
    "BankText",
    "CalendarDate",
    "Campaign",
    "CampaignVersion",
    "DayOff",
    "Factor",
    "Job",
    "Keyword",
    "LanguageReview",
    "LintReport",
    "Membership",
    "MessageBank",
    "PretestRating",
    "Question",
    "Stage",
    "Step",
    "TechniqueCode",
    "Text",
    "TextComment",
    "TextEdit",
    "Trial",
    "TrialChange",
    "Upload",
]
