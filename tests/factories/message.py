from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from messaging.models import Message, MessageBody
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory


class MessageFactory(DjangoModelFactory[Message]):
    """A queued text whose time is now, with its words."""

    class Meta:
        model = Message
        exclude = ("now",)
        skip_postgeneration_save = True

    now = factory.LazyFunction(lambda: datetime.now(UTC))
    sender = factory.SubFactory(SenderFactory)
    organisation = factory.SelfAttribute("sender.organisation")
    recipient = factory.SubFactory(
        RecipientFactory, organisation=factory.SelfAttribute("..organisation")
    )
    kind = Message.Kind.DUE
    cause_kind = Message.CauseKind.DECISION
    cause_key = factory.Sequence(str)
    priority = 20
    not_before = factory.LazyAttribute(lambda row: row.now - timedelta(minutes=1))
    valid_until = factory.LazyAttribute(lambda row: row.now + timedelta(hours=1))
    zone = "Europe/London"
    segments = 1
    encoding = "gsm7"
    created_at = factory.SelfAttribute("now")
    body = factory.RelatedFactory(
        "tests.factories.message.MessageBodyFactory", factory_related_name="message"
    )


class MessageBodyFactory(DjangoModelFactory[MessageBody]):
    class Meta:
        model = MessageBody

    text = "Day one is behind you."
