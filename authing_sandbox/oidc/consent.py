"""What users allow single sign-on apps."""

from sqlalchemy import delete, select

from ..calls.call import Call
from ..storage.tables import App, Authorisation, Grant, User


async def find(call: Call, user_id: str, app_id: str) -> Authorisation | None:
    """Find what a user has allowed an app, revoked or not."""
    found = await call.session.scalars(
        select(Authorisation).where(
            Authorisation.user_id == user_id, Authorisation.app_id == app_id
        )
    )
    return found.one_or_none()


async def covers(call: Call, user: User, app: App, scope: str) -> bool:
    """Say whether a user has allowed an app all of a scope already."""
    consent = await find(call, user.id, app.id)
    if consent is None or consent.revoked:
        return False
    return set(scope.split()) <= set(consent.scope.split())


async def give(call: Call, user: User, app: App, scope: str) -> None:
    """Allow an app a scope, beside what it has been allowed before."""
    consent = await find(call, user.id, app.id)
    if consent is None:
        consent = Authorisation(user_id=user.id, app_id=app.id)
        call.session.add(consent)
    before = "" if consent.revoked or not consent.scope else consent.scope
    consent.scope = " ".join(dict.fromkeys(f"{before} {scope}".split()))
    consent.when, consent.revoked = call.now, False


async def revoke(call: Call, consent: Authorisation) -> None:
    """Take back what an app was allowed, and every token it got for it."""
    consent.revoked = True
    await call.session.execute(
        delete(Grant).where(
            Grant.user_id == consent.user_id, Grant.app_id == consent.app_id
        )
    )
