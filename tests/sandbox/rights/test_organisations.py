"""Organisations under `/sandbox`."""

from typing import Any

import httpx
import pytest

from authing_gen import AsyncAuthing
from authing_sandbox import Sandbox

from .conftest import ADA, BEA

pytestmark = pytest.mark.anyio

SHIP: dict[str, Any] = {
    "name": "Planet Express",
    "children": [
        {"name": "Crew", "children": [{"name": "Bridge"}, {"name": "Kitchen"}]},
        {"name": "Office"},
    ],
}
ROWS = [
    ("Planet Express", 0, None),
    ("Crew", 1, "Planet Express"),
    ("Bridge", 2, "Crew"),
    ("Kitchen", 2, "Crew"),
    ("Office", 1, "Planet Express"),
]


async def rows(control: httpx.AsyncClient) -> list[tuple[str, int, str | None]]:
    """Name, depth and the one above, of each node of the only organisation."""
    (found,) = (await control.get("/organisations")).raise_for_status().json()
    names = {node["id"]: node["name"] for node in found["nodes"]}
    assert found["name"] == found["nodes"][0]["name"]
    return [
        (node["name"], node["depth"], names.get(node["parent"]))
        for node in found["nodes"]
    ]


async def test_a_tree_is_made_at_once(
    box: Sandbox, control: httpx.AsyncClient, authing: AsyncAuthing
) -> None:
    org_id = await box.create_organisation(SHIP)
    assert await rows(control) == ROWS
    org = await authing.org(id=org_id)
    children = {node.name: len(node.children) for node in org.nodes}
    assert children == {
        "Planet Express": 2,
        "Crew": 2,
        "Bridge": 0,
        "Kitchen": 0,
        "Office": 0,
    }


async def test_nodes_are_groups_with_roles_and_users(
    box: Sandbox,
    control: httpx.AsyncClient,
    authing: AsyncAuthing,
    ids: tuple[str, str],
) -> None:
    await box.create_role("captain", permissions=["ship:steer"])
    await box.create_group("Crew", users=[ADA])
    bridge = {"name": "Bridge", "roles": ["captain"], "users": [BEA]}
    org_id = await box.create_organisation(
        {"name": "Ship", "children": [{"name": "Crew", "children": [bridge]}]}
    )
    (found,) = (await control.get("/organisations")).json()
    assert [node["users"] for node in found["nodes"]] == [0, 1, 1]
    assert (await authing.user_permission_list(id=ids[1])).raw_list == ["ship:steer"]
    told = (await control.get(f"/users/{ids[1]}")).json()
    (place,) = told["organisations"]
    assert place["organisation"] == org_id
    assert place["path"] == ["Ship", "Crew", "Bridge"]
    assert place["group"] == found["nodes"][2]["id"]
    assert (await control.get(f"/users/{ids[0]}")).json()["organisations"][0][
        "path"
    ] == ["Ship", "Crew"]


async def test_nodes_come_and_go(box: Sandbox, control: httpx.AsyncClient) -> None:
    org_id = await box.create_organisation(SHIP)
    nodes = "/organisations/Planet Express/nodes"
    await box.create_group("Hangar")
    for given in (
        {"name": "Hangar", "below": "Crew"},
        {"name": "New", "below": "Hangar"},
    ):
        answer = await control.post(nodes, json=given)
        assert answer.json()["name"] == given["name"]
    assert ("New", 3, "Hangar") in await rows(control)
    assert (await control.delete(f"{nodes}/Crew")).status_code == 204
    assert await rows(control) == [ROWS[0], ROWS[4]]
    groups = (await control.get("/groups")).json()
    assert "Bridge" in {group["name"] for group in groups}
    assert (await control.delete(f"/organisations/{org_id}")).status_code == 204
    assert (await control.get("/organisations")).json() == []


async def test_what_no_tree_can_be(box: Sandbox, control: httpx.AsyncClient) -> None:
    await box.create_organisation(SHIP)
    organisation = "/organisations/Planet Express"
    twice = {"name": "a", "children": [{"name": "b"}, {"name": "b"}]}
    answer = await control.post("/organisations", json=twice)
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "b is twice in an organisation",
    )
    known = {"name": "Crew", "users": []}
    answer = await control.post("/organisations", json=known)
    assert answer.status_code == 409
    assert "Crew is a group already" in answer.json()["detail"]
    for given, status in (
        ({"name": "Bridge", "below": "Crew"}, 409),  # It is a node.
        ({"name": "New", "below": "nowhere"}, 404),
        ({"name": "New"}, 422),
    ):
        answer = await control.post(f"{organisation}/nodes", json=given)
        assert answer.status_code == status, given
    root = await control.delete(f"{organisation}/nodes/Planet Express")
    assert (root.status_code, root.json()["detail"]["code"]) == (409, 1001)
    assert (await control.delete("/organisations/none")).status_code == 404
    assert await rows(control) == ROWS
    groups = (await control.get("/groups")).json()
    assert {"a", "b", "New"}.isdisjoint(group["name"] for group in groups)


async def test_of_two_with_one_root_the_id_is_wanted(
    box: Sandbox, control: httpx.AsyncClient
) -> None:
    first = await box.create_organisation({"name": "Ship"})
    second = await box.create_organisation({"name": "Ship"})
    assert (await control.delete("/organisations/Ship")).status_code == 409
    assert (await control.delete(f"/organisations/{second}")).status_code == 204
    (left,) = (await control.get("/organisations")).json()
    assert left["id"] == first
    (group,) = (await control.get("/groups")).json()
    assert left["nodes"][0]["id"] == group["id"]


async def test_a_deep_tree_is_listed_and_a_deeper_one_refused(
    control: httpx.AsyncClient,
) -> None:
    node: dict[str, Any] = {"name": "n0"}
    for number in range(1, 60):
        node = {"name": f"n{number}", "children": [node]}
    (await control.post("/organisations", json=node)).raise_for_status()
    assert [depth for _, depth, _ in await rows(control)] == [*range(60)]
    for _ in range(400):
        node = {"name": "x", "children": [node]}
    assert (await control.post("/organisations", json=node)).status_code == 422
