"""What the schema marks as secret is in nothing that is written, unless asked for."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_json, to_jsonable_python

import authing_client
from authing_client import (
    AsyncClient,
    Client,
    UserRegisterInput,
    keeping_secrets,
    models,
)
from authing_client.base_model import unless_keeping_secrets
from authing_client.wire import json_variables
from authing_gen import AsyncAuthing, Authing
from authing_gen.rest import TokenSet

from ..blocking import only
from .scripted import ScriptedServer, data

pytestmark = pytest.mark.anyio

TOKEN = "s3cret-token"
WRITERS: dict[str, Callable[[BaseModel], Any]] = {
    "model_dump": lambda model: model.model_dump(),
    "model_dump, JSON": lambda model: model.model_dump(mode="json", by_alias=True),
    "model_dump_json": lambda model: model.model_dump_json(),
    "TypeAdapter, as FastAPI": lambda model: TypeAdapter(list[Any]).dump_json([model]),
    "to_jsonable_python": to_jsonable_python,
    "to_json": to_json,
    "pickle": pickle.dumps,
    "pickle, oldest protocol": lambda model: pickle.dumps(model, protocol=0),
    "str": str,
    "repr": repr,
}
MODELS = [
    model
    for name in authing_client.__all__
    if isinstance(model := getattr(authing_client, name), type)
    and issubclass(model, authing_client.BaseModel)
    and any(not field.repr for field in model.model_fields.values())
]


def filled(model: type[BaseModel]) -> BaseModel:
    """An instance whose every secret is the same."""
    fields = model.model_fields
    return model.model_construct(
        None, **{name: None if field.repr else TOKEN for name, field in fields.items()}
    )


@pytest.mark.parametrize("model", [*MODELS, TokenSet], ids=lambda model: model.__name__)
def test_no_secret_is_written(model: type[BaseModel]) -> None:
    whole = filled(model)
    for name, write in WRITERS.items():
        assert TOKEN not in str(write(whole)), name


def test_there_are_such_models() -> None:
    assert {models.UserProfile, models.RegisteredUser, UserRegisterInput} <= {*MODELS}


async def test_inside_other_models_as_well(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    user = dict.fromkeys(
        field.serialization_alias or name
        for name, field in models.UserListEntry.model_fields.items()
    )
    server.answer(
        "users",
        data(users={"totalCount": 1, "list": [user | {"_id": "1", "token": TOKEN}]}),
    )
    page = await client.users(page=1, count=1)
    assert page.list_ is not None
    (found,) = page.list_
    assert found is not None
    assert found.token == TOKEN
    for name, write in WRITERS.items():
        assert TOKEN not in str(write(page)), name
    with keeping_secrets():
        assert TOKEN in page.model_dump_json()
        again = type(page).model_validate_json(page.model_dump_json(by_alias=True))
        assert pickle.loads(pickle.dumps(page)) == page
    assert again == page
    assert TOKEN not in page.model_dump_json()


def test_a_pickle_without_secrets_is_whole_otherwise() -> None:
    tokens = TokenSet(access_token=TOKEN, token_type="Bearer", expires_in=5)
    read = pickle.loads(pickle.dumps(tokens))
    assert (read.access_token, read.token_type, read.expires_in) == (None, "Bearer", 5)
    assert "access_token" not in read.model_fields_set
    for copied in (copy.copy(tokens), copy.deepcopy(tokens), tokens.model_copy()):
        assert copied == tokens


CLIENTS = [
    AsyncAuthing("pool", "s3cret"),
    Authing("pool", "s3cret").as_user(TOKEN),
    AsyncClient("http://127.0.0.1", {"Authorization": TOKEN}),
    Client("http://127.0.0.1", {"Authorization": TOKEN}),
]


@pytest.mark.parametrize("made", CLIENTS, ids=lambda made: type(made).__name__)
@pytest.mark.parametrize(
    "write",
    [pickle.dumps, lambda made: pickle.dumps(made, protocol=0), copy.deepcopy],
)
def test_a_client_says_why_it_is_not_written(
    made: object, write: Callable[[object], object]
) -> None:
    with pytest.raises(TypeError, match="each process makes one of its own") as caught:
        write(made)
    assert str(caught.value).startswith(f"{type(made).__name__} holds connections")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("made", CLIENTS, ids=lambda made: type(made).__name__)
def test_a_shallow_copy_of_a_client_shares_what_it_has(made: object) -> None:
    copied = copy.copy(made)
    assert type(copied) is type(made)
    assert vars(copied) == vars(made)


def test_keeping_ends_with_its_block() -> None:
    def fail() -> None:
        with keeping_secrets():
            with keeping_secrets():
                pass
            assert not unless_keeping_secrets(TOKEN)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert unless_keeping_secrets(TOKEN)


@only("async", "contexts are those of tasks")
async def test_keeping_is_for_who_asks_alone(client: AsyncAuthing) -> None:
    import asyncio

    begun, over = asyncio.Event(), asyncio.Event()

    async def keep() -> None:
        with keeping_secrets():
            begun.set()
            await over.wait()

    keeping = asyncio.create_task(keep())
    await begun.wait()
    assert TOKEN not in filled(TokenSet).model_dump_json()
    over.set()
    await keeping


@only("async", "tasks that outlive a block")
async def test_keeping_ends_for_what_has_begun_inside(client: AsyncAuthing) -> None:
    import asyncio

    over = asyncio.Event()

    async def write() -> str:
        await over.wait()
        return filled(TokenSet).model_dump_json()

    with keeping_secrets():
        writing = asyncio.create_task(write())
        await asyncio.sleep(0)
    over.set()
    assert TOKEN not in await writing


def test_what_is_sent_is_whole() -> None:
    given = UserRegisterInput(email="ada@example.com", password=TOKEN)
    sent = json_variables({"userInfo": given, "more": [{"deep": given}]})
    assert sent["userInfo"]["password"] == TOKEN
    assert sent["more"][0]["deep"]["password"] == TOKEN


def test_a_json_schema_promises_no_secret() -> None:
    written = TokenSet.model_json_schema(mode="serialization")
    assert "access_token" not in written["required"]
    read = TokenSet.model_json_schema(mode="validation")
    assert "access_token" in read["required"]
