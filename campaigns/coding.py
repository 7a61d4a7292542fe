"""Texts coded by people: which techniques somebody found in them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from campaigns.models.bank_text import BankText
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.technique_code import TechniqueCode
from campaigns.reviewing import ReviewRefused
from campaigns.techniques import TECHNIQUES, VERSION, VOCABULARY
from trust import audit
from trust.models import User


@transaction.atomic
def code_text(
    *, version: CampaignVersion, key: str, codes: Sequence[str], actor: User, now: datetime
) -> None:
    """What `actor` finds in the text, the main technique first, in place of what they found before.

    Raises ReviewRefused for an unknown code, and for a key of no step and no bank's text.
    """
    unknown = [code for code in codes if code not in TECHNIQUES]
    if unknown:
        raise ReviewRefused(
            gettext("%(unknown)s: no code of %(vocabulary)s, such as 1.4.")
            % {"unknown": ", ".join(unknown), "vocabulary": VOCABULARY}
        )
    if not is_coded(version, key):
        raise ReviewRefused(gettext("Techniques are of planned texts and of those in banks."))
    # One coder's own rows: two presses at once end as one of them.
    TechniqueCode.objects.filter(
        version=version, key=key, coder=actor, vocabulary=VOCABULARY
    ).delete()
    TechniqueCode.objects.bulk_create(
        TechniqueCode(
            version=version,
            key=key,
            code=code,
            vocabulary=VOCABULARY,
            vocabulary_version=VERSION,
            is_main=place == 0,
            coder=actor,
            coded_at=now,
        )
        for place, code in enumerate(dict.fromkeys(codes))
    )
    audit.record(
        verb="version.code_text", subject=version, actor=actor, detail={"codes": len(codes)}
    )


def is_coded(version: CampaignVersion, key: str) -> bool:
    """Whether the key is of something that carries techniques."""
    steps = version.steps.filter(key=key).exists()
    return steps or BankText.objects.filter(bank__version=version, key=key).exists()


def coders(version: CampaignVersion) -> list[User]:
    found = version.technique_codes.order_by().values("coder")
    return list(User.objects.filter(pk__in=found).order_by("name", "pk"))


def codes_of(version: CampaignVersion, coder: User) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    rows = version.technique_codes.filter(coder=coder, vocabulary=VOCABULARY)
    for key, code in rows.values_list("key", "code"):
        found.setdefault(key, set()).add(code)
    return {key: frozenset(codes) for key, codes in found.items()}
