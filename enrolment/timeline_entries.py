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
from messaging.models import InboundMessage, Message
from trust.redaction import without_links


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
        status = "moved" if moved else "held back" if held else "not sent"
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
        reports = self._reports(facts["receipts"])
        if reports == f"{status.label.capitalize()} {self.clocks.hour(row.at)}.":
            # What stands beside it already.
            reports = ""
        return {
            "kind": Kind.SILENT if silent else Kind.SENT,
            "title": facts["step"] or _message_title(facts),
            "status": status.label,
            "why": " ".join(part for part in (why, reports) if part),
            "message_id": row.row if again else None,
        }

    def _reports(self, receipts: Sequence[Mapping[str, str]]) -> str:
        """As in "Sent 09:10, delivered 09:11."; each report as it came."""
        said = [
            f"{each['status']} {self.clocks.hour(datetime.fromisoformat(each['at']))}"
            for each in receipts
        ]
        return f"{', '.join(said).capitalize()}." if said else ""

    def _cap(self, reason: str) -> int | None:
        if reason == Reason.WEEK_CAP:
            return self.caps.week
        return self.caps.day if reason == Reason.DAY_CAP else None


def _message_title(facts: Mapping[str, Any]) -> str:
    if facts["word"] == "resend":
        return "Sent again by staff"
    if facts["word"] == "case":
        return "A counsellor's answer"
    return str(Message.Kind(facts["kind"]).label).capitalize()


def _inbound(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    why = ""
    if facts["question"] is not None:
        question = facts["question"].replace("_", " ")
        read = f"understood as {facts['value'].replace('_', ' ')}" if facts["value"] else "read"
        why = f"Answer to \N{LEFT DOUBLE QUOTATION MARK}{question}\N{RIGHT DOUBLE QUOTATION MARK}, "
        why += f"{read}." if facts["valid"] else "which nobody could read."
    if facts["opted_out"]:
        why = f"{why} The number opted out by it.".strip()
    return {
        "kind": Kind.RECEIVED,
        "title": f"Text: {facts['reason'].replace('_', ' ')}" if facts["reason"] else "Text",
        "status": InboundMessage.End(facts["end"]).label,
        "why": why,
    }


def _reading(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    second = f"/{facts['second']:g}" if facts["second"] is not None else ""
    value = f"{facts['value']:g}{second} {facts['unit']}".strip()
    status = "by device" if facts["source"] == "api" else "by text"
    title = f"Reading, {facts['kind'].replace('_', ' ')}: {value}"
    return {"kind": Kind.RECEIVED, "title": title, "status": status}


def _consent(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    said = "Agreed" if facts["is_given"] else "Refused"
    return {
        "kind": Kind.RECEIVED,
        "title": f"{said} {Consent.Scope(facts['scope']).label}",
        "status": Consent.Channel(facts["channel"]).label,
        "why": f"Written down by {facts['actor']}." if facts["actor"] else "",
    }


def _withdrawal(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    told = f"Told: {Withdrawal.Told(facts['told']).label}." if facts["told"] else ""
    why = f"Because of: {facts['reason'].replace('_', ' ')}." if facts["reason"] else ""
    return {
        "kind": Kind.DONE,
        "title": "Left",
        "status": f"by {facts['source']}",
        "why": f"{why} {told}".strip(),
    }


def _anchor(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    day = date.fromisoformat(facts["day"]) if facts["day"] else None
    status = f"by {facts['source'].replace('_', ' ')}"
    return {
        "kind": Kind.DONE,
        "title": person_words.anchor(facts["kind"], day),
        "status": status,
    }


def _case(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    detail = f": {facts['detail'].replace('_', ' ')}" if facts["detail"] else ""
    ended = facts["resolution"] and Case.Resolution(facts["resolution"]).label
    return {
        "kind": Kind.DONE,
        "title": f"Case: {Case.Reason(facts['reason']).label}{detail}",
        "status": Case.Status(facts["status"]).label,
        "why": f"Ended: {ended}." if ended else "",
        "case_id": row.row,
    }


def _note(_: Telling, row: Row) -> dict[str, Any]:
    status = "for counsellors" if row.facts["confidential"] else ""
    return {"kind": Kind.NOTE, "title": f"Note by {row.facts['actor']}", "status": status}


def _deed(_: Telling, row: Row) -> dict[str, Any]:
    facts = row.facts
    by = facts["actor"] or ("staff" if facts["label"] != "system" else "")
    title = person_words.deed(facts["verb"], facts["detail"])
    return {"kind": Kind.DONE, "title": title, "status": f"by {by}" if by else ""}


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
