"""A pool as one file, and a first world from another one."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from authing_sandbox import Sandbox, Seed, running
from authing_sandbox.seeding.seed import SeedError
from authing_sandbox.seeding.seed_file import read_seed

from ..calling import PASSWORD, Caller, Refused

pytestmark = pytest.mark.anyio

YAML = """
pool:
  id: 5f0e1d2c3b4a5968778695ff
  secret: a secret of our own
rules:
  whitelist_enabled: true
  code_lifetime: 60
users:
  - email: ada@example.com
    password: correct horse
    nickname: Ada
    metadata: {theme: dark}
    email_verified: true
  - username: grace
    password: correct horse
    blocked: true
  - phone: "13800138000"
providers:
  - {alias: github, enabled: false}
  - {alias: gitea, name: Our Gitea, authorize_url: "https://gitea.example.com/login"}
apps:
  - id: 5f0e1d2c3b4a5968778695aa
    secret: 9d1f3c5b7a8e4260b1c2d3e4f5a69788
    name: Shop
    redirect_uris: ["http://127.0.0.1:8000/callback"]
whitelist: ["13900139000"]
roles:
  - {name: editor, permissions: ["post:read", "post:write"], users: [grace]}
  - {id: 5f0e1d2c3b4a5968778695ab, name: reader, permissions: ["post:read"]}
groups:
  - {name: staff, roles: [reader], users: [ada@example.com, "13800138000"]}
organisations:
  - name: Planet Express
    children:
      - {name: staff}
      - name: bridge
        roles: [editor]
        users: [ada@example.com]
        children: [{name: helm}]
