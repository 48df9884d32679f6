/** Records of roles, permissions, groups and organisations; what there is not is made. */

import type { Sandbox } from "./sandbox";

interface Named {
  id: string;
  name: string;
}
interface Organisation extends Named {
  /** From top to bottom: the root is the first. */
  nodes: Named[];
}

type Id = (sandbox: Sandbox) => Promise<string>;

const NAMES: Record<string, string> = {
  groups: "staff",
  permissions: "post:write",
  roles: "editor",
};

export const newest = (kind: string): Id => async (sandbox) =>
  (await last<Named>(sandbox, kind, { name: NAMES[kind] })).id;

export const organisation: Id = async (sandbox) => (await tree(sandbox)).id;
export const root: Id = async (sandbox) => (await tree(sandbox)).nodes[0]!.id;

/** A node that has none below it; one is made where there is only the root. */
export const leaf: Id = async (sandbox) => {
  const { id, nodes } = await tree(sandbox);
  if (nodes.length > 1) return nodes.at(-1)!.id;
  const node = { name: NAMES.groups, below: nodes[0]!.id };
  return (await sandbox.control<Named>("POST", `organisations/${id}/nodes`, node)).id;
};

/** A group that is no node yet. */
export const outside: Id = async (sandbox) => {
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
