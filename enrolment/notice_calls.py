"""A trouble told in words: ids and kinds, never a text, a number or a name."""

from django.conf import settings
from django.urls import reverse

from enrolment import signed_calls
from enrolment.models.notice import Notice
from enrolment.models.operator_contact import OperatorContact
from enrolment.models.trouble import Trouble

Kind = Trouble.Kind
_WORDS = {
    Kind.SENDER: "The texts of sender {subject} cannot leave: {detail}.",
    Kind.BEAT: "The beat has not been seen for two minutes. Nothing is planned, sent or answered.",
    Kind.QUEUE: "No worker takes from the queue {subject}. What waits in it stands still.",
    Kind.AUDIT: "The audit of the books found something: {detail}.",
    Kind.BACKLOG: "Texts of sender {subject} that are due do not leave: {detail}.",
}


def words_of(trouble: Trouble) -> str:
    subject = trouble.subject.partition(":")[0]
    return _WORDS[Kind(trouble.kind)].format(subject=subject, detail=trouble.detail)


def call(*, notice: Notice) -> str:
    """A plain word for why nobody was reached; empty when somebody was."""
    contact = notice.contact
    if contact.email:
        return _mail(notice)
    return signed_calls.post(to=contact.webhook, told=_told(notice), secret=secret_of(contact))


def secret_of(contact: OperatorContact) -> str:
    return signed_calls.secret_of(owner=f"enrolment.operator:{contact.pk}")


def link() -> str:
    return settings.PUBLIC_BASE_URL + reverse("enrolment:operations")


def _mail(notice: Notice) -> str:
    trouble = notice.trouble
    is_over = notice.occasion == Notice.Occasion.ENDED
    head = "Over" if is_over else "Trouble"
    words = [f"It is over: {_lower(words_of(trouble))}" if is_over else words_of(trouble)]
    words.append(f"It began {trouble.began_at:%d %b %Y %H:%M} UTC.")
    if is_over and trouble.ended_at is not None:
        words.append(f"It ended {trouble.ended_at:%d %b %Y %H:%M} UTC.")
    words.append(f"Look here: {link()}")
    return signed_calls.mail(
        to=notice.contact.email,
        subject=f"{head}: {trouble.get_kind_display()}",
        body="\n\n".join(words),
    )


def _told(notice: Notice) -> dict[str, object]:
    trouble = notice.trouble
    return {
        "trouble": trouble.pk,
        "occasion": notice.occasion,
        "kind": trouble.kind,
        "subject": trouble.subject.partition(":")[0],
        "words": words_of(trouble),
        "began_at": trouble.began_at.isoformat(),
        "ended_at": trouble.ended_at.isoformat() if trouble.ended_at else None,
        "link": link(),
    }


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]
