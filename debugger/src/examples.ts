/** Values that make an operation ready to run. */

import shared from "../../authing_gen/cli/examples.json";
import type { DocumentedOperation } from "./contract";
import type { Variables } from "./passwords";
import { rightsOf, SECTIONS } from "./rights";
import { DEMO, type Identity, type Sandbox } from "./sandbox";

export async function exampleOf(
  operation: DocumentedOperation,
  sandbox: Sandbox,
  identity: Identity | undefined,
): Promise<Variables> {
  const { facts } = sandbox;
  const pool = facts.poolId;
  const account = sandbox.account ?? DEMO;
  const id = await someUser(sandbox, operation, identity);
  if (SECTIONS.includes(operation.section)) return rightsOf(operation, sandbox, id);
  const inDirectory = {
    username: facts.directoryUser,
    password: facts.directoryPassword,
  };
  const social = { user: id, client: pool, type: "qq" };

  // Where the names of the variables do not tell enough.
  const special: Record<string, () => Variables | Promise<Variables>> = {
    register: async () => ({ registerInClient: pool, ...(await newcomer(sandbox)) }),
    loginByPhoneCode: async () => ({
      registerInClient: pool,
      phone: DEMO.phone,
      phoneCode: await phoneCode(sandbox),
    }),
    loginByUsername: () => ({
      registerInClient: pool,
      username: DEMO.username,
      password: account.password,
    }),
    loginWithMFACode: () => ({
      registerInClient: pool,
      email: account.email,
      password: account.password,
      MFACode: "000000",
    }),
    registerByPhoneCode: async () => ({
      registerInClient: pool,
      password: DEMO.password,
      ...(await newPhone(sandbox)),
    }),
    LoginByAd: () => ({ adConnectorId: facts.adConnectorId, ...inDirectory }),
    loginByAdConnector: () => ({ adConnectorId: facts.adConnectorId, ...inDirectory }),
    LoginByLDAP: () => ({ clientId: pool, ...inDirectory }),
    decodeJwtToken: () => ({ token: identity?.token ?? "" }),
    UpdateUser: () => ({ _id: id, registerInClient: pool, nickname: "Ada" }),
    updateFullUser: () => ({ _id: id, registerInClient: pool, nickname: "Ada" }),
    searchUser: () => ({ registerInClient: pool, type: "email", value: account.email }),
    checkPhoneCode: async () => ({
      userPoolId: pool,
      phone: DEMO.phone,
      phoneCode: String(await phoneCode(sandbox)),
    }),
    sendChangeEmailVerifyCode: () => ({ userPoolId: pool, email: newEmail() }),
    updateEmail: async () => ({
      userPoolId: pool,
      ...(await emailChange(sandbox, identity)),
      oldEmail: account.email,
    }),
    updatePhone: async () => ({
      userPoolId: pool,
      ...(await newPhone(sandbox)),
      oldPhone: await presentPhone(sandbox, id),
    }),
    removeUsers: () => ({ ids: [id], registerInClient: pool }),
    bindOtherOAuth: () => ({ ...social, unionid: `qq-${id}`, userInfo: "{}" }),
    unbindOtherOAuth: () => social,
    changeMFA: () => ({ userId: id, userPoolId: pool, enable: false }),
    verifyResetPasswordVerifyCode: () => reset(),
    changePassword: async () => ({ ...(await reset()), password: account.password }),
  };
  const reset = async () => {
    const about = { email: account.email, client: pool };
    return { ...about, verifyCode: await resetCode(sandbox, about) };
  };
  if (operation.name in special) return special[operation.name]!();

  const byName: Variables = {
    registerInClient: pool,
    clientId: pool,
    client: pool,
    userPoolId: pool,
    secret: facts.secret,
    oidcAppId: facts.oidcAppId,
    appId: facts.oidcAppId,
    refreshToken: sandbox.refreshToken ?? "",
    email: account.email,
    password: account.password,
    id,
    ids: id,
    user: id,
    userId: id,
    page: 1,
    phone: DEMO.phone,
    ...shared.values,
  };
  // One way to say who is enough.
  const without = operation.variables.includes("email") ? ["phone"] : [];
  const names = operation.variables.filter((name) => !without.includes(name));
  return Object.fromEntries(
    names.filter((name) => name in byName).map((name) => [name, byName[name]]),
  );
}

const WHO = ["id", "ids", "_id", "user", "userId", "userIdList", "oldPhone"];

/** Somebody to act on: whom the page saw last, or else anybody of the pool. */
async function someUser(
  sandbox: Sandbox,
  { variables }: DocumentedOperation,
  identity: Identity | undefined,
): Promise<string> {
  const isWanted = WHO.some((name) => variables.includes(name));
  if (sandbox.account || !isWanted) return sandbox.account?.id ?? "";
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

/** The demo user, or somebody else once she is registered. */
async function newcomer(sandbox: Sandbox): Promise<Partial<typeof DEMO>> {
  if (!(await sandbox.exists(DEMO.email))) return DEMO;
  return { email: newEmail(), password: DEMO.password };
}

/** An address that nobody has. */
const newEmail = () => `user-${Date.now().toString(36)}@example.com`;

/** Another address, and the code sent to it. */
async function emailChange(sandbox: Sandbox, identity: Identity | undefined) {
  const email = newEmail();
  await sandbox.call(
    `mutation sendChangeEmailVerifyCode($userPoolId: String!, $email: String!) {
      sendChangeEmailVerifyCode(userPoolId: $userPoolId, email: $email) { code }
    }`,
    { userPoolId: sandbox.facts.poolId, email },
    identity?.token,
  );
  return { email, emailCode: (await sandbox.lastCode(email)) ?? "" };
}

/** The phone of an account, by which its owner means it; undefined where it has none. */
async function presentPhone(sandbox: Sandbox, id: string): Promise<string | undefined> {
  const { user } = await sandbox.control<{ user: { phone: string | null } }>("GET", `users/${id}`);
  return user.phone ?? undefined;
}

/** A phone that nobody has, and the code sent to it. */
async function newPhone(sandbox: Sandbox): Promise<Variables> {
  const phone = `139${Date.now().toString().slice(-8)}`;
  await fetch(`/users/notification/send_register_smscode/${phone}/${sandbox.facts.poolId}`);
  return { phone, phoneCode: (await sandbox.lastCode(phone)) ?? "" };
}

/** A fresh code by SMS, or the last one where another may not be sent yet. */
async function phoneCode(sandbox: Sandbox): Promise<number> {
  await fetch(`/users/send_smscode/${DEMO.phone}/${sandbox.facts.poolId}`);
  return Number(await sandbox.lastCode(DEMO.phone));
}

/** The same by mail; where there is nobody to send it to, running it will say so. */
async function resetCode(sandbox: Sandbox, about: { email: string; client: string }) {
  const mutation = `mutation sendResetPasswordEmail($email: String!, $client: String!) {
    sendResetPasswordEmail(email: $email, client: $client) { code }
  }`;
  await sandbox.call(mutation, about).catch(() => undefined);
  return (await sandbox.lastCode(about.email)) ?? "";
}
