import factory
from factory.django import DjangoModelFactory

from tests.factories.organisation import OrganisationFactory
from trust.models import User


class UserFactory(DjangoModelFactory[User]):
    """No role and no password: give `organisation_role` and, to log in, use `force_login`."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@example.org")
    name = factory.Sequence(lambda n: f"User {n}")
    organisation = factory.SubFactory(OrganisationFactory)
