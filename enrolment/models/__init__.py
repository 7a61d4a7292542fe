"""The face for other apps; inside enrolment import the concrete file."""

from enrolment.models.allocation import Allocation
from enrolment.models.anchor import Anchor
from enrolment.models.answer import Answer
from enrolment.models.api_token import ApiToken
from enrolment.models.attribute import Attribute
from enrolment.models.audit_run import AuditRun
from enrolment.models.bank_use import BankUse
from enrolment.models.batch_move import BatchMove
from enrolment.models.broadcast import Broadcast
from enrolment.models.broadcast_decision import BroadcastDecision
from enrolment.models.broadcast_list import BroadcastList
from enrolment.models.broadcast_listed import BroadcastListed
from enrolment.models.call import Call
from enrolment.models.call_attempt import CallAttempt
from enrolment.models.call_list import CallList
from enrolment.models.canned_reply import CannedReply
from enrolment.models.case import Case
from enrolment.models.case_target import CaseTarget
from enrolment.models.consent import Consent
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.models.erasure import Erasure
from enrolment.models.follow_up_sample import FollowUpSample
from enrolment.models.former_number import FormerNumber
from enrolment.models.hearing import Hearing
from enrolment.models.invitation import Invitation
from enrolment.models.note import Note
from enrolment.models.notice import Notice
from enrolment.models.number_change import NumberChange
from enrolment.models.operator_contact import OperatorContact
from enrolment.models.page import Page
from enrolment.models.pager_contact import PagerContact
from enrolment.models.participant import Participant
from enrolment.models.people_export import PeopleExport
from enrolment.models.people_export_part import PeopleExportPart
from enrolment.models.people_file import PeopleFile
from enrolment.models.people_row import PeopleRow
from enrolment.models.reading import Reading
from enrolment.models.rehearsal_transcript import RehearsalTranscript
from enrolment.models.set_publishing import SetPublishing
from enrolment.models.submission import Submission
from enrolment.models.trouble import Trouble
from enrolment.models.turn import Turn
from enrolment.models.unblinding import Unblinding
from enrolment.models.web_link import WebLink
from enrolment.models.web_visit import WebVisit
from enrolment.models.withdrawal import Withdrawal

__all__ = [
    "Allocation",
    "Anchor",
    "Answer",
    "ApiToken",
    "Attribute",
    "AuditRun",
    "BankUse",
    "BatchMove",
    "Broadcast",
    "BroadcastDecision",
    "BroadcastList",
    "BroadcastListed",
    "Call",
    "CallAttempt",
    "CallList",
    "CannedReply",
    "Case",
    "CaseTarget",
    "Consent",
    "Decision",
    "Enrolment",
    "Erasure",
    "FollowUpSample",
    "FormerNumber",
    "Hearing",
    "Invitation",
    "Note",
    "Notice",
    "NumberChange",
    "OperatorContact",
    "Page",
    "PagerContact",
    "Participant",
    "PeopleExport",
    "PeopleExportPart",
    "PeopleFile",
    "PeopleRow",
    "Reading",
    "RehearsalTranscript",
    "SetPublishing",
    "Submission",
    "Trouble",
    "Turn",
    "Unblinding",
    "WebLink",
    "WebVisit",
    "Withdrawal",
]
