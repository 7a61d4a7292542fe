"""What a campaign's planned questions ask, for people who do not know their keys."""

from textwrap import shorten

from django.db.models import F, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat

from campaigns.models import Campaign, CampaignVersion, Step, Text

_LONGEST = 60


def question_names(campaign: Campaign) -> dict[str, str]:
    """By step, in the order of the journey: the day, and the words in the campaign's own language.
    Of the published version; a step it no longer has goes by its key."""
    texts = Text.objects.filter(
        version=OuterRef("version"), language=OuterRef("version__default_language")
    )
    own = texts.filter(key=OuterRef("key")).values("body")[:1]
    asked = texts.filter(key=Concat(Value("question."), OuterRef("question__key")))
    steps = (
        Step.objects.filter(
            version__campaign=campaign,
            version__status=CampaignVersion.Status.PUBLISHED,
            question__isnull=False,
        )
        .annotate(
            words=Coalesce(
                Subquery(own),
                Subquery(asked.values("body")[:1]),
                F("key"),
                output_field=TextField(),
            )
        )
        .order_by("stage__position", "position")
        .values_list("key", "day", "words")
    )
    return {key: _name(day, words) for key, day, words in steps}


def _name(day: int | None, words: str) -> str:
    told = shorten(words, _LONGEST, placeholder=" \u2026")
    return told if day is None else f"Day {day}: {told}"
