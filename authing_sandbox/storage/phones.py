"""Phone numbers: what is one, and the one spelling in which they are stored.

What knows them is imported where it is first asked: see `deferred`.
"""

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_REGION = "CN"
_COUNTRY_CODE = 86


def is_phone(text: str) -> bool:
    """Say whether this is a phone number, a Chinese one where no country is named."""
    return _phone(text) is not None


def spelled(phone: str) -> str:
    """The one spelling of a number: Chinese ones as at home, others in E.164.

    What is no number stays as it is, and is found nowhere.
    """
    import phonenumbers

    number = _phone(phone)
    if number is None:
        return phone
    if number.country_code == _COUNTRY_CODE:
        return phonenumbers.national_significant_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@functools.lru_cache(maxsize=1000)
def _phone(text: str) -> "PhoneNumber | None":
    import phonenumbers

    try:
        number = phonenumbers.parse(text, _REGION)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
