"""One page of a feed as SQL: which rows are looked at, then what is told of them. Pure."""

from research.bundle.columns import Kind
from research.day_sql import newest
from research.feeds import Feed

#: Rows of the campaign where a row says so itself, else of the organisation, whose number leads on.
_OF_CAMPAIGN = """
SELECT t.id, {enrolment}, {waits} AS waits FROM {table} t
  JOIN enrolment_enrolment x ON x.id = {enrolment}
 WHERE x.campaign_id = %(campaign)s AND NOT x.is_test AND {where}
   AND t.id > %(after)s AND t.id <= %(settled)s
 ORDER BY t.id LIMIT %(limit)s
"""
_OF_NUMBERS = """
SELECT t.id, t.recipient_id, {waits} AS waits FROM {table} t
 WHERE t.organisation_id = %(organisation)s AND {where}
   AND t.id > %(after)s AND t.id <= %(settled)s
 ORDER BY t.id LIMIT %(limit)s
"""
#: Whoever said no last, in any enrolment of the campaign, is told of to nobody.
_NOT_REFUSED = """NOT EXISTS (
  SELECT FROM (
    SELECT o.is_given FROM enrolment_consent o JOIN enrolment_enrolment y ON y.id = o.enrolment_id
     WHERE y.participant_id = x.participant_id AND y.campaign_id = x.campaign_id
       AND o.scope = 'research' ORDER BY o.id DESC LIMIT 1) last
   WHERE NOT last.is_given)"""
PEOPLE = """
SELECT x.id, x.participant_id FROM enrolment_enrolment x
 WHERE x.campaign_id = %(campaign)s AND NOT x.is_test AND {which} AND {not_refused}
"""
BY_ENROLMENT = PEOPLE.format(which="x.id = ANY(%(keys)s)", not_refused=_NOT_REFUSED)
BY_NUMBER = PEOPLE.format(
    which="x.participant_id IN (SELECT p.id FROM enrolment_participant p"
    " WHERE p.recipient_id = ANY(%(keys)s))",
    not_refused=_NOT_REFUSED,
)
# As the bundle's temporary tables, for the people of this page alone.
_PEOPLE = """bundle_enrolment AS MATERIALIZED (
  SELECT x.id, x.participant_id, p.recipient_id, u.pid, u.eid, x.id AS place, c.time_zone AS zone,
         (x.enrolled_at AT TIME ZONE c.time_zone)::date AS day0,
         (%(now)s::timestamptz AT TIME ZONE c.time_zone)::date AS today
    FROM unnest(%(enrolments)s::bigint[], %(pids)s::text[], %(eids)s::text[]) AS u(id, pid, eid)
    JOIN enrolment_enrolment x ON x.id = u.id
    JOIN enrolment_participant p ON p.id = x.participant_id
    JOIN campaigns_campaign c ON c.id = x.campaign_id
)"""
_INBOUND = f"""bundle_inbound AS MATERIALIZED (
  SELECT i.id, coalesce(
           (SELECT n.enrolment_id FROM enrolment_answer n WHERE n.inbound_id = i.id),
           (SELECT b.enrolment_id FROM enrolment_bankuse b WHERE b.inbound_id = i.id LIMIT 1),
           e.id) AS enrolment_id
    FROM messaging_inboundmessage i {newest("i", "coalesce(i.ended_at, i.received_at)")}
   WHERE i.recipient_id IN (SELECT recipient_id FROM bundle_enrolment)
)"""


def candidates(feed: Feed, table: str) -> str:
    """(id, what leads to the enrolment, whether it may still change)."""
    if feed.via == "recipient_id":
        return _OF_NUMBERS.format(table=table, where=feed.where, waits=feed.waits)
    return _OF_CAMPAIGN.format(
        table=table, where=feed.where, waits=feed.waits, enrolment=f"t.{feed.via}"
    )


def told(feed: Feed) -> str:
    """(id, every column) of the rows `%(rows)s`. The numbering of an enrolment's rows is made over
    all of them, before those of this page are taken."""
    table = feed.table
    before = [_PEOPLE, *([_INBOUND] if feed.via == "recipient_id" else [])]
    before += [table.before] if table.before else []
    columns = ", ".join(
        f"nullif({column.sql}, '') AS \"{column.name}\""
        if column.kind is Kind.TEXT
        else f'{column.sql} AS "{column.name}"'
        for column in table.columns
    )
    return (
        f"WITH {', '.join(before)}\nSELECT * FROM (\n"
        f"SELECT {feed.row} AS row_id, {columns}\n  {table.source} AND {feed.only}\n) told\n"
        " WHERE row_id = ANY(%(rows)s) ORDER BY row_id"
    )
