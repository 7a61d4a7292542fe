"""What stands in a text's placeholders when nobody real is there: as usual, and at its longest.
Pure."""

from collections.abc import Mapping

from campaigns.wording import LONGEST_OWN

USUAL: Mapping[str, str] = {
    "first_name": "Sam",
    "quit_date": "12 Jan",
    "days_smoke_free": "9",
    "money_saved": "126",
    "own_reason": "my children",
    "resume_date": "15 Jan",
    "own_hours": "08:00-20:00",
    "erase_code": "4821",
    "web_link": "https://texts.example/me/k3Vd9sQ2mTgY",
}
#: Each as long as the linter counts it.
LONGEST: Mapping[str, str] = {
    "first_name": "Alexandra-Marguerite",
    "quit_date": "onsdag 30. september",
    "days_smoke_free": "1095",
    "money_saved": "1 234 567 kr",
    "own_reason": "to climb all those stairs with my girls!",
    "resume_date": "onsdag 30. september",
    "own_hours": "08:00-20:30",
    "erase_code": "4821",
    "web_link": "https://texts.example.org/me/".ljust(LONGEST_OWN["web_link"], "x"),
}
