"""What the engine's own words do: DISCREET, PLAIN, NEWNUMBER. Pure."""

from campaigns.manners import DISCREET
from enrolment.own_texts import Said
from enrolment.talk import AskNewNumber, Change, End, Response, Say, SetAttribute


def act(said: Said) -> Response:
    match said.word:
        case "discreet":
            return _reply("discreet", "system.discreet_on", SetAttribute(DISCREET, "yes"))
        case "plain":
            return _reply("plain", "system.plain_on", SetAttribute(DISCREET, "no"))
        case _ if not said.more:
            return _reply("new_number_how", "system.new_number_how")
    return _reply("new_number", "system.new_number_code", AskNewNumber(said.more))


def _reply(reason: str, says: str, *changes: Change) -> Response:
    return Response(End.MATCHED, reason, says=(Say(says),), changes=changes)
