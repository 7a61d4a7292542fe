"""The product's settings with a lease short enough to wait for: a call gets half of it."""

from config.settings import *  # noqa: F403

ATTEMPT_LEASE_SECONDS = 4
