"""What an answer and a word may both bring about: a slip, another dose, a quit date. Pure."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaigns.content import Content
from campaigns.rules import SLIP_PATH, KeywordAction
from campaigns.schedule import local_day
from enrolment.choosing import next_of
from enrolment.talk import Change, CountSlip, Say, SetProfile, SetQuitDate, StartAttempt, Talk

_AT_THE_END = {KeywordAction.LESS: "system.least", KeywordAction.MORE: "system.most"}


def today_of(talk: Talk, now: datetime) -> date:
    """The person's own day."""
    return local_day(now, ZoneInfo(talk.zone))


def has_quit(talk: Talk, now: datetime) -> bool:
    """Whether the quit date has come; before it there is nothing to slip from."""
    if talk.joining or talk.quit_date is None:
        return False
    return talk.quit_date <= today_of(talk, now)


def slip(talk: Talk, now: datetime) -> CountSlip:
    on_path = talk.last_slip_at is not None and now < talk.last_slip_at + SLIP_PATH
    return CountSlip(starts_path=not on_path)


def from_bank(content: Content, talk: Talk, bank: str) -> Say:
    """The text sent least often so far, as a reply or as a planned text."""
    return Say(next_of(content.banks[bank], talk.seed, talk.sent), bank=bank)


def dose(content: Content, talk: Talk, direction: KeywordAction) -> tuple[list[Change], str]:
    """The change LESS or MORE makes, if there is a dose further that way, and what is said."""
    rule = content.profiles.get(content.profile(talk.profile))
    step = "" if rule is None else rule.less if direction is KeywordAction.LESS else rule.more
    if not step:
        return [], _AT_THE_END[direction]
    return [SetProfile(step)], f"system.{direction.value}"


def quit_day(talk: Talk, day: date, now: datetime) -> tuple[list[Change], str]:
    """A quit date told. Once the old one has come, another is another attempt; the same again
    (a text sent twice) changes nothing, unless a path was entered since."""
    if day == talk.quit_date and not talk.path:
        return [], "system.date_set"
    if has_quit(talk, now):
        return [StartAttempt(day)], "system.new_attempt"
    return [SetQuitDate(day)], "system.date_set"
