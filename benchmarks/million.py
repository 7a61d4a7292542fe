"""A virtual day of a large installation: everybody enrolled gets a text, by the real ticks and the
real dispatch, and the ledger of a provider in a process of its own is held against the books.

    python -m benchmarks.run million [--people 1000000]

People are on day 32 of the shipped mCessation, which has one text, at midday of their own time
zone; ten zones, so the texts are spread over ten hours. The calendar passes the day by quarter
hours, and after each everything due is planned and sent. One in 500 texts STOP while her text is
queued. At the end each text is reported delivered. Not in it: the webhooks' own time
(benchmarks.inbound), texts in but STOP. The code is 1 when a text is missing, doubled or sent after
STOP, or the audit finds anything.
"""

import argparse
import resource
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402
from django.db.models import F  # noqa: E402
from django.db.models.functions import Mod  # noqa: E402

from benchmarks import crowd, million_books, people, wire  # noqa: E402
from benchmarks.figures import say  # noqa: E402
from benchmarks.stopwatch import Stopwatch  # noqa: E402
from enrolment import auditing, planner, replies  # noqa: E402
from enrolment.models import Anchor, Enrolment, Participant  # noqa: E402
from messaging import clock, dispatch, inbox, reports  # noqa: E402
from messaging.models import Attempt, Message, Sender  # noqa: E402
from messaging.providers.base import DeliveryReport, ReportStatus  # noqa: E402
from messaging.providers.webhook import InboundText  # noqa: E402
from tests.peers.fake_provider import FakeProviderProcess  # noqa: E402

#: A day of one text, and that at midday.
DAY = 32
ZONES = 10
STOPS = 500
_MANY = 10_000_000
_QUARTER = 15


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    asked = parser.parse_args()
    watch = Stopwatch()
    with ExitStack() as timed:
        for name in ("enrol", "step", "plan", "stop", "send", "report", "tidy", "audit", "compare"):
            timed.enter_context(watch.on(sys.modules[__name__], name))
        return 0 if _run(asked.people, watch) else 1


def _run(count: int, watch: Stopwatch) -> bool:
    sender = enrol(count)
    million_books.say_sizes("enrolled", count)
    with wire.provider(0, by="benchmarks.wire.StandIn") as provider:
        looks, texts = _pass_day(sender)
        sent = provider.summary()["texts"]
        report()
        tidy()
        _say_rates(watch, looks=looks, planned=texts, sent=sent, people_count=count)
        million_books.say_sizes("after_the_day", count)
        million_books.say_steps()
        clean = audit(provider, count)
        _say_memory(provider)
    for name in ("audit", "compare"):
        say(f"{name}_seconds", watch.seconds[name])
    return clean


def enrol(count: int) -> Sender:
    """Everybody's journey goes on from the midnight before the day, so the books begin there."""
    sender = wire.sender()
    crowd.enrol(people.Campaign.objects.get(sender=sender), count, numbered=True)
    crowd.execute("UPDATE enrolment_participant SET time_zone = 'Etc/GMT-' || id %% %s", [ZONES])
    Participant.objects.filter(time_zone="Etc/GMT-0").update(time_zone="UTC")
    Anchor.objects.update(day=people.QUIT_DAY - timedelta(days=DAY))
    Enrolment.objects.update(
        enrolled_at=people.BEFORE - timedelta(days=DAY + 14),
        next_due_at=people.BEFORE + timedelta(minutes=1),
    )
    million_books.go_on_counting()
    # What was changed after it was made lies there twice.
    for model in (Participant, Anchor, Enrolment):
        crowd.execute(f"VACUUM (FULL, ANALYZE) {model._meta.db_table}")
    return sender


def _pass_day(sender: Sender) -> tuple[int, int]:
    """How many enrolments were looked at, and texts planned."""
    looks = texts = 0
    while (now := clock.calendar_now()) < people.BEFORE + timedelta(days=1):
        if now > people.BEFORE:
            done = plan()
            looks, texts = looks + done.enrolments, texts + done.messages
            stop(sender)
            send()
            if done.messages:
                say("calendar_hour", now.hour + now.minute / 60, texts_planned_so_far=texts)
        step()
    return looks, texts


def step() -> None:
    clock.step(minutes=_QUARTER)


def plan() -> planner.Tick:
    return planner.tick(now=clock.calendar_now(), limit=_MANY)


def stop(sender: Sender) -> None:
    """Some of those whose text is queued text STOP, by the same door's verb as always."""
    waiting = Message.objects.filter(kind=Message.Kind.DUE, status=Message.Status.QUEUED)
    chosen = waiting.annotate(rest=Mod(F("recipient_id"), STOPS)).filter(rest=0)
    for message in chosen.select_related("recipient"):
        number = message.recipient.number
        assert number is not None
        inbox.store(sender=sender, inbound=InboundText(f"in-{message.pk}", number, "STOP"))
    while replies.answer_pending(now=clock.calendar_now()):
        pass


def send() -> None:
    dispatch.send_due(limit=_MANY, seconds=3600)


def report() -> None:
    """Written down as a webhook does, by the thousand, and folded into the texts."""
    tokens = Attempt.objects.filter(outcome=Attempt.Outcome.ACCEPTED).order_by("id")
    found: list[DeliveryReport] = []
    for token in tokens.values_list("token", flat=True).iterator(chunk_size=10_000):
        found.append(DeliveryReport(ReportStatus.DELIVERED, token=token))
        if len(found) == reports.AT_ONCE:
            reports.receive(provider=wire.ALIAS, reports=found)
            found = []
    reports.receive(provider=wire.ALIAS, reports=found)
    while reports.fold(now=clock.calendar_now()):
        pass


def tidy() -> None:
    """As autovacuum would within minutes; the audit reads tables that were empty in the morning."""
    crowd.execute("VACUUM ANALYZE")


def audit(provider: FakeProviderProcess, count: int) -> bool:
    wrong = compare(provider)
    _, broken = auditing.run()
    for violation in broken[:20]:
        sys.stderr.write(f"{violation.code} {violation.subject}: {violation.detail}\n")
    for name, found in wrong.items():
        say(name, found)
    say("broken_promises", len(broken))
    say("people_neither_texted_nor_stopped", untexted := count - million_books.people_settled())
    return not (broken or untexted or any(wrong.values()))


def compare(provider: FakeProviderProcess) -> dict[str, int]:
    return million_books.compare(provider.ledger)


def _say_memory(provider: FakeProviderProcess) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    say("engine_peak_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    say("database_session_peak_mb", _peak(backend))
    say("provider_peak_mb", _peak(provider.pid))


def _peak(pid: int) -> float:
    """VmHWM, in MB; Linux says so."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _say_rates(watch: Stopwatch, *, looks: int, planned: int, sent: int, people_count: int) -> None:
    seconds = watch.seconds
    say("people_enrolled", people_count)
    say("enrolments_looked_at", looks)
    say("texts_planned", planned)
    say("texts_at_the_provider", sent)
    for name, spent in seconds.items():
        say(f"{name}_seconds", spent)
    say("planned_per_second", planned / seconds["plan"], looks=round(looks / seconds["plan"]))
    say("sent_per_second", sent / seconds["send"])
    say("reported_per_second", sent / seconds["report"])
    say("own_processor_seconds", time.process_time())


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        connection.close()
