from tests.factories.organisation import OrganisationFactory
from tests.factories.user import UserFactory

__all__ = ["OrganisationFactory", "UserFactory"]