"""


async def fetch(box: Sandbox, method: str, path: str, **options: Any) -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"{box.url}/sandbox", timeout=30) as http:
        return await http.request(method, path, **options)


def named(records: list[dict[str, str]]) -> list[str]:
    return [record["name"] for record in records]


async def test_round_trip(tmp_path: Path) -> None:
    seed = Seed(whitelist=("13900139000",))
    async with running(seed=seed) as box, httpx.AsyncClient() as http:
        caller = Caller(http, box)
        ada = await caller.register(email="ada@example.com", password=PASSWORD)
        await caller.login(email="ada@example.com", password=PASSWORD)
        await box.configure(code_lifetime=77)
        answer = await fetch(box, "GET", "/export")
        document = answer.raise_for_status().json()
        (account,) = (a for a in document["tables"]["account"] if a["id"] == ada["_id"])
        assert account["password_hash"].startswith("$argon2")
        assert PASSWORD not in answer.text
        assert ada["token"] not in answer.text
        # Over itself: nothing is doubled, what came later is gone.
        await caller.register(email="eve@example.com", password=PASSWORD)
        await fetch(box, "POST", "/import", json=document)
        assert (await fetch(box, "GET", "/export")).json() == document
        with pytest.raises(Refused, match="2004"):
            await caller.login(email="eve@example.com", password=PASSWORD)

    # Into another sandbox, with another pool beside it.
    beside = Seed(other_pools={"5" * 24: "secret"})
    async with running(seed=beside) as box, httpx.AsyncClient() as http:
        other = (await fetch(box, "GET", f"/export?pool={'5' * 24}")).json()
        answer = await fetch(box, "POST", "/import", json=document)
        assert answer.json() == {"id": seed.pool_id}, answer.text
        again = await fetch(box, "GET", f"/export?pool={seed.pool_id}")
        assert again.json() == document
        back = await http.post(
            f"{box.url}/users/graphql",
            json={
                "query": "mutation l($p: String) {"
                f' login(registerInClient: "{seed.pool_id}",'
                ' email: "ada@example.com", password: $p) { _id loginsCount } }',
                "variables": {"p": Caller(http, box).encrypt(PASSWORD)},
            },
        )
        assert back.json()["data"]["login"]["_id"] == ada["_id"]
        after = (await fetch(box, "GET", f"/export?pool={'5' * 24}")).json()
        # Both pools have the same owner.
        assert {**after["tables"], "account": []} == {**other["tables"], "account": []}


async def test_who_may_do_what_goes_with_its_pool(tmp_path: Path) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text(YAML.replace("5f0e1d2c3b4a5968778695ff", Seed().pool_id))
    paths = ("/roles", "/groups", "/permissions", "/organisations")
    async with running(seed=read_seed(file)) as box:
        document = (await fetch(box, "GET", "/export")).json()
        before = [(await fetch(box, "GET", path)).json() for path in paths]
        (organisation,) = before[3]
        nodes = [(node["name"], node["depth"]) for node in organisation["nodes"]]
        assert nodes == [
            ("Planet Express", 0),
            ("staff", 1),
            ("bridge", 1),
            ("helm", 2),
        ]
        snapshot = await box.snapshot()
        await fetch(box, "DELETE", "/organisations/Planet Express")
        await fetch(box, "DELETE", "/roles/editor")
        await box.restore(snapshot)
        after = [(await fetch(box, "GET", path)).json() for path in paths]
        assert after == before
    async with running() as box:
        answer = await fetch(box, "POST", "/import", json=document)
        assert answer.json() == {"id": box.pool_id}, answer.text
        found = [(await fetch(box, "GET", path)).json() for path in paths]
        assert found == before


async def test_what_is_no_export_changes_nothing() -> None:
    async with running() as box:
        document = (await fetch(box, "GET", "/export")).json()
        text = json.dumps(document)
        pool = document["tables"]["pool"][0]
        provider = document["tables"]["social_provider"][0]
        wrong: list[tuple[dict[str, Any], int]] = [
            ({**document, "format": "another"}, 422),
            ({**document, "more": 1}, 422),
            ({**document, "tables": {"pool": []}}, 422),
            ({**document, "tables": {"pool": [pool, pool]}}, 422),
            ({**document, "tables": {"pool": [{**pool, "colour": "red"}]}}, 422),
            ({**document, "tables": {"pool": [{**pool, "jwt_expired": "1"}]}}, 422),
            ({**document, "tables": {"pool": [{**pool, "created_at": "noon"}]}}, 422),
            (
                {
                    **document,
                    "tables": {"pool": [pool], "social_provider": [provider] * 2},
                },
                409,
            ),
        ]
        for attempt, status in wrong:
            answer = await fetch(box, "POST", "/import", json=attempt)
            assert answer.status_code == status, answer.text
            assert pool["app_secret"] not in answer.text
        assert (await fetch(box, "POST", "/import", content="{")).status_code == 422
        assert json.dumps((await fetch(box, "GET", "/export")).json()) == text
        assert (await fetch(box, "GET", "/export?pool=none")).status_code == 404


async def test_a_seed_in_yaml(tmp_path: Path) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text(YAML)
    seed = read_seed(file)
    assert seed.pool_id == "5f0e1d2c3b4a5968778695ff"
    assert seed.secret not in repr(seed)
    assert PASSWORD not in repr(seed)
    async with running(seed=seed) as box, httpx.AsyncClient() as http:
        caller = Caller(http, box)
        for _ in range(2):
            ada = await caller.login(email="ada@example.com", password=PASSWORD)
            with pytest.raises(Refused, match="2005"):
                await caller.login(username="grace", password=PASSWORD)
            with pytest.raises(Refused, match="2027"):
                await caller.login(phone="13800138000", password=PASSWORD)
            with pytest.raises(Refused, match="2031"):
                await caller.register(phone="13700137000", password=PASSWORD)
            await caller.register(phone="13900139000", password=PASSWORD)
            exported = (await fetch(box, "GET", "/export")).json()["tables"]
            providers = {p["alias"]: p for p in exported["social_provider"]}
            assert providers["github"]["enabled"] is False
            assert providers["github"]["name"] == "GitHub"
            assert providers["gitea"]["enabled"] is True
            apps = {app["id"]: app for app in exported["app"]}
            assert apps["5f0e1d2c3b4a5968778695aa"]["name"] == "Shop"
            assert exported["pool"][0]["code_lifetime"] == 60
            users = {user["username"]: user["id"] for user in exported["account"]}
            told = (await fetch(box, "GET", f"/users/{ada['_id']}")).json()
            assert named(told["roles"]) == []
            assert named(told["groups"]) == ["staff", "bridge"]
            assert told["permissions"] == ["post:read", "post:write"]
            assert [place["path"] for place in told["organisations"]] == [
                ["Planet Express", "staff"],
                ["Planet Express", "bridge"],
            ]
            assert told["metadata"] == {"theme": "dark"}
            told = (await fetch(box, "GET", f"/users/{users['grace']}")).json()
            assert (named(told["roles"]), named(told["groups"])) == (["editor"], [])
            assert told["permissions"] == ["post:read", "post:write"]
            token = await http.post(
                f"{box.url}/users/oauth/oidc/token",
                data={
                    "client_id": "5f0e1d2c3b4a5968778695aa",
                    "client_secret": "9d1f3c5b7a8e4260b1c2d3e4f5a69788",
                    "grant_type": "password",
                    "email": "ada@example.com",
                    "password": PASSWORD,
                    "scope": "openid",
                },
            )
            assert "access_token" in token.json(), token.text
            assert ada["_id"]
            await box.reset()  # brings the seed back, too


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("users: [{email: a@b.example, password: short}]", "users.0.password"),
        ("users: [{nickname: Ada}]", "users.0"),
        ("rules: {jwt_expired: soon}", "rules.jwt_expired"),
        ("colour: red", "colour"),
        ("apps: [{name: Shop}]", "apps.0.id"),
        ("organisations: [{name: a, children: [{}]}]", "children.0.name"),
        ("users: [", "not YAML"),
        ("- 1", "seed.yaml"),
    ],
)
def test_a_seed_that_cannot_be_one(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=complaint) as caught:
        read_seed(file)
    assert "short" not in str(caught.value).split(":")[0]


async def test_an_empty_seed_is_the_demo(tmp_path: Path) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text("")
    assert read_seed(file) == Seed()


TWINS = ({"name": "twin"}, {"name": "twin"})
ALIKE = ({"username": "ada"}, {"unionid": "ada"})


@pytest.mark.parametrize(
    ("seed", "complaint"),
    [
        (Seed(groups=({"name": "staff", "roles": ["none"]},)), "role that is none"),
        (Seed(roles=TWINS, groups=({"name": "a", "roles": ["twin"]},)), "several are"),
        (Seed(users=ALIKE, roles=({"name": "a", "users": ["ada"]},)), "may be two"),
        (
            Seed(groups=({"name": "a"},), organisations=({"name": "a", "users": []},)),
            "a is a group already",
        ),
        (
            Seed(organisations=({"name": "a", "children": [{"name": "a"}]},)),
            "a is twice in an organisation",
        ),
        (Seed(roles=({"name": "editor", "users": ["nobody"]},)), "user who is none"),
    ],
)
async def test_a_seed_that_names_what_there_is_not(seed: Seed, complaint: str) -> None:
    with pytest.raises(SeedError, match=complaint):
        async with running(seed=seed):
            pass
