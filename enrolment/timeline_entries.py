"""Rows of the timeline put into words, a line each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from campaigns.rules import Caps
from enrolment import person_words, silences
from enrolment.models.case import Case
from enrolment.models.consent import Consent
from enrolment.models.decision import Decision
from enrolment.models.withdrawal import Withdrawal
from enrolment.silences import Silence
from enrolment.state import Reason
from enrolment.timeline_causes import is_resendable
from enrolment.timeline_rows import Row, Sort
from enrolment.two_clocks import TwoClocks
from messaging.models import InboundMessage, Message, Receipt
from trust.redaction import without_links
from trust.telling import tell


class Kind(StrEnum):
    SENT = "sent"
    SILENT = "silent"
    RECEIVED = "received"
    DONE = "done"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `body` is None where nothing was written or it may not be read. `beside`: the
    person's own time, where it is another. `message_id`: of a text that may be sent again;
    `case_id`: of a case."""

    at: datetime
    kind: Kind
    title: str
    status: str = ""
    body: str | None = field(default=None, repr=False)
    why: str = ""
    beside: str = ""
    message_id: int | None = None
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """Rows put into words. `caps`: of the version the enrolment is on."""

    clocks: TwoClocks
    now: datetime
    version_id: int
    caps: Caps

    def entry(self, row: Row) -> Entry:
        told = _TELLS[row.sort](self, row)
        beside = self.clocks.beside(row.at)
        body = None if row.words is None else without_links(row.words)
        return Entry(at=row.at, body=body, beside=beside, **told)

    def decision(self, row: Row) -> dict[str, Any]:
        facts = row.facts
        reason, moved = facts["reason"], ""
        went = facts["outcome"] == Decision.Outcome.QUEUED and facts["moved_to"] is not None
        if went and silences.is_moved(reason):
            moved = self.clocks.moment(datetime.fromisoformat(facts["moved_to"]))
        silence = Silence(
            outcome=facts["outcome"],
            reason=reason,
            due=self.clocks.day(row.at),
            moved_to=moved,
            cap=self._cap(reason) if facts["version"] == self.version_id else None,
        )
        held = facts["outcome"] == Decision.Outcome.HELD
        status = tell("moved") if moved else tell("held back") if held else tell("not sent")
        why = silences.decided(silence)
        return {"kind": Kind.SILENT, "title": facts["step"], "status": status, "why": why}

    def message(self, row: Row) -> dict[str, Any]:
        facts = row.facts
        status = Message.Status(facts["status"])
        leaves = self.clocks.moment(datetime.fromisoformat(facts["not_before"]))
        due = facts["due_at"]
        due_at = row.at if due is None else datetime.fromisoformat(due)
        why = silences.on_the_wire(
            status=status, reason=facts["reason"], day=self.clocks.day(due_at), at=leaves
        )
        silent = status in (*Message.SILENT, Message.Status.FAILED, Message.Status.UNDELIVERED)
        again = (
            facts["word"] != "resend"
            and not facts["resent"]
            and is_resendable(status=status, kind=facts["kind"], at=row.at, now=self.now)
        )
        reports = self._reports(facts["receipts"], beside=(status, self.clocks.hour(row.at)))
        return {
            "kind": Kind.SILENT if silent else Kind.SENT,
            "title": facts["step"] or _message_title(facts),
            "status": tell(status.label),
            "why": _both(why, reports),
            "message_id": row.row if again else None,
        }

    def _reports(self, receipts: Sequence[Mapping[str, str]], beside: tuple[str, str]) -> str:
        """As in "Sent 09:10. Delivered 09:11."; each report as it came. Empty for one that says
        what stands beside it already."""
        found = [
            (each["status"], self.clocks.hour(datetime.fromisoformat(each["at"])))
            for each in receipts
        ]
        if found == [beside]:
            return ""
        told = ""
        for status, hour in found:
            told = _both(told, _REPORTS[status](hour))
        return told

    def _cap(self, reason: str) -> int | None:
        if reason == Reason.WEEK_CAP:
            return self.caps.week
        return self.caps.day if reason == Reason.DAY_CAP else None


_REPORTS: Mapping[str, Callable[[str], str]] = {
    Receipt.Status.SENT: lambda hour: tell("Sent %(time)s.", time=hour),
    Receipt.Status.DELIVERED: lambda hour: tell("Delivered %(time)s.", time=hour),
    Receipt.Status.UNDELIVERED: lambda hour: tell("Undelivered %(time)s.", time=hour),
    Receipt.Status.FAILED: lambda hour: tell("Failed %(time)s.", time=hour),
}


def _both(first: str, second: str) -> str:
    """Two sentences, of which either may be empty."""
    return (
        tell("%(first)s %(second)s", first=first, second=second)
        if first and second
        else (first or second)
    )


