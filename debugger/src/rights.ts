/** Values for operations on roles, permissions, groups, organisations and metadata. */

import shared from "../../authing_gen/cli/examples.json";
import type { DocumentedOperation } from "./contract";
import type { Variables } from "./passwords";
import type { Sandbox } from "./sandbox";

interface Named {
  id: string;
  name: string;
}
interface Organisation extends Named {
  /** From top to bottom: the root is the first. */
  nodes: Named[];
}

const NAMES: Record<string, string> = shared.names;
export const SECTIONS = [...Object.keys(NAMES), "organisations", "metadata"];

/** What the operation takes, about the newest records; what there is not is made. */
export async function rightsOf(
  { name, section, variables }: DocumentedOperation,
  sandbox: Sandbox,
  user: string,
): Promise<Variables> {
  const ofUser = name.startsWith("user") || section === "metadata";
  const node = { addOrgNode: outside, removeOrgNode: leaf }[name] ?? root;
  const group = section === "organisations" ? node : newest("groups");
  const values: Record<string, (sandbox: Sandbox) => unknown> = {
    _id: ofUser ? () => user : section === "organisations" ? organisation : newest(section),
    idList: listed(newest(section)),
    userId: () => user,
    userIdList: () => [user],
    roleId: newest("roles"),
    roleIdList: listed(newest("roles")),
    permissionId: newest("permissions"),
    permissionIdList: listed(newest("permissions")),
    groupId: group,
    rootGroupId: newest("groups"),
    parentGroupId: root,
    nodeId: root,
    orgId: organisation,
    includeChildren: () => shared.values.includeChildren,
    userPoolId: () => sandbox.facts.poolId,
    name: () => (name.startsWith("create") ? NAMES[section] : undefined),
    description: () => "From the debugger",
    key: () => shared.values.key,
    value: () => shared.values.value,
    sortBy: () => "CREATEDAT_ASC",
    page: () => 0, // Unlike others, these lists begin there.
    count: () => shared.values.count,
  };
  const given: Variables = {};
  for (const variable of variables) {
    const value = await values[variable]?.(sandbox);
    if (value !== undefined) given[variable] = value;
  }
  return given;
}

type Id = (sandbox: Sandbox) => Promise<string>;

const listed = (one: Id) => async (sandbox: Sandbox) => [await one(sandbox)];

const newest = (kind: string): Id => async (sandbox) =>
  (await last<Named>(sandbox, kind, { name: NAMES[kind] })).id;

const organisation: Id = async (sandbox) => (await tree(sandbox)).id;
const root: Id = async (sandbox) => (await tree(sandbox)).nodes[0]!.id;

/** A node that has none below it; one is made where there is only the root. */
const leaf: Id = async (sandbox) => {
  const { id, nodes } = await tree(sandbox);
  if (nodes.length > 1) return nodes.at(-1)!.id;
  const node = { name: NAMES.groups, below: nodes[0]!.id };
  return (await sandbox.control<Named>("POST", `organisations/${id}/nodes`, node)).id;
};

/** A group that is no node yet. */
const outside: Id = async (sandbox) => {
  const inside = new Set((await tree(sandbox)).nodes.map(({ id }) => id));
  const groups = await sandbox.control<Named[]>("GET", "groups");
  const found = groups.findLast(({ id }) => !inside.has(id));
  return (found ?? (await sandbox.control<Named>("POST", "groups", { name: "crew" }))).id;
};

async function tree(sandbox: Sandbox): Promise<Organisation> {
  const given = { name: "company", children: [{ name: NAMES.groups }] };
  return last<Organisation>(sandbox, "organisations", given);
}

async function last<T>(sandbox: Sandbox, kind: string, otherwise: unknown): Promise<T> {
  const found = await sandbox.control<T[]>("GET", kind);
  if (found.length) return found.at(-1)!;
  await sandbox.control("POST", kind, otherwise);
  return (await sandbox.control<T[]>("GET", kind)).at(-1)!;
}
