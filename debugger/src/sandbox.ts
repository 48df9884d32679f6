/** The sandbox, as the page calls it. */

import { buildClientSchema, getIntrospectionQuery, type GraphQLSchema } from "graphql";
import shared from "../../authing_gen/cli/examples.json";
import type { TokenKind } from "./contract";
import { encryptPasswords, type Variables } from "./passwords";

/** What the server tells about itself; nothing of it is secret. */
export interface Facts {
  gateways: Record<string, string>;
  publicKey: string;
  poolId: string;
  secret: string;
  oidcAppId: string;
  adConnectorId: string;
  directoryUser: string;
  directoryPassword: string;
}

export interface Identity {
  kind: TokenKind;
  token: string;
  /** For people to read. */
  name: string;
}

export interface Account {
  id: string;
  email: string;
  password: string;
}

/** An account, with what else is known of it now. */
export interface Present extends Account {
  phone?: string;
}

interface Addresses {
  email: string | null;
  phone: string | null;
}

export const DEMO = { ...shared.person, password: "correct horse" };

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string | { code: number; message: string } }[];
}

/** A call refused by the sandbox, with its code where it has one. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly code?: number,
  ) {
    super(message);
  }
}

const NO_SUCH_USER = 2004;

export class Sandbox {
  /** Who was last seen, whom examples are about. */
  account: Account | undefined;
  refreshToken: string | undefined;

  private constructor(
    readonly facts: Facts,
    readonly schemas: Record<string, GraphQLSchema>,
  ) {}

  static async connect(): Promise<Sandbox> {
    const facts: Facts = await (await fetch("/graphiql/sandbox.json")).json();
    const entries = Object.entries(facts.gateways).map(async ([name, url]) => {
      const answer = await post(url, { query: getIntrospectionQuery() });
      return [name, buildClientSchema(answer.data as never)] as const;
    });
    return new Sandbox(facts, Object.fromEntries(await Promise.all(entries)));
  }

  /** Send what a person wrote, and remember what later examples can use. */
  async send(
    gateway: string,
    query: string,
    operationName: string | undefined,
    variables: Variables,
    headers: Headers,
    encrypt: boolean,
  ): Promise<Answer> {
    const sealed = encrypt
      ? encryptPasswords(query, variables, this.facts.publicKey)
      : { query, variables };
    const answer = await post(this.url(gateway), { ...sealed, operationName }, headers);
    this.remember(answer, variables);
    return answer;
  }

  async owner(): Promise<Identity> {
    const { poolId, secret } = this.facts;
    const { accessToken } = await this.call<{ accessToken: string }>(
      `query getClientWhenSdkInit($secret: String, $clientId: String) {
        getClientWhenSdkInit(secret: $secret, clientId: $clientId) { accessToken }
      }`,
      { secret, clientId: poolId },
    );
    return { kind: "OWNER", token: accessToken, name: "manages the pool" };
  }

  /** Sign in; the demo user is registered where she does not exist. */
  async user(account: string = DEMO.email, password: string = DEMO.password): Promise<Identity> {
    const key = account.includes("@") ? "email" : /^\+?\d+$/.test(account) ? "phone" : "username";
    const given = { registerInClient: this.facts.poolId, [key]: account, password };
    const signIn = () =>
      this.call<{ token: string }>(
        `mutation login($registerInClient: String!, $email: String, $phone: String,
                        $username: String, $password: String) {
          login(registerInClient: $registerInClient, email: $email, phone: $phone,
                username: $username, password: $password) { _id email token }
        }`,
        given,
      );
    let user: { token: string };
    try {
      user = await signIn();
    } catch (error) {
      const isNew = error instanceof Refused && error.code === NO_SUCH_USER;
      if (!isNew || account !== DEMO.email) throw error;
      const { email } = DEMO;
      // Her phone, or her user name, may be somebody else's by now.
      await this.register(DEMO).catch(() => this.register({ email, password }));
      user = await signIn();
    }
    return { kind: "USER", token: user.token, name: account };
  }

  /** Sign in whom the page saw last, or else the demo user. */
  async again(): Promise<Identity> {
    const account = await this.present();
    return this.user(account?.email, account?.password);
  }

  /** Whom the page saw last, as they are now; undefined once they are gone. */
  async present(): Promise<Present | undefined> {
    if (!this.account) return undefined;
    try {
      const { user } = await this.control<{ user: Addresses }>("GET", `users/${this.account.id}`);
      this.account = { ...this.account, email: user.email ?? this.account.email };
      return { ...this.account, phone: user.phone ?? undefined };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.account = undefined;
    }
  }

  private async register(about: Variables): Promise<void> {
    await this.call(
      `mutation register($userInfo: UserRegisterInput!) {
        register(userInfo: $userInfo) { _id }
      }`,
      { userInfo: { registerInClient: this.facts.poolId, ...about } },
    );
  }

  async exists(email: string): Promise<boolean> {
    return this.call(
      `query userExist($userPoolId: String!, $email: String) {
        userExist(userPoolId: $userPoolId, email: $email)
      }`,
      { userPoolId: this.facts.poolId, email },
    );
  }

  /** The newest code that was sent to an address. */
  async lastCode(to: string): Promise<string | undefined> {
    const path = `outbox?to=${encodeURIComponent(to)}`;
    const messages = await this.control<{ code: string | null }[]>("GET", path);
    return messages.findLast((message) => message.code !== null)?.code ?? undefined;
  }

  /** Ask a control endpoint, as no client can. */
  async control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`/sandbox/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Refused(await answer.text());
    return answer.json();
  }

  /** Call the users gateway for the one field that a query asks for. */
  async call<T>(query: string, variables: Variables, token?: string): Promise<T> {
    const headers = new Headers(token ? { authorization: `Bearer ${token}` } : {});
    const answer = await this.send("users", query, undefined, variables, headers, true);
    const [error] = answer.errors ?? [];
    if (error)
      throw typeof error.message === "string"
        ? new Refused(error.message)
        : new Refused(error.message.message, error.message.code);
    return Object.values(answer.data ?? {})[0] as T;
  }

  private url(gateway: string): string {
    const url = this.facts.gateways[gateway];
    if (!url) throw new Error(`no gateway ${gateway}`);
    return url;
  }

  private remember(answer: Answer, { email, password }: Variables): void {
    for (const value of Object.values(answer.data ?? {})) {
      const user = value as { _id?: string; refresh_token?: string } | null;
      if (user?.refresh_token) this.refreshToken = user.refresh_token;
      if (user?._id && typeof email === "string" && typeof password === "string")
        this.account = { id: user._id, email, password };
    }
  }
}

async function post(
  url: string,
  body: unknown,
  headers = new Headers(),
): Promise<Answer> {
  headers.set("content-type", "application/json");
  const answer = await fetch(url, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return answer.json();
}
