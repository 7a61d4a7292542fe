"""The product's settings with times short enough to wait for: a call gets half of the lease."""

from config.settings import *  # noqa: F403

ATTEMPT_LEASE_SECONDS = 4
PROVIDER_LIST_LAG_SECONDS = 1
