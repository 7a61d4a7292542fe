from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from campaigns import loading
from campaigns.content_files import ContentFile, read_content, refuse_at_once
from campaigns.diff import diff
from campaigns.diff_words import counted
from campaigns.findings import size_words
from campaigns.models import Campaign
from campaigns.pack import PackRefused
from campaigns.pack_values import Pack
from campaigns.unloading import as_pack
from campaigns.uploading import newest
from campaigns.workbook_safety import WorkbookRefused
from trust.models import User


class Command(BaseCommand):
    help = "Loads a workbook, or a translator's file, as a new draft; or says all that is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--campaign", required=True, help="the campaign's key")
        parser.add_argument("--author", help="who wrote it, by email: they can't approve it")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would change, change nothing"
        )

    def handle(
        self, *, file: Path, campaign: str, author: str | None, dry_run: bool, **options: object
    ) -> None:
        writer = User.objects.filter(email=author).first() if author else None
        if author and writer is None:
            raise CommandError("No user has the email that --author names.")
        found = Campaign.objects.filter(key=campaign)
        if found.count() != 1:
            known = ", ".join(Campaign.objects.values_list("key", flat=True)) or "none yet"
            raise CommandError(f"No one campaign has the key {campaign!r}. Known: {known}.")
        version = newest(found.get())
        before = as_pack(version) if version is not None else None
        read = self._read(file, before)
        for key, note in read.notes.items():
            self.stdout.write(f"note on {key}: {note}")
        for change in diff(before, read.pack) if before is not None else ():
            self.stdout.write(change.sentence)
        if dry_run:
            self.stdout.write(f"{size_words(read.pack)}. Nothing was changed.")
            return
        made = loading.load(pack=read.pack, campaign=found.get(), author=writer)
        self.stdout.write(f"{made} is a draft now: {size_words(read.pack)}")

    def _read(self, file: Path, before: Pack | None) -> ContentFile:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file.name} can't be read; nothing was changed.") from error
        try:
            refuse_at_once(content)
            return read_content(content, before)
        except WorkbookRefused as refused:
            raise CommandError(f"{refused} Nothing was changed.") from refused
        except PackRefused as refused:
            for problem in refused.problems:
                self.stdout.write(str(problem))
            raise CommandError(
                f"{counted(len(refused.problems), 'thing')} to put right; nothing was changed"
            ) from refused
