"""The way of a version to its people, step by step: what is done, what is missing and who does it.
Pure.

The verbs decide (`campaigns.publish`, `enrolment.batch_moves`); this tells beforehand, in plain
words, what they would refuse.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from trust.telling import tell, tell_count

DRAFT, IN_REVIEW, APPROVED = "draft", "in_review", "approved"


class State(StrEnum):
    DONE = "done"
    TODO = "to do"
    #: Its turn comes after a step before it.
    LATER = "later"
    #: Nothing forces it; somebody decides.
    CHOICE = "your choice"

    @property
    def words(self) -> str:
        return _STATES[self]


_STATES: Mapping[State, str] = {
    State.DONE: tell("done"),
    State.TODO: tell("to do"),
    State.LATER: tell("later"),
    State.CHOICE: tell("your choice"),
}


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
    """`told`: what stands and what to do; `more`: further sentences, of which any may be empty."""

    key: str
    title: str
    state: State
    told: str
    more: Sequence[str] = ()

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
    told = tell("All texts are those of the live version.")
    if facts.changed is None:
        told = tell("It is the first version: all of its texts are new.")
    elif facts.changed:
        told = tell_count(
            "%(texts)s text differs from the live version.",
            "%(texts)s texts differ from the live version.",
            facts.changed,
            texts=f"{facts.changed:,}",
        )
    return Step("words", tell("Read what changes"), State.CHOICE, told)


def _rehearsal(facts: Facts) -> Step:
    title = tell("Rehearse it")
    if not facts.personas:
        told = tell(
            "No invented people come with this campaign. Rehearse one of your own all the same."
        )
        return Step("rehearsal", title, State.CHOICE, told)
    if not facts.waiting:
        told = tell(
            "All %(count)s invented people were looked at and accepted.", count=facts.personas
        )
        return Step("rehearsal", title, State.DONE, told)
    told = tell(
        "%(count)s of %(all)s invented people wait to be looked at: %(names)s. A reviewer accepts "
        "how they fare; those who fare as before take one press.",
        count=len(facts.waiting),
        all=facts.personas,
        names=[name.replace("_", " ") for name in facts.waiting],
    )
    return Step("rehearsal", title, State.TODO, told)


def _asking(facts: Facts) -> Step:
    title = tell("Ask for review")
    if facts.status == DRAFT:
        told = tell("Still a draft: it can be written on. Once the words stand, ask for review.")
        return Step("ask", title, State.TODO, told)
    return Step("ask", title, State.DONE, tell("Asked for. Nobody writes on it meanwhile."))


def _languages(facts: Facts) -> Step:
    title = tell("Have each language read")
    unread = list(facts.unread)
    native = (
        tell("No native reader has read %(languages)s yet.", languages=unread) if unread else ""
    )
    if not facts.unsigned and not (native and not facts.is_fake):
        told = tell("Read through and signed: %(languages)s.", languages=list(facts.languages))
        more = tell("A real network and a clinical approval ask for one.") if native else ""
        return Step("languages", title, State.DONE, told, (native, more))
    told = tell("No real network carries a language that no native reader has read.")
    if facts.unsigned:
        told = tell(
            "Not signed yet: %(languages)s. Somebody who has the language, and wrote none of it, "
            "reads every text and signs.",
            languages=list(facts.unsigned),
        )
    state = State.LATER if facts.status == DRAFT else State.TODO
    return Step("languages", title, state, told, (native,))


def _clinical(facts: Facts) -> Step:
    title = tell("Clinical approval")
    if facts.is_clinical:
        return Step("clinical", title, State.DONE, tell("Recorded, with name, body and date."))
    if facts.is_fake:
        told = tell(
            "None. The sender %(sender)s is a fake one, so this can be published to try it. No "
            "real network carries it without a named approval.",
            sender=facts.sender,
        )
        return Step("clinical", title, State.CHOICE, told)
    told = tell(
        "None. The sender %(sender)s is on a real network, and nothing of a version without a "
        "named clinical approval leaves on it: every text would be held back.",
        sender=facts.sender,
    )
    return Step("clinical", title, State.LATER if facts.status == DRAFT else State.TODO, told)


def _approval(facts: Facts) -> Step:
    title = tell("Approval by a second person")
    if facts.status == APPROVED:
        told = tell("Approved by %(name)s.", name=facts.approver)
        return Step("approval", title, State.DONE, told)
    told = tell("A reviewer who wrote none of it approves the version as a whole.")
    ready = facts.status == IN_REVIEW and not facts.unsigned
    return Step("approval", title, State.TODO if ready else State.LATER, told)


def _people(facts: Facts) -> Step:
    title = tell("Look whom it touches")
    if not facts.people:
        told = tell("Nobody is on another version. Only whoever joins from now on gets this one.")
        return Step("people", title, State.DONE, told)
    told = tell_count(
        "%(people)s person is on another version. Look at what they would lose or gain before you "
        "choose what becomes of them.",
        "%(people)s people are on another version. Look at what they would lose or gain before you "
        "choose what becomes of them.",
        facts.people,
        people=f"{facts.people:,}",
    )
    return Step("people", title, State.CHOICE, told)
