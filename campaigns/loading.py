"""THROWAWAY by the lead to unblock the browser tests: the pack helper replaces it."""

from datetime import time

from django.db import transaction

from campaigns.models import *  # noqa
from messaging.stopwords import fold


@transaction.atomic
def load(*, pack, campaign, author):
    c = pack.campaign
    last = campaign.versions.order_by("-number").first()
    v = CampaignVersion.objects.create(
        campaign=campaign,
        number=last.number + 1 if last else 1,
        languages=c["languages"],
        default_language=c["default_language"],
        hours_start=time.fromisoformat(c["hours"]["start"]),
        hours_end=time.fromisoformat(c["hours"]["end"]),
        slots={k: [s["start"], s["end"]] for k, s in c["slots"].items()},
        default_slot=c["default_slot"],
        onboarding=c["onboarding"],
        defaults=pack.defaults,
        author=author,
    )
    qs = {}
    for i, q in enumerate(pack.questions):
        r = q.get("range") or {}
        qs[q["key"]] = Question.objects.create(
            version=v,
            key=q["key"],
            position=i,
            kind=q["type"],
            attribute=q.get("attribute") or "",
            choices=q.get("choices") or [],
            earliest_day=r.get("from_day", 0),
            latest_day=r.get("to_day", 30),
            expires_hours=q.get("expires_hours") or 0,
            outcomes=q.get("outcomes") or {},
        )
    for i, s in enumerate(pack.stages):
        st = Stage.objects.create(
            version=v,
            key=s["key"],
            name=s["name"],
            position=i,
            anchor=s["anchor"],
            track=s["track"],
            late=s["late"],
            shelf_hours=s["shelf_hours"],
        )
        for j, p in enumerate(s["steps"]):
            Step.objects.create(
                version=v,
                stage=st,
                key=p["key"],
                position=j,
                day=p.get("day"),
                slot=p.get("slot", ""),
                after_minutes=p.get("after_minutes"),
                question=qs[p["question"]] if p.get("question") else None,
                late=p.get("late", s["late"]),
                shelf_hours=p.get("shelf_hours", s["shelf_hours"]),
                priority=p.get("priority", "assessment" if p.get("question") else "core"),
                tags=p.get("tags", []),
            )
    banks = {}
    for b in pack.banks:
        banks[b["key"]] = MessageBank.objects.create(version=v, key=b["key"], name=b["name"])
        for i, t in enumerate(b["texts"]):
            BankText.objects.create(bank=banks[b["key"]], key=t["key"], position=i, tags=t["tags"])
    for k in pack.keywords:
        for lang, words in k["words"].items():
            for w in words:
                Keyword.objects.create(
                    version=v,
                    action=k["action"],
                    bank=banks.get(k.get("bank")),
                    language=lang,
                    word=w,
                    folded=fold(w),
                )
    for lang, texts in pack.texts.items():
        Text.objects.bulk_create(
            Text(version=v, key=k, language=lang, body=b) for k, b in texts.items()
        )
    return v
