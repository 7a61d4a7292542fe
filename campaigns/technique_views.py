"""The page of techniques: what each stage does to help people change, and who found it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from campaigns import coding
from campaigns.coverage import Agreement, Codes, agreement, coverage, own_codes
from campaigns.technique_chart import technique_chart
from campaigns.techniques import GROUPS, VERSION, VOCABULARY, in_order
from campaigns.unloading import as_pack
from campaigns.version_door import version_for

_PACK = _("The pack")


@dataclass(frozen=True, slots=True)
class Pair:
    one: str
    other: str
    found: Agreement


@staff_member_required
@require_GET
def techniques(request: HttpRequest, version_id: int) -> HttpResponse:
    """?coder= one of those who coded; else what the pack says."""
    version = version_for(request, version_id)
    pack = as_pack(version)
    codings: dict[str, tuple[str, Codes]] = {"": (str(_PACK), own_codes(pack))}
    for user in coding.coders(version):
        codings[str(user.pk)] = (str(user), coding.codes_of(version, user))
    chosen = request.GET.get("coder", "")
    chosen = chosen if chosen in codings else ""
    parts = coverage(pack, codings[chosen][1])
    used = in_order({each.code for part in parts for each, _ in part.counts})
    page = {
        "version": version,
        "parts": parts,
        "chart": technique_chart(parts),
        "groups": [(number, name) for number, name in GROUPS.items()],
        "used": len(used),
        "vocabulary": f"{VOCABULARY}, version {VERSION}",
        "coders": [(key, name) for key, (name, _) in codings.items()],
        "chosen": chosen,
        "pairs": _pairs(list(codings.values())),
    }
    return render(request, "campaigns/techniques.html", page)


def _pairs(codings: Sequence[tuple[str, Codes]]) -> list[Pair]:
    found = []
    for (one, first), (other, second) in combinations(codings, 2):
        if (agreed := agreement(first, second)) is not None:
            found.append(Pair(one, other, agreed))
    return found