def _message_title(facts: Mapping[str, Any]) -> str:
    if facts["word"] == "resend":
        return tell("Sent again by staff")
    if facts["word"] == "case":
        return tell("A counsellor's answer")
    return tell(Message.Kind(facts["kind"]).label.capitalize())


def _inbound(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    why = _answered(facts) if facts["question"] is not None else ""
    if facts["opted_out"]:
        why = _both(why, tell("The number opted out by it."))
    title: str = tell("Text")
    if facts["reason"]:
        title = tell("Text: %(reason)s", reason=person_words.plain(facts["reason"]))
    return {
        "kind": Kind.RECEIVED,
        "title": title,
        "status": tell(InboundMessage.End(facts["end"]).label),
        "why": why,
    }


def _answered(facts: Mapping[str, Any]) -> str:
    question, value = facts["question"].replace("_", " "), facts["value"].replace("_", " ")
    if not facts["valid"]:
        return tell("Answer to “%(question)s”, which nobody could read.", question=question)
    if not value:
        return tell("Answer to “%(question)s”, read.", question=question)
    return tell(
        "Answer to “%(question)s”, understood as %(value)s.", question=question, value=value
    )


def _reading(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    second = f"/{facts['second']:g}" if facts["second"] is not None else ""
    value = f"{facts['value']:g}{second} {facts['unit']}".strip()
    status = tell("by device") if facts["source"] == "api" else tell("by text")
    kind = facts["kind"].replace("_", " ")
    title = tell("Reading, %(kind)s: %(value)s", kind=kind, value=value)
    return {"kind": Kind.RECEIVED, "title": title, "status": status}


def _consent(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    scope = Consent.Scope(facts["scope"]).label
    given = facts["is_given"]
    return {
        "kind": Kind.RECEIVED,
        "title": tell("Agreed %(scope)s", scope=scope)
        if given
        else tell("Refused %(scope)s", scope=scope),
        "status": Consent.Channel(facts["channel"]).label,
        "why": tell("Written down by %(name)s.", name=facts["actor"]) if facts["actor"] else "",
    }


def _withdrawal(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    told = why = ""
    if facts["told"]:
        told = tell("Told: %(reason)s.", reason=Withdrawal.Told(facts["told"]).label)
    if facts["reason"]:
        why = tell("Because of: %(reason)s.", reason=person_words.plain(facts["reason"]))
    return {
        "kind": Kind.DONE,
        "title": tell("Left"),
        "status": tell("by %(name)s", name=_source(facts["source"])),
        "why": _both(why, told),
    }


#: Who brought it about, where it is no name.
_SOURCES: Mapping[str, str] = {
    "participant": tell("participant"),
    "sms": tell("text"),
    "web": tell("their own page"),
    "staff": tell("staff"),
    "join": tell("joining"),
    "onboarding": tell("the first questions"),
    "start": tell("the start of the journey"),
    "silence": tell("a long silence"),
    "new_number": tell("another number"),
}


def _source(source: str) -> str:
    return _SOURCES.get(source) or source.replace("_", " ")


def _anchor(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    day = date.fromisoformat(facts["day"]) if facts["day"] else None
    status = tell("by %(name)s", name=_source(facts["source"]))
    return {
        "kind": Kind.DONE,
        "title": person_words.anchor(facts["kind"], day),
        "status": status,
    }


def _case(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    reason = Case.Reason(facts["reason"]).label
    title = tell("Case: %(reason)s", reason=reason)
    if facts["detail"]:
        detail = person_words.plain(facts["detail"])
        title = tell("Case: %(reason)s: %(detail)s", reason=reason, detail=detail)
    ended = facts["resolution"] and Case.Resolution(facts["resolution"]).label
    return {
        "kind": Kind.DONE,
        "title": title,
        "status": Case.Status(facts["status"]).label,
        "why": tell("Ended: %(how)s.", how=ended) if ended else "",
        "case_id": row.row,
    }


def _note(_: Telling, row: Row) -> dict[str, Any]:
    status = tell("for counsellors") if row.facts["confidential"] else ""
    return {
        "kind": Kind.NOTE,
        "title": tell("Note by %(name)s", name=row.facts["actor"]),
        "status": status,
    }


def _deed(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    by = facts["actor"] or (tell("staff") if facts["label"] != "system" else "")
    title = person_words.deed(facts["verb"], facts["detail"])
    return {"kind": Kind.DONE, "title": title, "status": tell("by %(name)s", name=by) if by else ""}


_TELLS: Mapping[Sort, Callable[[Telling, Row], dict[str, Any]]] = {
    Sort.INBOUND: _inbound,
    Sort.READING: _reading,
    Sort.CONSENT: _consent,
    Sort.AUDIT: _deed,
    Sort.ANCHOR: _anchor,
    Sort.WITHDRAWAL: _withdrawal,
    Sort.DECISION: Telling.decision,
    Sort.MESSAGE: Telling.message,
    Sort.CASE: _case,
    Sort.NOTE: _note,
}
