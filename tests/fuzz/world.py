"""A sandbox to throw things at: who is in it, what is stored, and what answers are."""

import base64
import json
import sqlite3
from contextlib import closing
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

Row = tuple[tuple[str, Any], ...]
Rows = dict[str, set[Row]]


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
        right, wrong, nul = map(self.encrypt, (PASSWORD, "wrong horse", "\0" * 8))
        passwords = [right, wrong, PASSWORD, "x", nul]
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

    def rows(self) -> Rows:
        """Every row there is, by its table."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as file:
            file.row_factory = sqlite3.Row
            tables = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {
                name: {(*zip(row.keys(), row, strict=True),) for row in found}
                for (name,) in tables.fetchall()
                for found in [file.execute(f'SELECT * FROM "{name}"')]
            }

    def unchanged_since(self, before: Rows) -> bool:
        """Say whether there is nothing new but the traces of a refused attempt."""
        after = self.rows()
        came = [
            (name, dict(row)) for name in after for row in after[name] - before[name]
        ]
        went = [
            (name, dict(row)) for name in before for row in before[name] - after[name]
        ]
        # What is used a second time ends what it once gave: RFC 9700, section 4.14.
        replayable = {
            row["grant_id"]
            for name in ("authorisation_code", "refresh_token")
            for row in map(dict, before[name])
            if row["used"]
        }
        return all(is_trace(name, row) for name, row in came) and all(
            (row["id"] if name == "app_grant" else row.get("grant_id")) in replayable
            for name, row in went
        )


def is_trace(table: str, row: dict[str, Any]) -> bool:
    """Say whether a row is kept even of a call that is refused."""
    return (
        # A signature is used up even where another field is refused.
        table == "used_nonce"
        or (table == "sign_in" and row["success"] == 0)
        or (table == "occurrence" and row["kind"] != "register")
    )


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
