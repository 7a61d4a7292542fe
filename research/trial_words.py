"""What a trial's report says beside its figures, in the reader's language."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.draw_rules import NOTHING, OWN_TEXT
from campaigns.trial_values import PackProximal, ProximalKind
from research.flow import ArmFlow, Flow
from research.flow_drawing import Box
from research.trial_effects import Basis

EXCLUDED: Mapping[str, object] = {
    "ineligible": gettext_lazy("not eligible when asked while joining"),
    "left_before": gettext_lazy("left before joining was complete"),
    "no_consent": gettext_lazy("no consent to take part in the study"),
    "not_drawn": gettext_lazy("did not meet the trial's rule, or came by a way that draws nobody"),
}
#: Of the second stage, where nobody is turned away.
NOT_REDRAWN = gettext_lazy("responded, or have not come to the second draw")
BASES: Mapping[Basis, object] = {
    Basis.DUE: gettext_lazy("all due, no answer = smoking"),
    Basis.ANSWERS: gettext_lazy("those who answered"),
}
MEANS: Mapping[str, object] = {
    "texts": gettext_lazy("Planned texts sent, per person"),
    "answers": gettext_lazy("Readable answers given, per person"),
}
KNOWN: Mapping[str, object] = {
    "language": gettext_lazy("Language"),
    "region": gettext_lazy("Region"),
    "channel": gettext_lazy("Channel"),
    "age": gettext_lazy("Age"),
    "sex": gettext_lazy("Sex"),
}


_OUTCOMES: Mapping[str, object] = {
    ProximalKind.REPLY: gettext_lazy("any text within %(hours)s hours"),
    ProximalKind.KEYWORD: gettext_lazy("the word %(of)s within %(hours)s hours"),
    ProximalKind.ANSWER: gettext_lazy("an answer to %(of)s within %(hours)s hours"),
    ProximalKind.READING: gettext_lazy("a reading of %(of)s within %(hours)s hours"),
}
_ANSWER_OF = gettext_lazy("%(value)s to %(of)s within %(hours)s hours")
_OPTIONS: Mapping[str, object] = {
    NOTHING: gettext_lazy("no text"),
    OWN_TEXT: gettext_lazy("its own text"),
}


def option(name: str) -> str:
    return str(_OPTIONS.get(name, name.replace("_", " ")))


def proximal_outcome(rule: PackProximal) -> str:
    wants_one = rule.kind == ProximalKind.ANSWER and rule.value
    said = _ANSWER_OF if wants_one else _OUTCOMES[rule.kind]
    return str(said) % {
        "of": rule.of.replace("_", " "),
        "hours": rule.within_hours,
        "value": rule.value,
    }


def why_excluded(reason: str, *, is_second: bool) -> str:
    if is_second and reason == "not_drawn":
        return str(NOT_REDRAWN)
    return str(EXCLUDED.get(reason, reason))


def assessed(flow: Flow, *, is_second: bool) -> Box:
    said = _("Allocated in the first stage") if is_second else _("Came while the trial ran")
    return Box(f"{said}: {flow.assessed:,}")


def excluded(flow: Flow, *, is_second: bool) -> Box:
    lines = [
        f"{count:,} {why_excluded(reason, is_second=is_second)}"
        for reason, count in flow.excluded.items()
    ]
    if flow.waiting:
        lines.append(_("%(count)s still on the way in") % {"count": f"{flow.waiting:,}"})
    return Box(
        _("Not allocated: %(count)s") % {"count": f"{flow.all_excluded + flow.waiting:,}"},
        tuple(lines),
    )


def randomised(flow: Flow) -> Box:
    return Box(_("Allocated at random: %(count)s") % {"count": f"{flow.randomised:,}"})


def arm_boxes(arm: ArmFlow, time: int) -> Sequence[Box]:
    """What CONSORT calls allocation, follow-up and analysis."""
    return (
        Box(
            f"{arm.name}: {arm.allocated:,}",
            (
                _("%(count)s got at least one planned text") % {"count": f"{arm.received:,}"},
                _("%(count)s got none") % {"count": f"{arm.not_received:,}"},
            ),
        ),
        Box(
            _("Followed"),
            (
                _("%(count)s still in, or through to the end") % {"count": f"{arm.stayed:,}"},
                _("%(count)s withdrew") % {"count": f"{arm.withdrew:,}"},
                _("%(count)s lost: the number takes no texts") % {"count": f"{arm.lost:,}"},
            ),
        ),
        Box(
            _("Analysed at day %(time)s: %(count)s") % {"time": time, "count": f"{arm.analysed:,}"},
            (
                _("%(count)s answered") % {"count": f"{arm.answered:,}"},
                _("%(count)s did not: counted as smoking") % {"count": f"{arm.silent:,}"},
                _("Not analysed: %(due)s not due yet, %(date)s without a quit date")
                % {"due": f"{arm.not_due:,}", "date": f"{arm.no_date:,}"},
            ),
        ),
    )


def flow_told(flow: Flow) -> str:
    """The picture in a sentence, for whoever does not see it."""
    told = ngettext(
        "%(assessed)s person came, %(left)s not allocated, %(drawn)s allocated at random",
        "%(assessed)s people came, %(left)s not allocated, %(drawn)s allocated at random",
        flow.assessed,
    ) % {
        "assessed": f"{flow.assessed:,}",
        "left": f"{flow.all_excluded + flow.waiting:,}",
        "drawn": f"{flow.randomised:,}",
    }
    arms = "; ".join(
        _("%(arm)s: %(allocated)s allocated, %(withdrew)s withdrew, %(lost)s lost, %(n)s analysed")
        % {
            "arm": arm.name,
            "allocated": f"{arm.allocated:,}",
            "withdrew": f"{arm.withdrew:,}",
            "lost": f"{arm.lost:,}",
            "n": f"{arm.analysed:,}",
        }
        for arm in flow.arms
    )
    return f"{told}. {arms}." if arms else f"{told}."


FLOW_LEVELS: Sequence[tuple[str, object]] = (
    ("allocated", gettext_lazy("Allocated")),
    ("received", gettext_lazy("Got at least one planned text")),
    ("not_received", gettext_lazy("Got none")),
    ("stayed", gettext_lazy("Still in, or through to the end")),
    ("withdrew", gettext_lazy("Withdrew")),
    ("lost", gettext_lazy("Lost: the number takes no texts")),
    ("no_date", gettext_lazy("Not analysed: without a quit date")),
    ("not_due", gettext_lazy("Not analysed: survey not due yet")),
    ("analysed", gettext_lazy("Analysed")),
    ("answered", gettext_lazy("Answered")),
    ("silent", gettext_lazy("Did not answer: counted as smoking")),
)


def pooled(strata: int) -> str:
    """How the strata of the draw were taken into account."""
    if not strata:
        return ""
    return ngettext(
        "Compared within %(count)s stratum, the one people were drawn in, and pooled.",
        "Compared within the %(count)s strata people were drawn in, and pooled.",
        strata,
    ) % {"count": strata}
