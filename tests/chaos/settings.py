"""The product's settings with a provider slow enough to be killed in the middle of, and a lease
short enough to wait for."""

from config.settings import *  # noqa: F403

SMS_PROVIDERS = {"fake": {"BACKEND": "messaging.providers.fake.Fake", "OPTIONS": {"latency": 0.15}}}
ATTEMPT_LEASE_SECONDS = 6
