import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from enrolment import rehearsing, transcript_text
from enrolment.management.staging import add_stage_arguments, stage_named
from enrolment.persona import Persona, PersonaRefused, read_persona
from enrolment.rehearsal import rehearse
from enrolment.transcript import Transcript, differences, to_json


class Command(BaseCommand):
    help = "Lives a persona's months in seconds: what is sent, and why everything else is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_stage_arguments(parser)
        parser.add_argument(
            "--persona",
            type=Path,
            required=True,
            action="append",
            help="a YAML file, or a folder of them; may be given several times",
        )
        parser.add_argument("--days", type=int, help="instead of the persona's own")
        parser.add_argument("--words", action="store_true", help="with the texts' wording")
        parser.add_argument("--json", action="store_true", help="as JSON, without wording")
        parser.add_argument("--against", type=Path, metavar="FOLDER", help="tell what changed")
        parser.add_argument("--accept", type=Path, metavar="FOLDER", help="keep the transcripts")

    def handle(
        self,
        *,
        persona: list[Path],
        days: int | None,
        against: Path | None,
        accept: Path | None,
        **options: object,
    ) -> None:
        if days is not None and days < 1:
            raise CommandError("--days wants a number of days above 0, such as 60.")
        stage = stage_named(self, options)
        played = [
            rehearse(stage.content, found, country=stage.country, days=days)
            for found in self._personas(persona)
        ]
        if accept is not None:
            for transcript in played:
                self.stdout.write(str(rehearsing.keep_transcript(accept, transcript)))
        elif against is not None:
            self._compare(played, against)
        elif options["json"]:
            told = [to_json(transcript) for transcript in played]
            self.stdout.write(json.dumps(told[0] if len(told) == 1 else told, indent=1))
        else:
            for transcript in played:
                lines = transcript_text.lines(transcript, words=bool(options["words"]))
                self.stdout.write("\n".join(lines) + "\n")

    def _personas(self, given: list[Path]) -> Iterator[Persona]:
        for path in given:
            files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
            if not files:
                raise CommandError(f"{path} holds no persona: no file ends in .yaml")
            for file in files:
                yield self._read(file)

    def _read(self, path: Path) -> Persona:
        try:
            return read_persona(path)
        except PersonaRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"{refused}: mend {path}") from refused

    def _compare(self, played: list[Transcript], folder: Path) -> None:
        changed = 0
        for transcript in played:
            kept = rehearsing.kept_transcript(folder, transcript.persona)
            if kept is None:
                self.stdout.write(f"{transcript.persona}: nothing was accepted for it")
                changed += 1
                continue
            found = differences(kept, transcript)
            changed += bool(found)
            self.stdout.write(f"{transcript.persona}: {len(found) or 'no'} differences")
            for difference in found:
                self.stdout.write(f"  {difference}")
        if changed:
            raise CommandError(f"{changed} of {len(played)} personas fare differently")
