from django.core.management.base import BaseCommand

from campaigns import jobs
from research.export_work import WORKERS


class Command(BaseCommand):
    help = "Makes the bundle that waits longest; a worker calls it. Does nothing when none waits."

    def handle(self, **options: object) -> None:
        jobs.run_next(workers=WORKERS)
