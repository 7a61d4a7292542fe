"""The key of the pseudonyms that one campaign's API tells. Two campaigns' cannot be joined, and
neither can an export's that was made with a key of its own."""

import hmac

from django.conf import settings

from campaigns.models import Campaign


def key_of(campaign: Campaign) -> bytes:
    """Of the oldest index key, which stays as long as anything was made with it; so a pseudonym is
    the same for years."""
    root: bytes = settings.INDEX_KEYS[min(settings.INDEX_KEYS)]
    told = f"research-api:{campaign.organisation_id}:{campaign.pk}"
    return hmac.digest(root, told.encode(), "sha256")
