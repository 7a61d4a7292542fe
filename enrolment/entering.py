"""Stages entered by the clock, written for a batch. By text it is `anchors.enter_stage`."""

from collections.abc import Sequence
from datetime import datetime

from campaigns.content import Content
from campaigns.rules import Track, entry_anchor
from enrolment.models.anchor import Anchor
from enrolment.state import Entry

_SOURCE = "handed over"


def write(entries: Sequence[tuple[int, int, Entry, Content]], now: datetime) -> None:
    """(enrolment, attempt, entry, content) in the order they happened. Few in any batch."""
    for enrolment_id, attempt, entry, content in entries:
        standing = Anchor.objects.filter(
            enrolment_id=enrolment_id, attempt=attempt, replaced_at=None
        )
        standing.filter(kind__in=_left(content, entry)).update(replaced_at=entry.at)
        Anchor.objects.create(
            enrolment_id=enrolment_id,
            attempt=attempt,
            kind=entry_anchor(entry.stage),
            occurrence=entry.occurrence,
            instant=entry.at,
            source=_SOURCE,
            set_at=now,
        )


def _left(content: Content, entry: Entry) -> list[str]:
    """The stage that handed over, and any path when a path is entered; as in coming.enter."""
    is_path = content.stages[entry.stage].track is Track.PATH
    return [
        entry_anchor(stage.key)
        for stage in content.stages.values()
        if stage.key != entry.stage
        and (stage.then_enter == entry.stage or (is_path and stage.track is Track.PATH))
    ]
