"""A browser as staff have it: the second factor set up, and shown at signing in."""

from django.test import Client
from django.utils import timezone

from trust import second_factor
from trust.models import User


def with_second_factor(user: User) -> Client:
    client = Client()
    client.force_login(user)
    second_factor.mark(user, at=timezone.now())
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa"}]
    session.save()
    return client
