"""What a campaign may ask consent to, beside its texts. Each is answered for itself: whoever says
no to all of them gets the same programme. Pure.
"""

from enum import StrEnum

#: As a condition names them: consent.research.
CONSENT_PREFIX = "consent."


class ConsentScope(StrEnum):
    RESEARCH = "research"
    FOLLOW_UP_CALL = "follow_up_call"
    DATA_SHARING = "data_sharing"
