"""Calling a vendor's SDK that runs in a process of its own."""

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from authing_sandbox import Message, Sandbox


class Raised(Exception):
    """What the SDK raised, as its driver wrote it."""


class Sdk:
    """A vendor's SDK: every attribute is a method of it."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self._process = subprocess.Popen(
            [*command],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            self.construct()
        except Raised:
            self.close()
            raise

    def __getattr__(self, method: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps([method, args, kwargs]) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
            if "raised" in answer:
                raise Raised(answer["raised"])
            return answer["result"]

        return call

    def close(self) -> None:
        self._process.communicate()


class Witness:
    """Sees what the sandbox has stored, with nothing of the SDK's."""

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self._http = http
        self._pool = sandbox.pool_id
        self._token = self.query(
            "query t($secret: String, $pool: String)"
            " { it: getAccessTokenByAppSecret(secret: $secret, clientId: $pool) }",
            secret=sandbox.secret,
        )

    def query(self, document: str, gateway: str = "users", **variables: Any) -> Any:
        token = getattr(self, "_token", None)
        answer = self._http.post(
            f"/{gateway}/graphql",
            json={"query": document, "variables": {"pool": self._pool, **variables}},
            headers={"authorization": f"Bearer {token}"} if token else {},
        ).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]["it"]

    def user(self, user_id: str) -> Any:
        return self.query(
            "query u($id: String, $pool: String)"
            " { it: user(id: $id, registerInClient: $pool) { _id email emailVerified"
            " phone username nickname company token loginsCount blocked isDeleted"
            " registerMethod browser userLoginHistory { totalCount"
            " list { success result } } } }",
            id=user_id,
        )

    def is_signed_in(self, token: str) -> bool:
        status = self.query(
            "query c($token: String) { it: checkLoginStatus(token: $token)"
            " { status } }",
            token=token,
        )
        return bool(status["status"])

    def register_by_phone(self, phone: str, pool_id: str) -> Any:
        """Register with the newest code sent to a phone."""
        return self.query(
            "mutation r($info: UserRegisterInput!) { it: register(userInfo: $info)"
            " { _id } }",
            info={
                "registerInClient": pool_id,
                "phone": phone,
                "phoneCode": self.code(phone),
            },
        )

    def code(self, to: str) -> str:
        """The code of the newest message to an address."""
        return str([m["code"] for m in self._messages(to) if m["code"]][-1])

    def open_verification_link(self, to: str) -> None:
        """Do what a user does with the newest mail."""
        link = re.search(r"https?://\S+", self._messages(to)[-1]["text"])
        assert link is not None
        self._http.get(link.group()).raise_for_status()

    def sign_in_at_app(self, email: str, password: str) -> None:
        self.query(
            "mutation s($email: String, $password: String, $pool: String) { it: signIn("
            "email: $email, password: $password, userPoolId: $pool) { sub } }",
            email=email,
            password=password,
        )

    def authorised_apps(self, user_id: str) -> list[str]:
        apps = self.query(
            "query a($id: String, $pool: String) { it: GetUserAuthorizedApps("
            "userId: $id, clientId: $pool) { OIDCApps { _id } } }",
            id=user_id,
        )
        return [app["_id"] for app in apps["OIDCApps"]]

    def _messages(self, to: str) -> list[Message]:
        messages: list[Message] = self._http.get(
            "/sandbox/outbox", params={"to": to}
        ).json()
        return messages
