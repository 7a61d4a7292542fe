"""Run by the chaos tests in a process of its own: a crowd due now, in an empty database.

python -m tests.chaos.crowd PEOPLE
"""

import sys

import django

django.setup()

from benchmarks import people  # noqa: E402
from messaging.clock import calendar_now  # noqa: E402
from messaging.models import CalendarOffset  # noqa: E402


def main() -> None:
    people.enrol(people.fresh_database(), int(sys.argv[1]))
    CalendarOffset.objects.update_or_create(pk=1, defaults={"offset": people.DUE - calendar_now()})


if __name__ == "__main__":
    main()
