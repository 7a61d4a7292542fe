"""People, and each time they were in the campaign. Pure."""

from research.bundle.columns import Column, Kind, Link, Privacy, Table
from research.bundle.marks import ENROLMENT_ID, PID, day_column, flag
from research.bundle.stands import AGREED, ENROLLED, GONE
from research.people_sql import quit_day

OTHER = "other"
_FOLDED = f'A value that fewer than five people have is "{OTHER}".'
STATES = {
    "invited": "asked, or in the questions of joining",
    "active": "gets the programme's texts",
    "paused": "paused",
    "completed": "came to the end",
    "ineligible": "not eligible, by an answer",
    "withdrawn": "left, or taken out",
    "erased": "left, and had everything erased that leads to the person",
}
AGE_BANDS = {
    "0-17": "under 18", "18-24": "18 to 24", "25-34": "25 to 34", "35-44": "35 to 44",
    "45-54": "45 to 54", "55-64": "55 to 64", "65-74": "65 to 74", "75+": "75 and older",
    OTHER: "one of the others, of too few people to tell",
}  # fmt: skip
#: What could single a person out together, in the order the report tells them.
QUASI = ("language", "sex", "age_band", "region", "channel")


def _quasi(name: str, meaning: str, origin: str, values: dict[str, str] | None = None) -> Column:
    return Column(
        name, Kind.TEXT, f"{meaning} {_FOLDED}", f"e.{name}", origin, empty="not known",
        values=values or {}, privacy=Privacy.QUASI,
    )  # fmt: skip


def _scope(scope: str, what: str) -> Column:
    return flag(
        f"consent_{scope}",
        f"(SELECT o.is_given FROM enrolment_consent o WHERE o.enrolment_id = e.id "
        f"AND o.scope = '{scope}' ORDER BY o.id DESC LIMIT 1)",
        f"Whether the last word said on it was yes: {what}.",
        "last line of the ledger of consent in this scope",
        empty="never asked",
    )


PARTICIPANTS = Table(
    "participants",
    "People",
    "One row a person who was in the campaign. Left out: test participants, and whoever said no to "
    "taking part in research.",
    "FROM bundle_person e",
    "e.place",
    (
        PID,
        _quasi("language", "Language of the texts, as a code of ISO 639.", "participant"),
        _quasi("sex", "As told.", "attribute sex, or gender"),
        _quasi("age_band", "Age in years, as told, in bands.", "attribute age", AGE_BANDS),
        _quasi("region", "As told or written down, coarse.", "attribute region"),
        _quasi("channel", "How the person came in first.", "first line of the ledger of consent"),
        flag("shares_number", "e.shares_number", "Several people live behind the number.",
             "participant"),
        flag("is_discreet", "e.is_discreet", "Texts tell neither the illness nor the programme.",
             "participant"),
        flag("own_zone", "e.own_zone", "Lives in another time zone than the campaign's.",
             "participant"),
    ),
    ("pid",),
)  # fmt: skip

ENROLMENTS = Table(
    "enrolments",
    "Enrolments",
    "One row each time a person was in the campaign, as it stands at the export.",
    "FROM bundle_enrolment e JOIN enrolment_enrolment x ON x.id = e.id"
    " JOIN campaigns_campaignversion v ON v.id = x.version_id"
    + quit_day("f", "1", of="x")
    + quit_day("q", "x.attempt", of="x")
    + " LEFT JOIN LATERAL (SELECT w.* FROM enrolment_withdrawal w WHERE w.enrolment_id = x.id"
    " ORDER BY w.id DESC LIMIT 1) w ON x.status IN ('withdrawn', 'erased')",
    "e.place",
    (
        ENROLMENT_ID,
        PID,
        Column("version", Kind.INTEGER, "The campaign's version it runs on.", "v.number",
               "enrolment", privacy=Privacy.PROGRAMME),
        Column("state", Kind.TEXT, "Where it stands.", "x.status", "enrolment", values=STATES),
        Column("attempt", Kind.INTEGER, "How many quit attempts it has come to; the first is 1.",
               "x.attempt", "enrolment"),
        Column("dose", Kind.TEXT, "The dose chosen.", "x.profile", "enrolment",
               empty="the campaign has none"),
        Column("slips", Kind.INTEGER, "Slips told.", "x.slips", "enrolment"),
        flag("consented", AGREED, "Agreed to the texts.",
             "ledger of consent, enrolment"),
        flag("enrolled", ENROLLED,
             "The programme began, and the person was not screened out.", "enrolment"),
        day_column("started_day", "x.started_at", "When this attempt's programme began.",
                   "enrolment", empty="it never did"),
        Column("first_quit_day", Kind.INTEGER,
               "The first quit date. 0 is the day of the enrolment.", "f.day - e.day0",
               "anchor quit_date of attempt 1", unit="study day",
               empty="none was set"),
        Column("quit_day", Kind.INTEGER, "The quit date in force. 0 is the day of the enrolment.",
               "q.day - e.day0", "anchor quit_date of the attempt in force", unit="study day",
               empty="none was set"),
        day_column("gone_day", GONE,
                   "When the person left, or was lost to every text.", "enrolment",
                   empty="still there, or at the end"),
        Column("observed_day", Kind.INTEGER,
               "The day of the export, which is as far as anybody was watched. 0 is the day of the "
               "enrolment.", "e.today - e.day0", "the export", unit="study day"),
        Column("exit_reason", Kind.TEXT, "How it ended.", "x.exit_reason", "enrolment",
               empty="it has not ended"),
        Column("exit_told", Kind.TEXT, "Why, as the person told when asked.", "w.told",
               "withdrawal", empty="not asked, not told, or has not left",
               values={"quit": "has quit", "too_many": "too many texts",
                       "not_useful": "not useful", "other": "another reason"}),
        _scope("service", "to get the texts"),
        _scope("research", "to take part in research"),
        _scope("follow_up_call", "to be called afterwards"),
        _scope("data_sharing", "to have data shared"),
    ),
    ("enrolment_id",),
    (Link("pid", "participants", "pid"),),
)  # fmt: skip
