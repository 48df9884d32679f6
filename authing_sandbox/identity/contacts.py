"""E-mail addresses and phone numbers: refusing what is none."""

from ..calls.errors import BusinessError, ErrorCode
from ..storage.phones import is_phone


def is_email(text: str) -> bool:
    """Say whether this can be an e-mail address; nobody is asked over the network."""
    # Here: see `deferred`.
    from email_validator import EmailNotValidError, validate_email

    try:
        # `test_environment` lets addresses under .test be some.
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def check_phone(phone: str) -> None:
    """Refuse what cannot be a phone number."""
    if not is_phone(phone):
        raise BusinessError(ErrorCode.BAD_PHONE_OR_EMAIL)
