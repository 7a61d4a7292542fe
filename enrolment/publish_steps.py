"""The way of a version to its people, step by step: what is done, what is missing and who does it.
Pure.

The verbs decide (`campaigns.publish`, `enrolment.batch_moves`); this tells beforehand, in plain
words, what they would refuse.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from campaigns.diff_words import counted

DRAFT, IN_REVIEW, APPROVED = "draft", "in_review", "approved"


class State(StrEnum):
    DONE = "done"
    TODO = "to do"
    #: Its turn comes after a step before it.
    LATER = "later"
    #: Nothing forces it; somebody decides.
    CHOICE = "your choice"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a version on its way. `changed`: texts worded otherwise than in the live
    version, None where there is none. `unsigned`: languages nobody has signed. `unread`: those no
    native reader has read."""

    status: str
    changed: int | None
    personas: int
    waiting: Sequence[str]
    languages: Sequence[str]
    unsigned: Sequence[str]
    unread: Sequence[str]
    is_clinical: bool
    is_fake: bool
    sender: str
    approver: str
    people: int


@dataclass(frozen=True, slots=True)
class Step:
    """`page`: where it is done. `told`: what stands and what to do."""

    key: str
    title: str
    state: State
    told: str

    @property
    def is_missing(self) -> bool:
        return self.state in (State.TODO, State.LATER)


def steps(facts: Facts) -> tuple[Step, ...]:
    return tuple(_steps(facts))


def _steps(facts: Facts) -> Iterator[Step]:
    yield _words(facts)
    yield _rehearsal(facts)
    yield _asking(facts)
    yield _languages(facts)
    yield _clinical(facts)
    yield _approval(facts)
    yield _people(facts)


def _words(facts: Facts) -> Step:
    if facts.changed is None:
        told = "It is the first version: all of its texts are new."
    elif facts.changed:
        told = f"{counted(facts.changed, 'text differs', 'texts differ')} from the live version."
    else:
        told = "All texts are those of the live version."
    return Step("words", "Read what changes", State.CHOICE, told)


def _rehearsal(facts: Facts) -> Step:
    title = "Rehearse it"
    if not facts.personas:
        told = "No invented people come with this campaign. Rehearse one of your own all the same."
        return Step("rehearsal", title, State.CHOICE, told)
    if not facts.waiting:
        told = f"All {facts.personas} invented people were looked at and accepted."
        return Step("rehearsal", title, State.DONE, told)
    told = (
        f"{len(facts.waiting)} of {facts.personas} invented people wait to be looked at: "
        f"{', '.join(name.replace('_', ' ') for name in facts.waiting)}. A reviewer accepts how "
        "they fare; those who fare as before take one press."
    )
    return Step("rehearsal", title, State.TODO, told)


def _asking(facts: Facts) -> Step:
    if facts.status == DRAFT:
        told = "Still a draft: it can be written on. Once the words stand, ask for review."
        return Step("ask", "Ask for review", State.TODO, told)
    return Step("ask", "Ask for review", State.DONE, "Asked for. Nobody writes on it meanwhile.")


def _languages(facts: Facts) -> Step:
    title = "Have each language read"
    native = f" No native reader has read {', '.join(facts.unread)} yet." if facts.unread else ""
    if not facts.unsigned and not (native and not facts.is_fake):
        told = f"Read through and signed: {', '.join(facts.languages)}.{native}"
        more = " A real network and a clinical approval ask for one." if native else ""
        return Step("languages", title, State.DONE, told + more)
    told = "No real network carries a language that no native reader has read."
    if facts.unsigned:
        told = (
            f"Not signed yet: {', '.join(facts.unsigned)}. Somebody who has the language, and "
            "wrote none of it, reads every text and signs."
        )
    state = State.LATER if facts.status == DRAFT else State.TODO
    return Step("languages", title, state, told + native)


def _clinical(facts: Facts) -> Step:
    title = "Clinical approval"
    if facts.is_clinical:
        return Step("clinical", title, State.DONE, "Recorded, with name, body and date.")
    if facts.is_fake:
        told = (
            f"None. The sender {facts.sender} is a fake one, so this can be published to try it. "
            "No real network carries it without a named approval."
        )
        return Step("clinical", title, State.CHOICE, told)
    told = (
        f"None. The sender {facts.sender} is on a real network, and nothing of a version without a "
        "named clinical approval leaves on it: every text would be held back."
    )
    return Step("clinical", title, State.LATER if facts.status == DRAFT else State.TODO, told)


def _approval(facts: Facts) -> Step:
    title = "Approval by a second person"
    if facts.status == APPROVED:
        return Step("approval", title, State.DONE, f"Approved by {facts.approver}.")
    told = "A reviewer who wrote none of it approves the version as a whole."
    ready = facts.status == IN_REVIEW and not facts.unsigned
    return Step("approval", title, State.TODO if ready else State.LATER, told)


def _people(facts: Facts) -> Step:
    title = "Look whom it touches"
    if not facts.people:
        told = "Nobody is on another version. Only whoever joins from now on gets this one."
        return Step("people", title, State.DONE, told)
    told = (
        f"{counted(facts.people, 'person is', 'people are')} on another version. Look at what they "
        "would lose or gain before you choose what becomes of them."
    )
    return Step("people", title, State.CHOICE, told)
