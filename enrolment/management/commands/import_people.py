from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from campaigns import jobs
from campaigns.models import Campaign
from enrolment import people_files
from enrolment.models.people_file import PeopleFile
from enrolment.people_page import file_page
from enrolment.people_table import PeopleFileRefused
from enrolment.people_work import WORKERS
from trust.models import User


class Command(BaseCommand):
    help = (
        "Reads a list of people of an existing programme (CSV or XLSX) and says what it would do; "
        "with --apply it then does it. Killed, it goes on as a job of the workers."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", type=int, help="the campaign's number")
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="e-mail address of whoever answers for it")
        parser.add_argument("--apply", action="store_true", help="do it, after the dry run")

    def handle(self, *, campaign: int, file: Path, by: str, apply: bool, **options: object) -> None:
        found_campaign = Campaign.objects.filter(pk=campaign).first()
        actor = User.objects.filter(email=by.strip().lower()).first()
        if found_campaign is None or actor is None:
            raise CommandError("There is no such campaign, or nobody with this address.")
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"The file can't be read: {error.strerror}.") from error
        try:
            found = people_files.receive(
                campaign=found_campaign,
                kind=PeopleFile.Kind.IMPORT,
                content=content,
                actor=actor,
            )
        except PeopleFileRefused as refused:
            raise CommandError(str(refused)) from refused
        self._work(found)
        self._tell(found)
        if found.status == PeopleFile.Status.READY and apply:
            people_files.apply(people_file=found, actor=actor)
            self._work(found)
            self._tell(found)
        elif found.status == PeopleFile.Status.READY:
            self.stdout.write("Nothing was changed. Add --apply to do it.")
            people_files.discard(people_file=found, actor=actor)

    def _work(self, found: PeopleFile) -> None:
        """With whichever workers are running: it takes the oldest job, as they do."""
        while PeopleFile.objects.filter(pk=found.pk, job__status__in=("waiting", "running")):
            if not jobs.run_next(workers=WORKERS):
                break
        found.refresh_from_db()

    def _tell(self, found: PeopleFile) -> None:
        if found.refused:
            raise CommandError(found.refused)
        for line, column, reason in found.problems:
            self.stderr.write(f"row {line}, column {column}: {reason}")
        if found.problem_count:
            raise CommandError(f"{found.problem_count} things to put right. Nothing was changed.")
        for tally in file_page(found, page="").counts:
            self.stdout.write(f"{tally.count:>7}  {tally.words}")
