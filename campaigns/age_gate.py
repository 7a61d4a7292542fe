"""From which age people may join by their own word, by country. Pure.

Where nobody has looked at the law, 18. The others: the age of consent to health care, or of digital
consent where that is the higher (GDPR article 8 leaves 13 to 16 to each country); the lowest age at
which a published programme took people in was 13 (SmokefreeTXT). A programme's own lawyer decides:
`Campaign.minimum_age` goes before this table.
"""

from collections.abc import Mapping

#: The attribute a question about it has.
AGE = "age"
UNKNOWN = 18

#: ISO 3166-1 code -> years.
BY_COUNTRY: Mapping[str, int] = {
    # Pasient- og brukerrettighetsloven 4-3: own consent to health care from 16.
    "NO": 16,
    # Family Law Reform Act 1969, section 8: own consent to treatment from 16.
    "GB": 16,
}


def minimum_age(country: str, own: int | None = None) -> int:
    return BY_COUNTRY.get(country, UNKNOWN) if own is None else own
