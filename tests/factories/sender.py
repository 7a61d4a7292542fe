import factory
from factory.django import DjangoModelFactory

from messaging.models import Sender
from tests.factories.organisation import OrganisationFactory


class SenderFactory(DjangoModelFactory[Sender]):
    class Meta:
        model = Sender

    organisation = factory.SubFactory(OrganisationFactory)
    segments_per_second = 5000
    name = factory.Sequence(lambda n: f"Sender {n}")
    address = "60099"
    provider = "fake"
    country = "GB"
    stop_text = "You will get no more texts."
    help_text = "Who we are. Text STOP to end."
