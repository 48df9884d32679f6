"""The endpoint of single sign-on that people's browsers call: sign in, and consent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..identity import accounts, sign_in
from ..identity.accounts import Identifiers
from ..identity.sign_in import Proof
from ..storage.tables import App, BrowserSession, User
from . import browser, consent, grants
from .browser import Visitor
from .grants import CodeBinding
from .provider import (
    Endpoint,
    Given,
    Kind,
    OAuthError,
    find_client,
    parameters,
    read_pairs,
    read_scope,
)

_CODE_ERRORS = (ErrorCode.CODE_REQUIRED, ErrorCode.WRONG_CODE)
_LONGEST_CHALLENGE = 128


@dataclass(frozen=True)
class _Wanted:
    """What an authorization request wants, checked."""

    scope: str
    binding: CodeBinding
    prompts: frozenset[str]
    max_age: int | None


@dataclass(frozen=True)
class _Visit:
    """A person on the page, and the authorization request that brought them."""

    call: Call
    request: Request
    app: App
    given: Given
    visitor: Visitor

    def back(self, **answer: str) -> Response:
        """Send the browser back to the app with an answer."""
        answer |= {"iss": grants.issuer(self.call)} if self.app.kind == "oidc" else {}
        if state := self.given.get("state"):
            answer["state"] = state
        uri = self.given["redirect_uri"]
        return _redirect(f"{uri}{'&' if '?' in uri else '?'}{urlencode(answer)}")

    def again(self, *without: str, **changes: str) -> Response:
        """Have the browser ask anew, so that reloading the page repeats no form."""
        given = {**self.given, **changes}
        kept = {name: value for name, value in given.items() if name not in without}
        return _redirect(f"{self.request.url.path}?{urlencode(kept)}")

    def sign_in_page(
        self,
        status: int = 200,
        form: Mapping[str, str] = MappingProxyType({}),
        error: str = "",
        *,
        needs_code: bool = False,
    ) -> Response:
        """The page with the form to sign in, as it was filled in, with what failed."""
        return browser.page(
            "sign_in.html",
            self.visitor,
            status,
            app=self.app,
            error=error,
            identifier=form.get("identifier") or self.given.get("login_hint", ""),
            needs_code=needs_code,
        )

    def consent_page(
        self, user: User, scope: str, status: int = 200, error: str = ""
    ) -> Response:
        """The page that asks whether the app may have what it wants."""
        target = urlsplit(self.given["redirect_uri"])
        return browser.page(
            "consent.html",
            self.visitor,
            status,
            app=self.app,
            error=error,
            account=user.email or user.phone or user.username or user.id,
            scopes=scope.split(),
            target=f"{target.scheme}://{target.netloc}",
        )


async def _authorize(kind: Kind, call: Call, request: Request) -> Response:
    """The authorization endpoint."""
    # A form of ours is posted to the URL that asked for authorization; an app's own
    # POST (OpenID Connect Core, 3.1.2.1) goes on as the GET that it stands for.
    form = await browser.read_form(request)
    visitor = Visitor.of(request)
    try:
        asked = read_pairs(request.url.query)
        given = dict(asked) if form else await parameters(request)
        call, app = await find_client(call, kind, given.get("client_id"))
        if given.get("redirect_uri") not in app.redirect_uris:
            raise OAuthError("invalid_request", "redirect_uri is not registered")
    except OAuthError as error:
        # Whoever asks may not be the app: nobody is sent anywhere (RFC 9700, 4.11).
        return browser.page("error.html", visitor, 400, error=str(error))
    visit = _Visit(call, request, app, given, visitor)
    try:
        wanted = _read_wanted(app, given)
    except OAuthError as error:
        return visit.back(**error.form)
    if form and visitor.known:
        return await _submit(visit, wanted, form)
    if request.method == "POST":
        return visit.again()
    return await _show(visit, wanted)


def _read_wanted(app: App, given: Given) -> _Wanted:
    for name in ("request", "request_uri"):
        if name in given:
            raise OAuthError(f"{name}_not_supported", f"{name} is not supported")
    if given.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "response_type must be code")
    if "authorization_code" not in app.grants:
        raise OAuthError("unauthorized_client", "not for this app: code")
    if given.get("response_mode", "query") != "query":
        raise OAuthError("invalid_request", "response_mode must be query")
    prompts = frozenset(given.get("prompt", "").split())
    if "none" in prompts and len(prompts) > 1:
        raise OAuthError("invalid_request", "prompt none goes with no other")
    max_age = given.get("max_age")
    if max_age is not None and not re.fullmatch("[0-9]{1,9}", max_age):
        raise OAuthError("invalid_request", "max_age is a number of seconds")
    return _Wanted(
        scope=read_scope(app, given),
        binding=CodeBinding(
            given["redirect_uri"], given.get("nonce"), _read_challenge(app, given)
        ),
        prompts=prompts,
        max_age=None if max_age is None else int(max_age),
    )


def _read_challenge(app: App, given: Given) -> str | None:
    challenge = given.get("code_challenge")
    if challenge is None:
        if app.token_endpoint_auth_method == "none":
            raise OAuthError("invalid_request", "a public app needs code_challenge")
    # `plain`, the default of RFC 7636, protects nothing that the URL does not show.
    elif given.get("code_challenge_method") != "S256":
        raise OAuthError("invalid_request", "code_challenge_method must be S256")
    elif not 43 <= len(challenge) <= _LONGEST_CHALLENGE:
        raise OAuthError("invalid_request", "code_challenge is malformed")
    return challenge


async def _show(visit: _Visit, wanted: _Wanted) -> Response:
    """Show what a person has yet to do, or send them back where that is nothing."""
    call, silent = visit.call, "none" in wanted.prompts
    found = await browser.find_session(call, visit.visitor)
    if found is None or _is_stale(call, found[0], wanted):
        if silent:
            return visit.back(error="login_required")
        return visit.sign_in_page()
    session, user = found
    covered = await consent.covers(call, user, visit.app, wanted.scope)
    if covered and "consent" not in wanted.prompts:
        return await _send_code(visit, wanted, user, session)
    if silent:
        return visit.back(error="consent_required")
    return visit.consent_page(user, wanted.scope)


def _is_stale(call: Call, session: BrowserSession, wanted: _Wanted) -> bool:
    if wanted.prompts & {"login", "select_account"}:
        return True
    age = (call.now - session.signed_in_at).total_seconds()
    return wanted.max_age is not None and age > wanted.max_age


async def _submit(visit: _Visit, wanted: _Wanted, form: Mapping[str, str]) -> Response:
    """Take in a form of ours."""
    action, trusted = form.get("action"), visit.visitor.owns(form)
    if action == "sign_in":
        if not trusted:
            return visit.sign_in_page(403, form, browser.EXPIRED)
        return await _sign_in(visit, wanted, form)
    found = await browser.find_session(visit.call, visit.visitor)
    if found is None:
        return visit.again()
    session, user = found
    if not trusted:
        return visit.consent_page(user, wanted.scope, 403, browser.EXPIRED)
    if action == "switch":
        await visit.call.session.delete(session)
        return visit.again()
    if action != "allow":
        return visit.back(error="access_denied")
    await consent.give(visit.call, user, visit.app, wanted.scope)
    return await _send_code(visit, wanted, user, session)


async def _sign_in(visit: _Visit, wanted: _Wanted, form: Mapping[str, str]) -> Response:
    call = visit.call
    identifiers = await _identify(call, form.get("identifier", "").strip())
    proof = Proof(
        password=form.get("password"),
        mfa_code=form.get("mfa_code"),
        verify_code=form.get("verify_code"),
    )
    try:
        user = await sign_in.sign_in(call, identifiers, proof)
    except BusinessError as error:
        await call.unit.refuse()
        await call.session.refresh(visit.app)
        needed = error.error in _CODE_ERRORS or "mfa_code" in form
        return visit.sign_in_page(400, form, error.message, needs_code=needed)
    # What asked for this sign-in has been done.
    prompts = wanted.prompts - {"login", "select_account"}
    prompt = {"prompt": " ".join(prompts)} if prompts else {}
    response = visit.again("max_age", *(() if prompts else ("prompt",)), **prompt)
    browser.start_session(call, user, visit.request, response)
    return response


async def _identify(call: Call, text: str) -> Identifiers:
    """Which identifier of an account it is that somebody typed."""
    for name in ("email", "phone"):
        if text and await accounts.find(call, name, text) is not None:
            return Identifiers(**{name: text})
    return Identifiers(username=text)


async def _send_code(
    visit: _Visit, wanted: _Wanted, user: User, session: BrowserSession
) -> Response:
    call, since = visit.call, session.signed_in_at
    code = await grants.make_code(
        call, visit.app, user, wanted.scope, since, wanted.binding
    )
    return visit.back(code=code)


def _redirect(url: str) -> Response:
    # 303 and not 302: a form with a password must not travel on (RFC 9700, 4.12).
    return RedirectResponse(url, 303, {"cache-control": "no-store"})


ENDPOINTS: list[Endpoint] = [
    ("/oauth/oidc/auth", partial(_authorize, "oidc"), ("GET", "POST")),
    ("/oauth/authorize", partial(_authorize, "oauth"), ("GET", "POST")),
]
