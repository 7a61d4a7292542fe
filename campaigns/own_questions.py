"""Questions that are the engine's own, in every campaign: whether to leave, whether to join, and
whether the number is still the same person's.

Their words are the content's, such as `question.leave`; a digit answers them in any language. Pure.
"""

from collections.abc import Mapping
from datetime import timedelta

from campaigns.rules import ChoiceRule, QuestionKind, QuestionRule

#: A word that may mean STOP is asked about once; no answer counts as leaving.
LEAVE = "leave"
#: Somebody else has signed the number up; only its own YES is a consent.
CONSENT = "consent"
#: Numbers are given to others: after long, nobody gets a text that tells of a person's health.
STILL = "still"

SILENCE_LEAVES_AFTER = timedelta(hours=24)
INVITATION_STANDS = timedelta(days=7)
#: Of nothing heard, after which it is asked whether it is still the same person.
LONG_SILENCE = timedelta(days=180)

OWN_QUESTIONS: Mapping[str, QuestionRule] = {
    LEAVE: QuestionRule(
        LEAVE,
        QuestionKind.CHOICE,
        choices=(
            ChoiceRule("leave", 1, frozenset({"yes", "y", "ja", "si", "oui", "sim", "leave"})),
            ChoiceRule(
                "stay", 2, frozenset({"no", "n", "nei", "non", "nao", "stay", "keep", "bli"})
            ),
        ),
        expires=SILENCE_LEAVES_AFTER,
    ),
    CONSENT: QuestionRule(CONSENT, QuestionKind.YES_NO, expires=INVITATION_STANDS),
    STILL: QuestionRule(STILL, QuestionKind.YES_NO),
}
