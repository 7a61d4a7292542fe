"""`python -m messaging.fakes`: the command without Django, which starts in a third of the time."""

import sys
from argparse import ArgumentParser

from messaging.fakes.server import PLAIN_ERRORS, add_arguments, options_of, run


def main() -> None:
    parser = ArgumentParser("fake_provider")
    add_arguments(parser)
    try:
        run(options_of(vars(parser.parse_args())), say)
    except PLAIN_ERRORS as error:
        sys.exit(str(error))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


main()
