"""People as directories know them."""

from collections.abc import Mapping
from dataclasses import dataclass

PROFILE = {
    # attribute of the directory: column of the account
    "mail": "email",
    "telephoneNumber": "phone",
    "mobile": "phone",
    "cn": "name",
    "displayName": "nickname",
    "givenName": "given_name",
    "sn": "family_name",
    "o": "company",
    "company": "company",
}
"""Where of two attributes a person has both, the latter counts."""


@dataclass(frozen=True)
class Person:
    """Somebody whom a directory has recognised."""

    dn: str
    username: str
    attributes: Mapping[str, str | list[str]]

    def first(self, name: str) -> str:
        """The value of an attribute, or the first of its values."""
        value = self.attributes[name]
        return value[0] if isinstance(value, list) else value
