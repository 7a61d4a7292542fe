"""What a campaign's planned questions ask, for people who do not know their keys."""

from django.db.models import F, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat

from campaigns.models import Campaign, CampaignVersion, Step, Text
from research.asked import Question, question


def question_names(campaign: Campaign) -> dict[str, Question]:
    """By step, in the order of their days, worded in the campaign's own language. Of the published
    version: a step it no longer has is not in it."""
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
        .order_by(F("day").asc(nulls_last=True), "stage__position", "position")
        .values_list("key", "question__key", "day", "words")
    )
    return {step: question(key, day, words) for step, key, day, words in steps}
