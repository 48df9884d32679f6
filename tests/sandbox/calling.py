"""A small client that knows nothing of ours but HTTP."""

import base64
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from authing_sandbox import Sandbox

PASSWORD = "correct horse"
_numbers = count(1)

REGISTER = """
mutation register($userInfo: UserRegisterInput!) {
  register(userInfo: $userInfo) {
    _id email phone username registerMethod token phoneVerified emailVerified oauth
  }
}
"""
LOGIN = """
mutation login(
  $registerInClient: String!, $unionid: String, $email: String, $phone: String,
  $username: String, $password: String, $phoneCode: Int, $MFACode: String,
  $device: String, $browser: String, $lastIP: String
) {
  login(
    registerInClient: $registerInClient, unionid: $unionid, email: $email,
    phone: $phone, username: $username, password: $password, phoneCode: $phoneCode,
    MFACode: $MFACode, device: $device, browser: $browser, lastIP: $lastIP
  ) {
    _id email token loginsCount lastLogin lastIP browser device phoneVerified
  }
}
"""
UPDATE = """
mutation update($options: UserUpdateInput!) {
  updateUser(options: $options) {
    _id email emailVerified username phone nickname tokenExpiredAt blocked
  }
}
"""
CHECK = (
    "query check($token: String) { checkLoginStatus(token: $token) { code status } }"
)


class Refused(Exception):
    """A business error, as it arrived."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


@dataclass
class Caller:
    """Calls a sandbox with a token, or with none."""

    http: httpx.AsyncClient
    sandbox: Sandbox
    token: str | None = None

    def encrypt(self, password: str) -> str:
        key = load_pem_public_key(self.sandbox.public_key.encode())
        assert isinstance(key, RSAPublicKey)
        return base64.b64encode(key.encrypt(password.encode(), PKCS1v15())).decode()

    async def send(
        self, query: str, gateway: str = "users", **variables: Any
    ) -> httpx.Response:
        """The answer as it came."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return await self.http.post(
            f"{self.sandbox.url}/{gateway}/graphql",
            json={"query": query, "variables": variables},
            headers=headers,
        )

    async def call(self, query: str, gateway: str = "users", **variables: Any) -> Any:
        """The value of the one field that was asked for."""
        answer = (await self.send(query, gateway, **variables)).json()
        for error in answer.get("errors", ()):
            message = error["message"]
            assert isinstance(message, dict), message
            raise Refused(message["code"], message["message"])
        (value,) = answer["data"].values()
        return value

    async def register(self, **info: Any) -> Any:
        if "password" in info:
            info["password"] = self.encrypt(info["password"])
        pool = self.sandbox.pool_id
        return await self.call(REGISTER, userInfo={"registerInClient": pool, **info})

    async def login(self, **given: Any) -> Any:
        if "password" in given:
            given["password"] = self.encrypt(given["password"])
        return await self.call(LOGIN, registerInClient=self.sandbox.pool_id, **given)

    async def update(self, **options: Any) -> Any:
        for name in {"password", "oldPassword"} & options.keys():
            options[name] = self.encrypt(options[name])
        return await self.call(UPDATE, options=options)

    async def new_user(self) -> Any:
        """Register somebody who has not been registered before."""
        return await self.register(email=fresh_email(), password=PASSWORD)

    def with_token(self, token: str | None) -> "Caller":
        return Caller(self.http, self.sandbox, token)


def fresh_email() -> str:
    return f"user{next(_numbers)}@example.com"


def fresh_phone() -> str:
    return f"138{next(_numbers):08}"
