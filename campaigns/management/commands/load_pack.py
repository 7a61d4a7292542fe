from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from campaigns import loading
from campaigns.models import Campaign
from campaigns.pack import PackRefused, read_pack
from campaigns.wording import worst_case
from trust.models import User


class Command(BaseCommand):
    help = "Loads a content pack as a new draft version, or says everything that is wrong with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--campaign", help="the campaign's key")
        parser.add_argument("--author", help="who wrote it, by email: they can't approve it")
        parser.add_argument("--check", action="store_true", help="only check, change nothing")

    def handle(
        self,
        *,
        folder: Path,
        campaign: str | None,
        author: str | None,
        check: bool,
        **options: object,
    ) -> None:
        if not check and not campaign:
            raise CommandError("Name the campaign with --campaign KEY, or use --check.")
        try:
            pack = read_pack(folder)
        except PackRefused as refused:
            for problem in refused.problems:
                self.stdout.write(str(problem))
            raise CommandError(f"{refused}; nothing was changed") from refused
        texts = [text for found in pack.texts.values() for text in found.values()]
        longest = max(worst_case(text).units for text in texts)
        counts = f"{len(pack.stages)} stages, {len(texts)} texts, the longest {longest} units"
        if check:
            self.stdout.write(f"{folder.name}: {counts}; no problems")
            return
        writer = User.objects.filter(email=author).first() if author else None
        if author and writer is None:
            raise CommandError("No user has the email that --author names.")
        found = Campaign.objects.filter(key=campaign)
        if found.count() != 1:
            known = ", ".join(Campaign.objects.values_list("key", flat=True)) or "none yet"
            raise CommandError(f"No one campaign has the key {campaign!r}. Known: {known}.")
        version = loading.load(pack=pack, campaign=found.get(), author=writer)
        self.stdout.write(f"{version} is a draft now: {counts}")
