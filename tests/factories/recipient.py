import factory
from factory.django import DjangoModelFactory

from messaging.models import Recipient
from tests.factories.organisation import OrganisationFactory
from trust.blind_index import number_index


class RecipientFactory(DjangoModelFactory[Recipient]):
    """Numbers of the UK drama range, in turn."""

    class Meta:
        model = Recipient

    organisation = factory.SubFactory(OrganisationFactory)
    number = factory.Sequence(lambda n: f"+{447700900000 + n % 1000}")
    number_index = factory.LazyAttribute(lambda row: number_index(row.organisation.pk, row.number))
