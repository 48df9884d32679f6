"""What visitors send: the forms that they sign in with, and the like."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from authing_client.frames import sensitive_variables

from .errors import UnreadableFormError


def _digits(value: SecretStr) -> SecretStr:
    if not re.fullmatch("[0-9]{4,8}", value.get_secret_value()):
        raise ValueError("it has 4 to 8 digits")
    return value


Text = Annotated[str, Field(min_length=1, max_length=256)]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=256)]
Code = Annotated[SecretStr, AfterValidator(_digits)]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9]{5,20}$")]


class Form(BaseModel):
    """What every form has in common: nothing unknown, and no secret in what is said."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )


class _Named(Form):
    email: Text | None = None
    """E-mail address."""
    phone: Phone | None = None
    """Phone number."""
    username: Text | None = None
    """User name."""

    @model_validator(mode="after")
    def _has_one_name(self) -> Self:
        if (self.email, self.phone, self.username).count(None) != 2:
            raise ValueError("give exactly one of email, phone and username")
        return self


class SignIn(_Named):
    """Signing in by password."""

    password: Secret
    """Password."""
    picture_code: Text | None = None
    """What the picture says that is asked for after repeated failures."""


class Registration(_Named):
    """Registering."""

    password: Secret
    """Password; at least 6 characters."""
    nickname: Text | None = None
    """Name that is shown."""


class PhoneCodeRequest(Form):
    """Asking for a code by SMS."""

    phone: Phone
    """Phone number."""


class PhoneSignIn(Form):
    """Signing in by a code that was sent by SMS."""

    phone: Phone
    """Phone number."""
    code: Code
    """The code: 4 to 8 digits."""


class ForgottenPassword(Form):
    """Asking for a mail with a code, to set a new password with."""

    email: Text
    """E-mail address."""


class NewPassword(Form):
    """Setting a new password with the code from the mail."""

    email: Text
    """E-mail address."""
    code: Secret
    """The code from the mail."""
    password: Secret
    """The new password; at least 6 characters."""


FormT = TypeVar("FormT", bound=Form)


@sensitive_variables
def read_form(form: type[FormT], body: bytes) -> FormT:
    """Read a form of a body in JSON.

    Raises:
        UnreadableFormError: It is none; what is wrong is said without what was sent.
    """
    try:
        return form.model_validate_json(body)
    except ValidationError as error:
        problems = problems_of(error.errors(include_input=False, include_url=False))
    # Here, since the original holds what was sent.
    raise UnreadableFormError(problems)


def problems_of(
    errors: Iterable[Mapping[str, Any]], below: str | None = None
) -> list[dict[str, str]]:
    """What is wrong where, without what was sent.

    Args:
        errors: What pydantic says.
        below: What each place begins with, and is to be left out.
    """
    return [
        {
            "field": ".".join(str(part) for part in each["loc"] if part != below),
            "problem": str(each["msg"]).removeprefix("Value error, "),
        }
        for each in errors
    ]
