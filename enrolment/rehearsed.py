"""Which personas a version's curriculum ships, and which of them an approver has accepted in it."""

from collections.abc import Collection, Sequence
from pathlib import Path

from django.conf import settings

from campaigns.models import CampaignVersion
from enrolment.models.rehearsal_transcript import RehearsalTranscript

PERSONAS = "personas"


def shipped_folder(version: CampaignVersion) -> Path | None:
    """The curriculum this version came from, if this installation has its folder."""
    key = version.pack.get("key")
    # Looked for, never put together: a key comes from a file somebody uploaded.
    shipped = Path(settings.CURRICULA_DIR).iterdir()
    return next((folder for folder in shipped if folder.name == key), None)


def shipped_personas(version: CampaignVersion) -> Sequence[Path]:
    folder = shipped_folder(version)
    return sorted((folder / PERSONAS).glob("*.yaml")) if folder is not None else []


def unaccepted(version: CampaignVersion) -> list[str]:
    """Keys of the shipped personas nobody has accepted in this very version."""
    kept = RehearsalTranscript.objects.filter(version=version)
    return shipped_but(version, set(kept.values_list("persona", flat=True)))


def shipped_but(version: CampaignVersion, accepted: Collection[str]) -> list[str]:
    return [path.stem for path in shipped_personas(version) if path.stem not in accepted]
