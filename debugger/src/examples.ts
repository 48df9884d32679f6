/** Values that make an operation ready to run. */

import shared from "../../authing_gen/cli/examples.json";
import type { DocumentedOperation, Wanted } from "./contract";
import type { Variables } from "./passwords";
import { leaf, newest, organisation, outside, root } from "./rights";
import { DEMO, type Identity, type Present, type Sandbox } from "./sandbox";

/** What a value may depend on. */
interface Scene {
  sandbox: Sandbox;
  identity: Identity | undefined;
  account: Present | undefined;
  operation: DocumentedOperation;
  /** What is filled in already, of the variables before. */
  given: Variables;
}

type Value = (scene: Scene, wanted: Wanted) => unknown;

export async function exampleOf(
  operation: DocumentedOperation,
  sandbox: Sandbox,
  identity: Identity | undefined,
): Promise<Variables> {
  const given: Variables = {};
  const account = await sandbox.present();
  const scene = { sandbox, identity, account, operation, given };
  for (const wanted of operation.wanted) {
    const value = await valueOf(scene, wanted);
    if (value !== undefined) given[wanted.variable] = value;
  }
  // The first who is registered is the demo user, whom other examples are about.
  const isDemo = given.email === DEMO.email && isNew(operation, "email");
  for (const name of ["phone", "username"] as const)
    if (isDemo && operation.variables.includes(name)) given[name] ??= DEMO[name];
  return given;
}

async function valueOf(scene: Scene, wanted: Wanted): Promise<unknown> {
  if (wanted.isPool) return scene.sandbox.facts.poolId;
  const { variable, name = variable.replace(/List$/, ""), value } = wanted;
  const known = wanted.isNew ? NEW[variable] : BY_NAME[name];
  if (!known && wanted.isNew) return `${value ?? name}-${unique()}`;
  if (!known || (value !== undefined && !wanted.name && !wanted.isNew))
    return value ?? wanted.otherwise;
  const found = await known(scene, wanted);
  return wanted.isList && found !== undefined ? [found] : found;
}

/** By what values are called. */
const BY_NAME: Record<string, Value> = {
  ...Object.fromEntries(Object.entries(shared.values).map(([name, it]) => [name, () => it])),
  email: ({ account }) => account?.email ?? DEMO.email,
  username: () => DEMO.username,
  password: ({ account, given }) =>
    (given.email === account?.email && account?.password) || DEMO.password,
  phone: ({ account }, { variable }) =>
    // What is old can be left out where there is none.
    account?.phone ?? (variable.startsWith("old") && account ? undefined : DEMO.phone),
  phoneCode: async (scene, { otherwise }) => {
    const code = await phoneCode(scene);
    return typeof otherwise === "number" ? Number(code) : code;
  },
  emailCode,
  verifyCode: resetCode,
  MFACode: () => "000000",
  secret: ({ sandbox }) => sandbox.facts.secret,
  oidcAppId: ({ sandbox }) => sandbox.facts.oidcAppId,
  adConnectorId: ({ sandbox }) => sandbox.facts.adConnectorId,
  directoryUser: ({ sandbox }) => sandbox.facts.directoryUser,
  directoryPassword: ({ sandbox }) => sandbox.facts.directoryPassword,
  userToken: ({ identity }) => identity?.token ?? "",
  refreshToken: ({ sandbox }) => sandbox.refreshToken ?? "",
  userId: someUser,
  roleId: ({ sandbox }) => newest("roles")(sandbox),
  permissionId: ({ sandbox }) => newest("permissions")(sandbox),
  groupId: ({ sandbox, operation }) =>
    (operation.section === "organisations" ? root : newest("groups"))(sandbox),
  childGroupId: ({ sandbox }) => leaf(sandbox),
  orgId: ({ sandbox }) => organisation(sandbox),
};

/** By arguments, what is not there yet; of others, any text that is. */
const NEW: Record<string, Value> = {
  email: async ({ sandbox }) =>
    (await sandbox.exists(DEMO.email)) ? `user-${unique()}@example.com` : DEMO.email,
  phone: () => `139${Date.now().toString().slice(-8)}`,
  groupId: ({ sandbox }) => outside(sandbox),
  rootGroupId: ({ sandbox }) => outside(sandbox),
};

const unique = () => Date.now().toString(36);

const isNew = ({ wanted }: DocumentedOperation, name: string) =>
  wanted.some((each) => each.variable === name && each.isNew);

/** Somebody to act on: whom the page saw last, or else anybody of the pool. */
async function someUser({ sandbox, identity, account }: Scene): Promise<string> {
  if (account) return account.id;
  const token = identity?.kind === "OWNER" ? identity.token : (await sandbox.owner()).token;
  const { list } = await sandbox.call<{ list: { _id: string }[] }>(
    `query users($registerInClient: String) {
      users(registerInClient: $registerInClient, count: 1) { list { _id } }
    }`,
    { registerInClient: sandbox.facts.poolId },
    token,
  );
  return list[0]?._id ?? "";
}

/** The code that was sent to an address which is to become somebody's. */
async function emailCode({ sandbox, identity, given }: Scene): Promise<string> {
  const email = String(given.email);
  await sandbox.call(
    `mutation sendChangeEmailVerifyCode($userPoolId: String!, $email: String!) {
      sendChangeEmailVerifyCode(userPoolId: $userPoolId, email: $email) { code }
    }`,
    { userPoolId: sandbox.facts.poolId, email },
    identity?.token,
  );
  return (await sandbox.lastCode(email)) ?? "";
}

/** A fresh code by SMS, or the last one where another may not be sent yet. */
async function phoneCode({ sandbox, operation, given }: Scene): Promise<string> {
  const phone = String(given.phone);
  const to = `${phone}/${sandbox.facts.poolId}`;
  const path = isNew(operation, "phone") ? "notification/send_register_smscode" : "send_smscode";
  await fetch(`/users/${path}/${to}`);
  return (await sandbox.lastCode(phone)) ?? "";
}

/** The same by mail; where there is nobody to send it to, running it will say so. */
async function resetCode({ sandbox, given }: Scene): Promise<string> {
  const email = String(given.email);
  const mutation = `mutation sendResetPasswordEmail($email: String!, $client: String!) {
    sendResetPasswordEmail(email: $email, client: $client) { code }
  }`;
  await sandbox.call(mutation, { email, client: sandbox.facts.poolId }).catch(() => undefined);
  return (await sandbox.lastCode(email)) ?? "";
}
