"""The lines of the scorecard, and which proof stands behind each. Pure; the only such table.

A new proof is entered here: its pytest nodes, a file or one of its tests. A line without a node and
without a program is told as not built.
"""

from dataclasses import dataclass

#: Small is what `make test` runs; the two others are those of a release.
SIZES = ("small", "ci", "full")


PRODUCT = (
    "trust", "messaging", "campaigns", "enrolment", "research", "config", "manage.py", "templates",
    "static", "curricula", "requirements",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """`must`: what decides. `short_of`: what the line asks for and its proof does not measure.
    `program`: a module that prints figures in place of tests, and says by its code how it went.
    `minutes`: after which it counts as failed, at each size."""

    key: str
    proves: str
    must: str
    nodes: tuple[str, ...] = ()
    program: str = ""
    short_of: str = ""
    minutes: tuple[int, int, int] = (10, 60, 24 * 60)

    @property
    def is_built(self) -> bool:
        return bool(self.nodes or self.program)

    @property
    def stands_on(self) -> tuple[str, ...]:
        """What must not have changed for a result to hold: the product, and the proof itself."""
        program = (f"{self.program.replace('.', '/')}.py",) if self.program else ()
        return (*PRODUCT, *program, *(node.partition("::")[0] for node in self.nodes))


_MOVES = "tests/enrolment/test_batch_moves.py::test_publishing_during_a_send"

LINES = (
    Line(
        "R1",
        "workers killed (kill -9) in the middle of a send",
        "lost 0, doubled 0, unresolved at most a thousandth",
        ("tests/chaos/test_r1_kills.py",),
    ),
    Line(
        "R2",
        "a process killed at each of twelve named points of a text's way",
        "lost 0, doubled 0; every crash ends in a safe state",
        ("tests/chaos/test_r2_failpoints.py",),
    ),
    Line(
        "R3",
        "a fifth of the calls taken on, and then unanswered, broken off or answered 5xx",
        "doubled 0, all but a thousandth settled within five minutes",
        ("tests/chaos/test_r3_faults.py",),
    ),
    Line(
        "R4",
        "the broker emptied, ended and frozen in the middle of a send",
        "all sent, workers at work again by themselves within 60 s",
        ("tests/chaos/test_r4_broker.py",),
    ),
    Line(
        "R5",
        "the database's backends ended five times a second, then all of it at once",
        "lost 0, doubled 0, back within 60 s",
        ("tests/chaos/test_r5_database.py",),
    ),
    Line(
        "R6",
        "STOP from people whose texts are just leaving, with the bulk queue full",
        "calls begun after STOP 0, webhook to commit p99 under 2 s",
        ("tests/chaos/test_r6_stop.py",),
    ),
    Line(
        "R7",
        "reports doubled, out of order, and before the answer to their call",
        "one end in every order, the rank never falls",
        ("tests/properties/test_receipt_orders.py",),
    ),
    Line(
        "R8",
        "lives at random: enrolment, consent, STOP, edits, clocks, outages",
        "the ledger in order after every step (I1 to I8)",
        ("tests/properties/test_life.py", "tests/properties/test_consent_and_stop.py"),
    ),
    Line(
        "R9",
        "clock changes of all zones, 2024 to 2030",
        "one text for each local date, none in quiet hours",
        ("tests/properties/test_zones.py", "tests/properties/test_schedule.py"),
    ),
    Line(
        "R10",
        "six hours out, back at 14:00 and at 02:00",
        "nothing outside anyone's hours, one late text a person and day, every silence its reason",
        ("tests/enrolment/test_outage.py",),
    ),
    Line(
        "R11",
        "webhooks of every provider fuzzed, signed and not",
        "answers 5xx 0, forged ones taken 0, memory grown by less than 5 %",
        ("tests/properties/test_webhook_fuzz.py", "tests/chaos/test_r11_memory.py"),
    ),
    Line(
        "R12",
        "a burst of signed webhooks at a steady rate",
        "answered p99 under 250 ms, lost 0, refused 0",
        ("tests/chaos/test_r12_burst.py",),
    ),
    Line(
        "R13",
        "one text in a hundred is poison",
        "all others delivered, no worker restarted",
        ("tests/chaos/test_r13_poison.py",),
    ),
    Line(
        "R14",
        "an edit published in the middle of a send",
        "each person gets the old text or the new one",
        (
            f"{_MOVES}_sends_old_xor_new",
            f"{_MOVES}_in_many_processes_sends_old_xor_new",
        ),
    ),
    Line(
        "R15",
        "the planner among many enrolled, texts due at the sender's rate",
        "tick p95 under 5 s, due to submitted p99 under 60 s",
        ("tests/chaos/test_r15_planner.py",),
    ),
    Line(
        "R16",
        "three beats, a loop and workers of two releases; the next release's migrations under load",
        "planned twice 0, lost 0, doubled 0, answers 5xx 0",
        ("tests/chaos/test_r16_beats.py", "tests/chaos/test_r16_upgrade.py"),
    ),
    Line(
        "R17",
        "a soak: the whole product under a constant load",
        "memory and connections flat, lost 0, doubled 0, after STOP 0",
        ("tests/chaos/test_r17_soak.py",),
        short_of="24 hours: three at most",
        minutes=(30, 60, 26 * 60),
    ),
    Line(
        "R18",
        "every role at every address, before another organisation's rows",
        "leaks 0; the addresses are those of the URL map",
        ("tests/enrolment/test_matrix.py", "tests/research/test_matrix.py"),
    ),
    Line(
        "R19",
        "a canary of numbers and words, looked for in logs, broker, error pages, database files",
        "found 0",
        ("tests/chaos/test_r19_canary.py",),
    ),
    Line(
        "R20",
        "the audit changed as the application, and as the tables' owner",
        "refused, and seen by verify_audit",
        ("tests/trust/test_audit_seals.py",),
    ),
    Line(
        "R21",
        "the master key changed while texts are sent",
        "lost 0, doubled 0, no failed read, the old key removable",
        ("tests/chaos/test_r21_keys.py",),
    ),
    Line(
        "R22",
        "an older backup restored and brought up to the world",
        "doubled 0, after STOP 0, the erased stay erased",
        ("tests/chaos/test_r22_restore.py",),
    ),
    Line(
        "R23",
        "known faults, likely faults, licences, list of parts, check --deploy",
        "none open",
        program="tests.scorecard.supply",
    ),
    Line(
        "R24",
        "mutants of the modules of consent, claims and windows",
        "at least 85 % of each module's seen by a test",
        program="tests.scorecard.mutants",
        minutes=(30, 180, 24 * 60),
    ),
    Line(
        "audit",
        "every fault at once; reports late, doubled, out of order, missing",
        "lost 0, doubled 0, provider and books agree",
        ("tests/chaos/test_audit_run.py",),
    ),
)  # fmt: skip


def environment(size: str) -> dict[str, str]:
    """What the proofs read their size from."""
    profile = {} if size == "small" else {"HYPOTHESIS_PROFILE": "long"}
    return {"CHAOS": size, **profile}
