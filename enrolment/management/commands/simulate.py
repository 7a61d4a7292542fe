import json
import os
from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from enrolment import simulation_report
from enrolment.crowds import simulate_together
from enrolment.management.staging import add_stage_arguments, stage_named
from enrolment.simulation import Crowd
from messaging import clock

_MOST_PEOPLE, _MOST_DAYS = 100_000, 731


class Command(BaseCommand):
    help = "Lets invented people live through a programme: dose, cost, caps, gaps, unread texts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_stage_arguments(parser)
        parser.add_argument("--people", type=int, default=1000)
        parser.add_argument("--days", type=int, default=182)
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same figures")
        parser.add_argument("--start", type=date.fromisoformat, help="the first to join; today")
        parser.add_argument("--price", type=float, help="of one segment")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
        parser.add_argument("--json", action="store_true")

    def handle(
        self,
        *,
        people: int,
        days: int,
        seed: int,
        start: date | None,
        price: float | None,
        processes: int,
        **options: object,
    ) -> None:
        if not (1 <= people <= _MOST_PEOPLE and 1 <= days <= _MOST_DAYS and processes >= 1):
            raise CommandError(f"1 to {_MOST_PEOPLE} people, 1 to {_MOST_DAYS} days, please.")
        stage = stage_named(self, options)
        crowd = Crowd(people, days, seed, start or clock.calendar_now().date(), stage.zone)
        if processes > 1:
            # A child process must never speak on its parent's connection.
            connections.close_all()
        tally = simulate_together(stage.content, crowd, country=stage.country, processes=processes)
        report = simulation_report.report_of(stage.content, tally, price=price)
        if options["json"]:
            self.stdout.write(json.dumps(simulation_report.to_json(report)))
        else:
            self.stdout.write("\n".join(simulation_report.lines(report)))
