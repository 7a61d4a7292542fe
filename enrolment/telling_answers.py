"""An answer that did not come by text: written down, and no reminder of the question after it."""

from datetime import datetime

from django.db import transaction

from enrolment.models.answer import Answer
from enrolment.models.call import Call
from enrolment.models.enrolment import Enrolment
from enrolment.models.submission import Submission


@transaction.atomic
def write_down(
    *,
    enrolment: Enrolment,
    question_key: str,
    value: str,
    words: str = "",
    answered_at: datetime,
    call: Call | None = None,
    submission: Submission | None = None,
) -> Answer:
    """It starts no path and brings no reply: whoever asked was not the journey. The caller holds
    the enrolment's row lock."""
    source = Answer.Source.CALL if submission is None else Answer.Source.API
    answer = Answer.objects.create(
        enrolment=enrolment,
        attempt=enrolment.attempt,
        question_key=question_key,
        wording_version_id=enrolment.version_id,
        source=source,
        call=call,
        submission=submission,
        raw=words or None,
        value=value,
        is_valid=True,
        asked_at=answered_at,
        answered_at=answered_at,
    )
    if enrolment.question == question_key and enrolment.status in Enrolment.OPEN:
        # No reminder by text of what was just told.
        enrolment.question, enrolment.asked_at, enrolment.tries = "", None, 0
        enrolment.save(update_fields=["question", "asked_at", "tries"])
    return answer
