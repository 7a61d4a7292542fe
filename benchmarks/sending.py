"""A process that sends: told on its standard input how many texts there are, it tells how many it
handled. Several beside each other are what the workers of `make run` are."""

import sys

import django

django.setup()

from messaging import calling, dispatch  # noqa: E402


def main() -> None:
    dispatch.SLOTS = int(sys.argv[1])
    # Its loop is there before the first text, as in a worker that has run for a while.
    calling.Flight()
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        print(dispatch.send_due(limit=int(line), seconds=120), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
