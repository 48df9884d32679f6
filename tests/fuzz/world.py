"""A sandbox to throw things at: who is in it, what is stored, and what answers are."""

import base64
import hashlib
import json
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pyotp
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from authing_sandbox import Sandbox

PASSWORD = "correct horse"
CODE = "1234"
"""What every code is."""

# What is stored of a call that is refused: that somebody tried.
KEPT = {
    "sign_in": "WHERE success",
    **dict.fromkeys(("occurrence", "used_nonce"), "WHERE 0"),
    # What is used a second time ends what it once gave: RFC 9700, section 4.14.
    **dict.fromkeys(("app_grant", "authorisation_code", "refresh_token"), "WHERE 0"),
}


@dataclass
class World:
    """The sandbox, with somebody in every state an account can be in."""

    sandbox: Sandbox
    http: httpx.Client
    file: Path
    tokens: dict[str, str | None] = field(default_factory=dict[str, str | None])
    values: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """What is worth a try as an argument, by its name."""

    def populate(self) -> None:
        """Let people in, and note what is known of them."""
        owner = self.ask(
            "query($secret: String, $pool: String)"
            " { it: getAccessTokenByAppSecret(secret: $secret, clientId: $pool) }",
            secret=self.sandbox.secret,
        )
        self.tokens = {"none": None, "owner": owner}
        ada = self.register(email="ada@example.com", username="ada")
        bob = self.register(phone="13800138000")
        eve = self.register(username="eve")
        dot = self.register(unionid="dot at github")
        self.tokens |= {"user": ada["token"], "other": bob["token"], "bad": "x.y.z"}
        mfa = self.ask(
            "mutation($pool: String) { it: changeMFA(userPoolId: $pool, enable: true)"
            " { _id shareKey } }",
            token="other",
        )
        self.ask(
            "mutation($id: String, $pool: String) { it: updateUser("
            "options: {_id: $id, registerInClient: $pool, blocked: true}) { _id } }",
            token="owner",
            id=eve["_id"],
        )
        signed_in = self.ask(
            "mutation($pool: String, $password: String) { it: signIn(userPoolId: $pool,"
            ' email: "ada@example.com", password: $password) { refresh_token } }',
            password=PASSWORD,
        )
        for mail in ("sendResetPasswordEmail", "sendVerifyEmail"):
            self.ask(
                f"mutation($pool: String!) {{ it: {mail}(client: $pool,"
                ' email: "ada@example.com") { code } }'
            )
        pool = self.sandbox.pool_id
        self.http.get(f"/users/send_smscode/13800138000/{pool}").raise_for_status()
        users = [user["_id"] for user in (ada, bob, eve, dot)]
        ids = [*users, ",".join(users), self.sandbox.owner_id, mfa["_id"]]
        passwords = [self.encrypt(PASSWORD), PASSWORD, "x", self.encrypt("\0" * 8)]
        instants = ["0", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"]
        values = {
            "client clientId registerInClient userPoolId": [pool],
            "_id id ids operator user userId": ids,
            "oldPassword password": passwords,
            "phoneCode verifyCode": [CODE, "²", "0"],
            "lastLogin signedUp tokenExpiredAt updatedAt": instants,
            "email": ["ada@example.com", "new@example.com", "ADA@example.com"],
            "phone": ["13800138000", "+8613800138000", "13900139000", "12345"],
            "qrCodePhone": ["13800138000"],
            "username": ["ada", "eve", "fry", "leela"],
            "unionid": ["dot at github", "new at github"],
            "token": [token for token in self.tokens.values() if token],
            "MFACode": [pyotp.TOTP(mfa["shareKey"]).now(), "²²²²²²"],
            "appId oidcAppId": [self.sandbox.oidc_app_id, self.sandbox.oauth_app_id],
            "adConnectorId": [self.sandbox.ad_connector_id],
            "refreshToken": [signed_in["refresh_token"]],
            "secret": [self.sandbox.secret],
            "type": ["github", "wechat"],
            "lastIP": ["127.0.0.1", "8.8.8.8", "::1"],
        }
        self.values = {
            name: known for names, known in values.items() for name in names.split()
        }
        snapshot = self.http.post("/sandbox/snapshots").raise_for_status().json()
        self._start: str = snapshot["id"]

    def restore(self) -> None:
        """Have everything as it was at the start."""
        restored = self.http.post(f"/sandbox/snapshots/{self._start}/restore")
        restored.raise_for_status()

    def register(self, **info: str) -> Any:
        return self.ask(
            "mutation($info: UserRegisterInput!)"
            " { it: register(userInfo: $info) { _id token } }",
            info={
                "registerInClient": self.sandbox.pool_id,
                "password": self.encrypt(PASSWORD),
                **info,
            },
        )

    def encrypt(self, password: str) -> str:
        key = load_pem_public_key(self.sandbox.public_key.encode())
        assert isinstance(key, RSAPublicKey)
        return base64.b64encode(key.encrypt(password.encode(), PKCS1v15())).decode()

    def ask(self, query: str, *, token: str = "none", **variables: Any) -> Any:
        variables = {"pool": self.sandbox.pool_id, **variables}
        body = {"query": query, "variables": variables}
        answer = self.send("users", token, json.dumps(body).encode()).json()
        assert "errors" not in answer, answer
        return answer["data"]["it"]

    def send(self, gateway: str, token: str, body: bytes) -> httpx.Response:
        headers = {"content-type": "application/json"}
        if bearer := self.tokens.get(token):
            headers["authorization"] = f"Bearer {bearer}"
        return self.http.post(f"/{gateway}/graphql", content=body, headers=headers)

    def fingerprint(self) -> str:
        """A digest of every row there is, but for the traces of a failed attempt."""
        digest = hashlib.sha256()
        database = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)
        try:
            tables = database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
            for (table,) in tables.fetchall():
                rows = database.execute(
                    f'SELECT * FROM "{table}" {KEPT.get(table, "")}'
                )
                digest.update(repr((table, sorted(map(repr, rows)))).encode())
        finally:
            database.close()
        return digest.hexdigest()


def check(answer: httpx.Response) -> bool:
    """Check that an answer has the service's form; say whether it is a refusal."""
    body = answer.json()
    assert answer.status_code in (200, 400), answer.text
    assert "Traceback" not in answer.text
    assert "sqlalchemy" not in answer.text.lower()
    if "errors" not in body:
        assert body.keys() == {"data"}
        assert answer.status_code == 200
        values = list(body["data"].values())
        return all(isinstance(v, dict) and v.get("status") is False for v in values)
    assert body["data"] is None
    assert body["errors"]
    messages = [error["message"] for error in body["errors"]]
    for message in messages:
        if isinstance(message, dict):
            assert message.keys() == {"code", "message", "data"}
            assert isinstance(message["code"], int)
            assert message["code"] != 1000, answer.text
            assert isinstance(message["message"], str)
        else:
            assert isinstance(message, str)
    understood = all(isinstance(message, dict) for message in messages)
    assert answer.status_code == (200 if understood else 400)
    return True
