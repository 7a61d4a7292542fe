from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Campaign
from campaigns.publish import published_version
from enrolment import batch_moves, impact
from enrolment.impact_words import impact_sentences
from enrolment.models import BatchMove
from messaging import clock


class Command(BaseCommand):
    help = (
        "Moves everyone of a campaign to its published version, or says what that would change. "
        "Stopped anywhere, the same command goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="the campaign's key")
        parser.add_argument("--pace", choices=BatchMove.Pace.values, help="how it is done")
        parser.add_argument("--preview", action="store_true", help="only say, change nothing")

    def handle(self, *, campaign: str, pace: str | None, preview: bool, **options: object) -> None:
        found = Campaign.objects.filter(key=campaign)
        if found.count() != 1:
            known = ", ".join(Campaign.objects.values_list("key", flat=True)) or "none yet"
            raise CommandError(f"No one campaign has the key {campaign!r}. Known: {known}.")
        version = published_version(found.get())
        if version is None:
            raise CommandError("No version of this campaign is published.")
        if preview:
            foreseen = impact.preview(version=version, now=clock.calendar_now())
            for sentence in impact_sentences(foreseen):
                self.stdout.write(sentence)
            return
        if pace is None:
            raise CommandError("Say how with --pace now or --pace next_step, or use --preview.")
        self._move(found.get(), pace)

    def _move(self, campaign: Campaign, pace: str) -> None:
        version = published_version(campaign)
        assert version is not None
        batch = (
            BatchMove.objects.filter(version=version).exclude(status=BatchMove.Status.DONE).first()
        )
        try:
            if batch is None:
                batch = batch_moves.start(version=version, pace=pace, now=clock.calendar_now())
            else:
                batch_moves.resume(batch=batch)
        except batch_moves.MoveRefused as refused:
            raise CommandError(str(refused)) from refused
        while batch_moves.run_some(now=clock.calendar_now()):
            batch.refresh_from_db()
            self.stdout.write(f"{batch.moved + batch.passed_over} of {batch.total}")
        batch.refresh_from_db()
        self.stdout.write(
            f"{batch.moved} moved to {version}, {batch.passed_over} passed over; "
            f"{batch.get_status_display().lower()}"
        )
