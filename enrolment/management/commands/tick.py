from django.core.management.base import BaseCommand

from enrolment import inviting, overdue, paging, planner, replies, unsent
from messaging import clock


class Command(BaseCommand):
    help = (
        "Answers what came in, pages people and plans what is due, by hand. Safe at any time, "
        "also twice."
    )

    def handle(self, **options: object) -> None:
        now = clock.calendar_now()
        answered = replies.answer_pending(now=now)
        unsent.reopen(now=now)
        overdue.alarm(now=now)
        paging.deliver_due(now=now)
        inviting.ask_noted(now=now)
        done = planner.tick(now=now)
        self.stdout.write(
            f"{answered} inbound answered; {done.enrolments} enrolments looked at, "
            f"{done.decisions} decisions, {done.messages} messages queued"
        )
