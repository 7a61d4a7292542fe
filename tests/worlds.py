"""A small published campaign on a fake sender, and people in it; for tests with a database."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.models import (
    BankText,
    Campaign,
    CampaignVersion,
    Keyword,
    MessageBank,
    Question,
    Stage,
    Step,
    Text,
)
from campaigns.rules import (
    LateRule,
    Priority,
    QuestionKind,
    Track,
)
from enrolment import anchors, joining
from enrolment.models import Enrolment
from messaging import clock, inbox
from messaging.clock import calendar_now
from messaging.folding import fold
from messaging.models import CalendarOffset, InboundMessage, Sender
from messaging.providers.webhook import InboundText
from trust.models import Organisation

#: A Tuesday noon in London winter time; a test says what day it is.
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)

TEXTS = {
    "welcome.1": "Welcome {{ first_name }}. STOP ends the texts.",
    "before.1": "Two days to {{ quit_date }}.",
    "day.0": "Today is the day, {{ first_name }}.",
    "day.1": "Day one is behind you.",
    "after.1": "A slip is one moment.",
    "ask.smoked": "Did you smoke? YES or NO",
    "crave.1": "Tip one",
    "crave.2": "Tip two",
    "crave.3": "Tip three",
    "slip.1": "No harm done",
    "question.uses": "Do you smoke? YES or NO",
    "question.name": "Your first name?",
    "question.date": "Which day?",
    "question.smoked": "Did you smoke?",
    "again.uses": "YES or NO, please",
    "again.name": "Just a name, such as Sam",
    "again.date": "A day, such as 5 June",
    "again.smoked": "YES or NO, please",
    "reply.not_using": "Good to hear.",
    "reply.yes": "Thanks for telling.",
    "reply.no": "Well done.",
    "system.help": "Who we are. STOP to leave.",
    "system.stopped": "You have left.",
    "system.unknown": "A person will read it. CRAVE, HELP, STOP.",
    "system.person": "A person will look.",
    "system.already_in": "You are in.",
    "system.did_you_mean": "One of our words?",
    "system.joined": "You're in, {{ first_name }}.",
    "system.slip_before_quit": "Your day is still ahead.",
    "system.staying": "Good, nothing changes.",
    "system.welcome_back": "Welcome back.",
    "system.declined": "All right. No texts.",
    "system.crisis": "Ring the alarm number now. A person will read this.",
    "question.leave": "Leave? 1 yes, 2 no",
    "question.consent": "Do you want our texts? YES or NO",
    "again.consent": "YES or NO, please",
    "question.still": "Are you still there? YES or NO",
}

#: What `full_version` adds: the texts of every action of a keyword.
MORE_TEXTS = {
    "system.less": "Fewer texts from now on.",
    "system.more": "More texts from now on.",
    "system.least": "These are the fewest.",
    "system.most": "These are the most.",
    "system.paused": "Paused until {{ resume_date }}.",
    "system.resumed": "Welcome back.",
    "system.not_paused": "Nothing is paused.",
    "system.later": "Later, then.",
    "system.time_set": "Texts come {{ own_hours }}.",
    "system.time_unclear": "Such as TIME 8-20",
    "system.date_set": "Your day is {{ quit_date }}.",
    "system.date_unclear": "Such as DATE 12.4",
    "system.new_attempt": "A new start on {{ quit_date }}.",
    "system.language_set": "English it is.",
    "system.language_unclear": "Such as LANGUAGE norsk",
    "system.data": "Your name and our texts. WEB, DELETE.",
    "system.erase_confirm": "To erase it all: DELETE {{ erase_code }}",
    "system.erased": "All of it goes. Goodbye.",
    "system.web": "Your page: {{ web_link }}",
    "system.web_limit": "No more links today.",
    "entered.not_ready": "No hurry.",
    "not_ready.1": "What would be good about it?",
    "light.1": "One for few.",
    "standard.1": "One for most.",
    "question.per_day": "How many a day?",
    "again.per_day": "A number, please",
    "question.reason": "Why do you want to?",
    "again.reason": "In a few words?",
    "reply.reason": "So it is for this: {{ own_reason }}",
    "question.glucose": "Your reading?",
    "again.glucose": "A number such as 6.5",
    "question.due": "When is it due?",
    "again.due": "A day, such as 5 June",
}


def organisation(slug: str = "clinic") -> Organisation:
    return Organisation.objects.get_or_create(
        slug=slug,
        defaults={
            "name": slug.title(),
            "country": "GB",
            "time_zone": "Europe/London",
            "default_language": "en",
        },
    )[0]


def sender(slug: str = "clinic") -> Sender:
    return Sender.objects.get_or_create(
        organisation=organisation(slug),
        name="Number",
        defaults={
            "address": "60099",
            "provider": "fake",
            "country": "GB",
            "segments_per_second": 5000,
            "stop_text": "No more texts.",
            "help_text": "Text JOIN to start.",
        },
    )[0]


def campaign(slug: str = "clinic", key: str = "quit") -> Campaign:
    number = sender(slug)
    return Campaign.objects.get_or_create(
        organisation=number.organisation,
        key=key,
        defaults={
            "name": key.title(),
            "sender": number,
            "country": "GB",
            "time_zone": "Europe/London",
        },
    )[0]


def version(
    of: Campaign | None = None, *, published: bool = True, extra_days: tuple[int, ...] = ()
) -> CampaignVersion:
    """A version with one step of each sort. `extra_days` adds steps day.N at Q+N."""
    owner = of or campaign()
    last = owner.versions.order_by("-number").first()
    edition = CampaignVersion.objects.create(
        campaign=owner,
        number=last.number + 1 if last else 1,
        languages=["en"],
        default_language="en",
        hours_start=time(8),
        hours_end=time(20, 30),
        slots={"morning": ["09:00", "09:30"], "evening": ["18:00", "18:30"]},
        default_slot="morning",
        onboarding=["uses", "name", "date"],
        defaults={"en": {"first_name": "friend"}},
    )
    questions = _questions(edition)
    _steps(edition, questions["smoked"], extra_days)
    _words(edition)
    texts = TEXTS | {f"day.{day}": f"Day {day}" for day in extra_days}
    Text.objects.bulk_create(
        Text(version=edition, key=key, language="en", body=body) for key, body in texts.items()
    )
    if published:
        publish(edition)
    return edition


def full_version(of: Campaign | None = None, *, published: bool = True) -> CampaignVersion:
    """A version with a keyword for every action, two doses, attributes and a path."""
    edition = version(of, published=False)
    edition.languages = ["en", "nb"]
    edition.profiles = {"light": {"more": "standard"}, "standard": {"less": "light"}}
    edition.default_profile = "standard"
    edition.attributes = {
        "per_day": {"type": "number"},
        "own_reason": {"type": "text"},
        "due_date": {"type": "date", "replaced_by": "birth_date"},
        "birth_date": {"type": "date"},
    }
    edition.save()
    Text.objects.bulk_create(
        Text(version=edition, key=key, language="en", body=body) for key, body in MORE_TEXTS.items()
    )
    Text.objects.create(
        version=edition, key="system.language_set", language="nb", body="Norsk, da."
    )
    rows = [
        Question(key="per_day", kind=QuestionKind.NUMBER, attribute="per_day", highest=100),
        Question(key="reason", kind=QuestionKind.TEXT, attribute="own_reason"),
        Question(key="glucose", kind=QuestionKind.READING, unit="mmol/L", highest=40),
        Question(key="due", kind=QuestionKind.DATE, attribute="due_date", latest_day=280),
    ]
    for place, row in enumerate(rows, start=4):
        row.version, row.position = edition, place
        row.save()
    path = _path_and_doses(edition)
    for word in ("less", "more", "pause", "resume", "later", "time", "date", "language"):
        _keyword(edition, word, action=word)
    for word, action in (("mydata", "data"), ("delete", "erase"), ("web", "web")):
        _keyword(edition, word, action=action)
    for row in rows:
        _keyword(edition, f"ask {row.key}", action="ask", question=row)
    _keyword(edition, "not ready", action="enter", stage=path)
    if published:
        publish(edition)
    return edition


def _path_and_doses(edition: CampaignVersion) -> Stage:
    def stage(place: int, key: str, anchor: str, track: Track, profiles: list[str]) -> Stage:
        return Stage.objects.create(
            version=edition,
            key=key,
            name=key,
            position=place,
            anchor=anchor,
            track=track,
            late=LateRule.NEXT_WINDOW,
            shelf_hours=4,
            profiles=profiles,
        )

    path = stage(3, "not_ready", "entry", Track.PATH, [])
    light = stage(4, "light", "quit_date", Track.CORE, ["light"])
    standard = stage(5, "standard", "quit_date", Track.CORE, ["standard"])
    shared = {"version": edition, "late": LateRule.SKIP, "shelf_hours": 4, "position": 0}
    for of, key in ((light, "light.1"), (standard, "standard.1")):
        Step.objects.create(
            stage=of, key=key, day=-3, slot="evening", priority=Priority.CORE, **shared
        )
    Step.objects.create(
        stage=path, key="not_ready.1", after_minutes=60, priority=Priority.CORE, **shared
    )
    return path


def _keyword(edition: CampaignVersion, word: str, **what: object) -> None:
    Keyword.objects.create(
        version=edition, language="en", word=word.upper(), folded=fold(word), **what
    )


def publish(edition: CampaignVersion) -> None:
    CampaignVersion.objects.filter(campaign=edition.campaign_id, status="published").update(
        status="retired"
    )
    CampaignVersion.objects.filter(pk=edition.pk).update(
        status="published", approved_at=NOON, published_at=NOON
    )
    edition.refresh_from_db()


def _questions(edition: CampaignVersion) -> dict[str, Question]:
    rows = [
        Question(
            key="uses",
            kind=QuestionKind.YES_NO,
            outcomes={"no": {"reply": "reply.not_using", "then": "ineligible"}},
        ),
        Question(key="name", kind=QuestionKind.NAME, attribute="first_name"),
        Question(key="date", kind=QuestionKind.DATE, attribute="quit_date"),
        Question(
            key="smoked",
            kind=QuestionKind.YES_NO,
            expires_hours=20,
            outcomes={
                "yes": {"reply": "reply.yes", "then": "slip"},
                "no": {"reply": "reply.no", "then": None},
            },
        ),
    ]
    for place, row in enumerate(rows):
        row.version, row.position = edition, place
        row.save()
    return {row.key: row for row in rows}


def _steps(edition: CampaignVersion, smoked: Question, extra_days: tuple[int, ...]) -> None:
    def stage(place: int, key: str, anchor: str, track: Track, late: LateRule) -> Stage:
        return Stage.objects.create(
            version=edition,
            key=key,
            name=key,
            position=place,
            anchor=anchor,
            track=track,
            late=late,
            shelf_hours=4,
        )

    welcome = stage(0, "welcome", "enrolment", Track.CORE, LateRule.NEXT_WINDOW)
    core = stage(1, "core", "quit_date", Track.CORE, LateRule.SKIP)
    after = stage(2, "after", "slip", Track.SLIP, LateRule.NEXT_WINDOW)

    def step(place: int, of: Stage, key: str, **where: object) -> Step:
        return Step(
            version=edition,
            stage=of,
            key=key,
            position=place,
            late=of.late,
            shelf_hours=of.shelf_hours,
            **{"priority": Priority.CORE, **where},  # type: ignore[arg-type]
        )

    Step.objects.bulk_create(
        [
            step(0, welcome, "welcome.1", after_minutes=1),
            step(0, core, "before.1", day=-2, slot="morning"),
            step(1, core, "day.0", day=0, slot="morning"),
            step(
                2,
                core,
                "ask.smoked",
                day=0,
                slot="evening",
                question=smoked,
                priority=Priority.ASSESSMENT,
            ),
            step(3, core, "day.1", day=1, slot="morning"),
            *(
                step(4 + place, core, f"day.{day}", day=day, slot="morning")
                for place, day in enumerate(extra_days)
            ),
            step(0, after, "after.1", after_minutes=180),
        ]
    )


def _words(edition: CampaignVersion) -> None:
    for turn, key in enumerate(("crave", "slip")):
        bank = MessageBank.objects.create(version=edition, key=key, name=key)
        BankText.objects.bulk_create(
            BankText(bank=bank, key=text, position=place)
            for place, text in enumerate(text for text in TEXTS if text.startswith(f"{key}."))
        )
        Keyword.objects.create(
            version=edition,
            position=turn,
            action="slip" if key == "slip" else "bank",
            bank=bank,
            language="en",
            word=key.upper(),
            folded=fold(key),
        )
    Keyword.objects.create(
        version=edition,
        position=2,
        action="join",
        language="en",
        word="JOIN",
        folded=fold("JOIN"),
    )


def at_noon() -> datetime:
    """Moves calendar time ahead to the next noon in London, whatever hour the tests run at."""
    london = ZoneInfo("Europe/London")
    now = calendar_now().astimezone(london)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    ahead = (noon if noon > now else noon + timedelta(days=1)) - now
    row, _ = CalendarOffset.objects.get_or_create(pk=1)
    CalendarOffset.objects.filter(pk=1).update(offset=row.offset + ahead)
    return calendar_now()


def step_clock(minutes: int) -> None:
    """As the phone page moves the calendar, a quarter of an hour at a time."""
    for _ in range(0, minutes, 15):
        clock.step(minutes=15)


_texted = iter(range(1, 10**9))


def text(
    number: str, body: str, to: Sender | None = None, at: datetime | None = None
) -> InboundMessage | None:
    """A text arrives, as a provider would hand it in; now, or at another calendar time."""
    came = InboundText(provider_message_id=f"in-{next(_texted)}", from_number=number, body=body)
    stored = inbox.store(sender=to or sender(), inbound=came)
    if at is not None and stored is not None:
        InboundMessage.objects.filter(pk=stored.pk).update(received_at=at)
    return stored


def person(
    *,
    number: str = "+447700900001",
    of: CampaignVersion | None = None,
    joined: datetime = NOON,
    quit_day: date | None = date(2026, 12, 10),
    zone: str = "Europe/London",
) -> Enrolment:
    """Someone through onboarding at `joined`, without the conversation."""
    edition = of or version()
    recipient = inbox.recipient_for(organisation_id=edition.campaign.organisation_id, number=number)
    enrolment = joining.join(
        version=edition,
        recipient=recipient,
        language="en",
        channel="sms",
        exact_text="JOIN",
        now=joined - timedelta(minutes=5),
    )
    enrolment.participant.time_zone = zone
    enrolment.participant.first_name = "Amina"
    enrolment.participant.save()
    if quit_day is not None:
        anchors.set_day(
            enrolment=enrolment, kind="quit_date", day=quit_day, source="test", now=joined
        )
    joining.activate(enrolment=enrolment, now=joined)
    return enrolment
