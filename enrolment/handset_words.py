"""What may be texted to a campaign, for whoever tries it on the handset."""

from collections.abc import Mapping, Sequence

from campaigns.models import Campaign, CampaignVersion, Keyword
from campaigns.rules import KeywordAction
from trust.telling import tell

_TOLD: Mapping[str, str] = {
    KeywordAction.JOIN: tell("starts; answer the questions that come"),
    KeywordAction.SLIP: tell("from the quit day on: other texts for two days"),
    KeywordAction.LESS: tell("fewer texts"),
    KeywordAction.MORE: tell("more texts"),
    KeywordAction.PAUSE: tell("three days of rest"),
    KeywordAction.RESUME: tell("ends the rest sooner"),
    KeywordAction.LATER: tell("an open question can wait"),
    KeywordAction.TIME: tell("texts within these hours alone"),
    KeywordAction.DATE: tell("another day, or after it another attempt"),
    KeywordAction.LANGUAGE: tell("the texts in another language"),
    KeywordAction.DATA: tell("what is kept"),
    KeywordAction.ERASE: tell("erases it all, once it is confirmed"),
    KeywordAction.WEB: tell("a link to a page of one's own"),
    KeywordAction.READING: tell("a measured value"),
}
_WITH: Mapping[str, str] = {
    KeywordAction.PAUSE: " 3",
    KeywordAction.TIME: " 9-17",
    KeywordAction.DATE: " 5 June",
    KeywordAction.LANGUAGE: " en",
    KeywordAction.READING: " 6.5",
}
#: Every sender has them, whatever its campaigns say.
_ALWAYS = (
    ("HELP", tell("who this is, always answered")),
    ("STOP", tell("ends everything, with one confirmation")),
)


def words_of(campaign: Campaign) -> Sequence[tuple[str, str]]:
    """The first word of each thing, in the language of who has chosen none; nothing but HELP and
    STOP while no version is published."""
    live = campaign.versions.filter(status=CampaignVersion.Status.PUBLISHED).first()
    if live is None:
        return _ALWAYS
    rows = (
        Keyword.objects.filter(version=live, language__in=(live.default_language, "any"))
        .select_related("bank", "question", "stage")
        .order_by("position", "pk")
    )
    first: dict[int, Keyword] = {}
    for row in rows:
        if row.position not in first:
            first[row.position] = row
    own = [(row.word + _WITH.get(row.action, ""), _told(row)) for row in first.values()]
    return (*own, *_ALWAYS)


def _told(row: Keyword) -> str:
    if row.action == KeywordAction.BANK and row.bank is not None:
        return tell("a text of “%(bank)s”, none again until all have come", bank=row.bank.name)
    if row.action == KeywordAction.ASK:
        return tell("asks %(question)s", question=str(row.question))
    if row.action == KeywordAction.ENTER and row.stage is not None:
        return tell("leads into %(stage)s", stage=row.stage.name)
    return _TOLD.get(row.action, row.action)
