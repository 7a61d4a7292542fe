"""What a sender costs in a month, and whether its budget still lets it.

Spend is counted from attempts a provider accepted, so a text that failed afterwards is paid for
and one that was refused is not. Days and months are UTC's, as on most providers' bills: a country
may have several zones, and a sender serves all of them. A day is counted whole, never added to, so
counting twice, late or at once on two machines comes to the same.

Dispatch reads the state that is written here: what leaves between two countings can pass the
budget by that much.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import structlog
from django.db import connection, transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext, ngettext

from messaging.models.sender import Sender
from messaging.models.spend_day import SpendDay
from trust import audit
from trust.saying import said
from trust.telling import Day

log = structlog.get_logger(__name__)

#: How long before a day began an attempt of that day may have drawn its id.
_SKEW = timedelta(hours=1)
_ONE_DAY = timedelta(days=1)

# Ids rise with time: from the newest back to the first that is too old, nothing else is read. Two
# statements, for only with the id at hand does the database plan the second by it.
_OLDER = """
SELECT id FROM messaging_attempt WHERE calendar_at < %s ORDER BY id DESC LIMIT 1
"""
_COUNT = """
INSERT INTO messaging_spendday (sender_id, day, messages, segments, counted_at)
SELECT m.sender_id, timezone('UTC', a.calendar_at)::date, count(*), sum(m.segments), %(now)s
  FROM messaging_attempt a JOIN messaging_message m ON m.id = a.message_id
 WHERE a.outcome = 'accepted' AND a.calendar_at >= %(since)s
   AND a.id > %(after)s
 GROUP BY 1, 2
ON CONFLICT (sender_id, day) DO UPDATE
   SET messages = EXCLUDED.messages, segments = EXCLUDED.segments,
       counted_at = EXCLUDED.counted_at
"""
# The newest day says when all was last counted, also while nothing is sent.
_COUNTED = """
UPDATE messaging_spendday SET counted_at = %s
 WHERE day = (SELECT max(day) FROM messaging_spendday)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One sender's month so far. `spent` is None without a price, `share` (of the budget, 1 is all
    of it) without a budget."""

    month: date
    messages: int
    segments: int
    spent: Decimal | None
    share: Decimal | None
    state: Sender.BudgetState


@transaction.atomic
def refresh(*, now: datetime) -> int:
    """Counts what was sent and judges every sender's budget; how many changed their state."""
    # One counting at a time: of two, the older could be written last.
    senders = list(Sender.objects.select_for_update(no_key=True).order_by("pk"))
    _count(now)
    return sum(_judge(sender, now) for sender in senders)


def standing(*, sender: Sender, now: datetime) -> Standing:
    """What the money counted so far makes of the budget; `sender.budget_state` is what it made of
    it at the last counting, and what dispatch goes by."""
    month = month_of(now)
    sums = SpendDay.objects.filter(
        sender=sender, day__gte=month, day__lte=now.astimezone(UTC).date()
    ).aggregate(messages=Sum("messages"), segments=Sum("segments"))
    segments = sums["segments"] or 0
    spent = None if sender.segment_price is None else segments * sender.segment_price
    share = _share(spent, sender.monthly_budget)
    return Standing(
        month=month,
        messages=sums["messages"] or 0,
        segments=segments,
        spent=spent,
        share=share,
        state=_state(share, sender.budget_warns_at),
    )


def month_of(now: datetime) -> date:
    """The first day of the month, UTC."""
    return now.astimezone(UTC).date().replace(day=1)


def notice(*, sender: Sender, now: datetime, found: Standing | None = None) -> str:
    """What staff must know of the budget dispatch goes by; empty while it is open. `found`: where
    it has been read."""
    if sender.budget_state == Sender.BudgetState.OPEN:
        return ""
    found = found or standing(sender=sender, now=now)
    values = {"share": _percent(found), "month": said(Day(found.month, "MMMM y"))}
    if sender.budget_state == Sender.BudgetState.WARNED:
        words = gettext(
            "%(share)s %% of the budget of %(month)s is spent. At 100 %% its texts stop."
        )
    elif found.state != Sender.BudgetState.STOPPED:
        words = gettext(
            "%(share)s %% of the budget of %(month)s is spent. Its texts go on at the next "
            "counting, within a minute."
        )
    else:
        words = gettext(
            "%(share)s %% of the budget of %(month)s is spent: only answers to HELP and STOP "
            "leave until it is raised or the month ends."
        )
    return words % values


def told(*, sender: Sender, now: datetime, found: Standing | None = None) -> str:
    """The month so far in a line."""
    found = found or standing(sender=sender, now=now)
    parts = [
        ngettext("%(texts)s text", "%(texts)s texts", found.messages)
        % {"texts": f"{found.messages:,}"},
        ngettext("%(segments)s segment", "%(segments)s segments", found.segments)
        % {"segments": f"{found.segments:,}"},
    ]
    if found.spent is not None:
        parts.append(amount(found.spent, sender.currency))
    if found.share is not None:
        parts.append(gettext("%(share)s %% of the budget") % {"share": _percent(found)})
    return ", ".join(parts)


def amount(money: Decimal, currency: str) -> str:
    return f"{currency} {money:,.2f}"


def _percent(found: Standing) -> int:
    """Rounded down, so that 100 says it is spent."""
    return int((found.share or 0) * 100)


def _share(spent: Decimal | None, budget: Decimal | None) -> Decimal | None:
    if spent is None or budget is None:
        return None
    return spent / budget if budget else Decimal(1)


def _state(share: Decimal | None, warns_at: int) -> Sender.BudgetState:
    if share is None or share * 100 < warns_at:
        return Sender.BudgetState.OPEN
    return Sender.BudgetState.WARNED if share < 1 else Sender.BudgetState.STOPPED


def _count(now: datetime) -> None:
    since = _since(now)
    with connection.cursor() as cursor:
        cursor.execute(_OLDER, [since - _SKEW])
        older = cursor.fetchone()
        after = older[0] if older else 0
        cursor.execute(_COUNT, {"now": now, "since": since, "after": after})
        cursor.execute(_COUNTED, [now])


def _since(now: datetime) -> datetime:
    """The first day that may have changed: yesterday; at a day's first counting all of the month,
    since a text may be settled long after its call; after a gap all since the last counting."""
    last = SpendDay.objects.aggregate(last=Max("counted_at"))["last"]
    if last is None:
        return datetime(1970, 1, 2, tzinfo=UTC)
    today, counted = now.astimezone(UTC).date(), last.astimezone(UTC).date()
    day = counted - _ONE_DAY
    if counted < today:
        day = min(day, month_of(now))
    return datetime.combine(day, time.min, UTC)


def _judge(sender: Sender, now: datetime) -> bool:
    found = standing(sender=sender, now=now)
    if found.state == sender.budget_state:
        return False
    Sender.objects.filter(pk=sender.pk).update(budget_state=found.state)
    audit.record(
        verb=f"budget.{found.state}",
        subject=sender,
        detail={
            "before": str(sender.budget_state),
            "percent": _percent(found),
            "segments": found.segments,
        },
    )
    log.warning(
        "budget_state", sender_id=sender.pk, status=str(found.state), segments=found.segments
    )
    return True
