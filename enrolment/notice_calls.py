"""A trouble told in words: ids and kinds, never a text, a number or a name."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from enrolment import signed_calls
from enrolment.mail_readers import as_read_at, with_zone
from enrolment.models.notice import Notice
from enrolment.models.operator_contact import OperatorContact
from enrolment.models.trouble import Trouble
from trust.saying import said
from trust.telling import tell, tell_count

Kind = Trouble.Kind
#: A text that may leave and has not for so long, on a sender without an alarm. Calendar time.
TOO_OLD = timedelta(minutes=30)


def words_of(trouble: Trouble) -> str:
    subject = trouble.subject.partition(":")[0]
    match trouble.kind:
        case Kind.BEAT:
            return tell(
                "The beat has not been seen for two minutes. Nothing is planned, sent or answered."
            )
        case Kind.QUEUE:
            return tell(
                "No worker takes from the queue %(queue)s. What waits in it stands still.",
                queue=subject,
            )
        case Kind.HELD:
            return tell(
                "Sending is held for the whole house, since a back-up was restored. Nothing "
                "leaves. Texts that come in are kept, and STOP is carried out."
            )
        case Kind.AUDIT:
            return _audit(trouble)
        case Kind.ROUND:
            return tell(
                "For two days the audit has not been through all the books: what is old and broken "
                "may not have been seen."
            )
        case Kind.BACKLOG:
            return tell(
                "Texts of sender %(sender)s that are due do not leave: the oldest has waited for "
                "more than %(count)s minutes.",
                sender=subject,
                count=TOO_OLD // timedelta(minutes=1),
            )
        case Kind.KEYS:
            return tell(
                "Master key %(version)s seals rows still. Once every process has the newest, run "
                "manage.py reseal.",
                version=subject,
            )
    # The kind of alarm, as the watch wrote it down.
    return tell(
        "The texts of sender %(sender)s cannot leave: %(why)s.",
        sender=subject,
        why=tell(trouble.detail),
    )


def _audit(trouble: Trouble) -> str:
    """As `troubles` wrote it down: how many, and by promise."""
    found, _, codes = trouble.detail.partition(" findings, ")
    if not found.isdecimal():
        return tell("The audit of the books found something: %(what)s.", what=trouble.detail)
    return tell_count(
        "The audit of the books found something: %(count)s finding, %(codes)s.",
        "The audit of the books found something: %(count)s findings, %(codes)s.",
        int(found),
        codes=codes,
    )


def call(*, notice: Notice) -> str:
    """A plain word for why nobody was reached; empty when somebody was."""
    contact = notice.contact
    if contact.email:
        with as_read_at(contact.email):
            return _mail(notice)
    return signed_calls.post(to=contact.webhook, told=_told(notice), secret=secret_of(contact))


def secret_of(contact: OperatorContact) -> str:
    return signed_calls.secret_of(owner=f"enrolment.operator:{contact.pk}")


def link() -> str:
    return settings.PUBLIC_BASE_URL + reverse("enrolment:operations")


def _mail(notice: Notice) -> str:
    trouble = notice.trouble
    is_over = notice.occasion == Notice.Occasion.ENDED
    shown = {"kind": trouble.get_kind_display()}
    head, words = _("Trouble: %(kind)s") % shown, [said(words_of(trouble))]
    if is_over:
        head = _("Over: %(kind)s") % shown
        words = [_("It is over: %(trouble)s") % {"trouble": _lower(words[0])}]
    words.append(_("It began %(moment)s.") % {"moment": with_zone(trouble.began_at)})
    if is_over and trouble.ended_at is not None:
        words.append(_("It ended %(moment)s.") % {"moment": with_zone(trouble.ended_at)})
    words.append(_("Look here: %(link)s") % {"link": link()})
    return signed_calls.mail(
        to=notice.contact.email,
        subject=head,
        body="\n\n".join(words),
    )


def _told(notice: Notice) -> dict[str, object]:
    trouble = notice.trouble
    return {
        "trouble": trouble.pk,
        "occasion": notice.occasion,
        "kind": trouble.kind,
        "subject": trouble.subject.partition(":")[0],
        "words": str(words_of(trouble)),
        "began_at": trouble.began_at.isoformat(),
        "ended_at": trouble.ended_at.isoformat() if trouble.ended_at else None,
        "link": link(),
    }


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]
