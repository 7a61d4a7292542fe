from messaging.models.alarm import Alarm
from messaging.models.attempt import Attempt
from messaging.models.calendar_offset import CalendarOffset
from messaging.models.heartbeat import Heartbeat
from messaging.models.house import House
from messaging.models.inbound_message import InboundMessage
from messaging.models.inbound_part import InboundPart
from messaging.models.message import Message
from messaging.models.message_body import MessageBody
from messaging.models.opt_out import OptOut
from messaging.models.pace import Pace
from messaging.models.receipt import Receipt
from messaging.models.recipient import Recipient
from messaging.models.report import Report
from messaging.models.sender import Sender
from messaging.models.sender_group import SenderGroup
from messaging.models.spend_day import SpendDay

__all__ = [
    "Alarm",
    "Attempt",
    "CalendarOffset",
    "Heartbeat",
    "House",
    "InboundMessage",
    "InboundPart",
    "Message",
    "MessageBody",
    "OptOut",
    "Pace",
    "Receipt",
    "Recipient",
    "Report",
    "Sender",
    "SenderGroup",
    "SpendDay",
]
