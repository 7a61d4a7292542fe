"""What a reader must know to trust a trial's report, or to compute it anew."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.models import Trial
from research.estimators import EDITION
from research.indicators.abstinence import DEFINITION as ABSTINENCE
from research.indicators.retention import DEFINITION as RETENTION

_WHEN = "j F Y, H:i"


def about(trial: Trial, *, now: datetime) -> Sequence[tuple[str, str]]:
    """(name, what): how people were allocated, and what the figures were made with."""
    told = [
        (_("State"), trial.get_state_display()),
        (_("Allocation"), trial.get_method_display()),
    ]
    if trial.strata:
        told.append((_("Strata"), ", ".join(map(str, trial.strata))))
    told.append((_("Blinding"), _("staff see no arm") if trial.blinded else _("open")))
    told.append((_("Began"), _utc(trial.started_at)))
    if trial.stopped_at:
        told.append((_("Stopped"), _utc(trial.stopped_at)))
    return [
        *told,
        (_("Data up to"), _utc(now)),
        (_("Formulas and definitions"), versions()),
        (_("Hash of the sealed seed"), trial.seed_hash),
    ]


def versions() -> str:
    """Each rises when the same rows would give another figure."""
    told = [f"{each.key}/{each.version}" for each in (ABSTINENCE, RETENTION)]
    return ", ".join([f"effects/{EDITION}", *told])


def changes(trial: Trial) -> Sequence[tuple[str, str, str]]:
    """(when, what, why) of everything done to it."""
    return [
        (_utc(change.changed_at), change.get_kind_display(), change.reason)
        for change in trial.changes.order_by("pk")
    ]


def _utc(at: datetime | None) -> str:
    return f"{date_format(at, _WHEN)} UTC" if at else ""
