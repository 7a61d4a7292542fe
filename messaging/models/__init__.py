from messaging.models.attempt import Attempt
from messaging.models.calendar_offset import CalendarOffset
from messaging.models.inbound_message import InboundMessage
from messaging.models.message import Message
from messaging.models.message_body import MessageBody
from messaging.models.opt_out import OptOut
from messaging.models.receipt import Receipt
from messaging.models.recipient import Recipient
from messaging.models.sender import Sender
from messaging.models.spend_day import SpendDay

__all__ = [
    "Attempt",
    "CalendarOffset",
    "InboundMessage",
    "Message",
    "MessageBody",
    "OptOut",
    "Receipt",
    "Recipient",
    "Sender",
    "SpendDay",
]
