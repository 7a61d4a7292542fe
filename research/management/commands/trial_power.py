"""How many people a trial needs, or its power with so many."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from research.power import Design, of_means, of_proportions


class Command(BaseCommand):
    help = "Power or sample size of two arms: of two shares, or of two means."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--shares", nargs=2, type=float, metavar=("FIRST", "SECOND"))
        parser.add_argument("--means", nargs=2, type=float, metavar=("DIFFERENCE", "DEVIATION"))
        parser.add_argument("--people", type=int, help="in the first arm: tells the power")
        parser.add_argument("--power", type=float, default=0.8)
        parser.add_argument("--alpha", type=float, default=0.05)
        parser.add_argument("--ratio", type=float, default=1.0, help="second arm to first")
        parser.add_argument("--lost", type=float, default=0.0, help="share without an outcome")

    def handle(
        self,
        *,
        shares: list[float] | None,
        means: list[float] | None,
        people: int | None,
        power: float,
        alpha: float,
        ratio: float,
        lost: float,
        **options: object,
    ) -> None:
        if (shares is None) == (means is None):
            raise CommandError("Give --shares or --means.")
        design = _design(shares, means, alpha=alpha, ratio=ratio, lost=lost)
        if people is not None:
            self.stdout.write(f"power {design.power(people):.3f} with {people} in the first arm")
            return
        first, second = design.people(power)
        self.stdout.write(f"{first} and {second} people for a power of {power:g}")


def _design(shares: list[float] | None, means: list[float] | None, **design: float) -> Design:
    try:
        return of_proportions(*shares, **design) if shares else of_means(*(means or ()), **design)
    except ValueError as error:
        raise CommandError(f"Give {error}.") from None
