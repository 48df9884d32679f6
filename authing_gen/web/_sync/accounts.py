# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""What visitors do around a login: sign in, register, get a new password."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from authing_client.frames import sensitive_methods

from ...errors import (
    ExpiredError,
    MissingTokenError,
    NoPasswordError,
    NotFoundError,
    WrongPasswordError,
    WrongVerifyCodeError,
)
from ...signed_in import SignedIn
from ..current_user import CurrentUser
from ..errors import WrongCredentialsError
from ..forms import (
    ForgottenPassword,
    NewPassword,
    PhoneCodeRequest,
    PhoneSignIn,
    Registration,
    SignIn,
)
from ..presented import read
from ..visitors import Visitor

if TYPE_CHECKING:
    from ..._sync.client import Authing

_WRONG_NAME_OR_PASSWORD = (NotFoundError, WrongPasswordError, NoPasswordError)
_WRONG_NAME_OR_CODE = (NotFoundError, WrongVerifyCodeError, ExpiredError)


@sensitive_methods
@dataclass(frozen=True)
class Accounts:
    """Does what the forms ask for; the service has the last word on each.

    What it refuses for a reason that the visitor may know comes as the error that the
    client raises: `ConflictError` for an address that is taken, and so on.
    """

    _authing: "Authing"

    def sign_in(self, form: SignIn, visitor: Visitor) -> CurrentUser:
        """Sign a visitor in by password.

        Raises:
            WrongCredentialsError: Name or password is wrong.
            AuthingError: The service refuses for another reason, or does not answer.
        """
        try:
            return _signed_in(self._signed_in(form, visitor))
        except _WRONG_NAME_OR_PASSWORD:
            pass
        # Here, since the original tells a wrong name from a wrong password.
        raise WrongCredentialsError

    def _signed_in(self, form: SignIn, visitor: Visitor) -> SignedIn:
        password = form.password.get_secret_value()
        if form.username is not None:
            return self._authing.login_by_username(
                username=form.username,
                password=password,
                verify_code=form.picture_code,
                last_ip=visitor.ip,
                browser=visitor.browser,
            )
        return self._authing.login(
            email=form.email,
            phone=form.phone,
            password=password,
            verify_code=form.picture_code,
            last_ip=visitor.ip,
            browser=visitor.browser,
        )

    def send_phone_code(self, form: PhoneCodeRequest) -> None:
        """Send a code by SMS, to sign in with.

        Raises:
            RateLimitError: The last one was sent a moment ago.
            AuthingError: The service refuses for another reason, or does not answer.
        """
        with suppress(NotFoundError):  # Who has an account is nobody's business.
            self._authing.sms.send_code(form.phone)

    def sign_in_by_phone(self, form: PhoneSignIn, visitor: Visitor) -> CurrentUser:
        """Sign a visitor in by a code that was sent to their phone.

        Raises:
            WrongCredentialsError: Number or code is wrong, or the code has expired.
            AuthingError: The service refuses for another reason, or does not answer.
        """
        try:
            user = self._authing.login_by_phone_code(
                phone=form.phone,
                phone_code=form.code.get_secret_value(),
                browser=visitor.browser,
            )
            return _signed_in(user)
        except _WRONG_NAME_OR_CODE:
            pass
        raise WrongCredentialsError("Number or code is wrong.")

    def register(self, form: Registration, visitor: Visitor) -> CurrentUser:
        """Register a visitor, and sign them in.

        Raises:
            ConflictError: The name is taken.
            RegistrationClosedError: The pool takes nobody.
            AuthingError: The service refuses for another reason, or does not answer.
        """
        user = self._authing.register(
            email=form.email,
            phone=form.phone,
            username=form.username,
            password=form.password.get_secret_value(),
            nickname=form.nickname,
            last_ip=visitor.ip,
            browser=visitor.browser,
        )
        return _signed_in(user)

    def send_password_code(self, form: ForgottenPassword) -> None:
        """Mail a code to somebody who has forgotten the password.

        Of an address that nobody has it says the same as of another.

        Raises:
            AuthingError: The service refuses, or does not answer.
        """
        with suppress(NotFoundError):
            self._authing.send_reset_password_email(email=form.email)

    def set_password(self, form: NewPassword) -> None:
        """Set a new password; tokens from before are no longer good.

        Raises:
            WrongCredentialsError: Address or code is wrong, or the code has expired.
            AuthingError: The service refuses for another reason, or does not answer.
        """
        try:
            self._authing.change_password(
                email=form.email,
                verify_code=form.code.get_secret_value(),
                password=form.password.get_secret_value(),
            )
        except _WRONG_NAME_OR_CODE:
            pass
        else:
            return
        raise WrongCredentialsError("Address or code is wrong.")


def _signed_in(user: SignedIn) -> CurrentUser:
    if not user.token:
        raise MissingTokenError("The service has signed somebody in without a token")
    # It comes from the service itself, and needs no proof.
    return read(user.token).user()
