import { type FormEvent, useRef, useState } from "react";
import { DEMO, type Identity, type Sandbox } from "./sandbox";
import type { Scene } from "./scene";

interface Props {
  sandbox: Sandbox;
  scene: Scene;
  change(part: Partial<Scene>): void;
}

/** Above the editors: the gateway, who one acts as, whether passwords are encrypted. */
export function Bar({ sandbox, scene, change }: Props) {
  const [failure, setFailure] = useState<string>();
  const other = useRef<HTMLDetailsElement>(null);

  const actAs = async (who: Promise<Identity> | undefined) => {
    try {
      change({ identity: await who });
      setFailure(undefined);
      if (other.current) other.current.open = false;
    } catch (error) {
      setFailure(String(error instanceof Error ? error.message : error));
    }
  };
  const signIn = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void actAs(sandbox.user(String(form.get("account")), String(form.get("password"))));
  };
  const kind = scene.identity?.kind;

  return (
    <header className="bar graphiql-container">
      <strong>Authing sandbox</strong>
      <fieldset>
        <legend>Gateway</legend>
        {Object.entries(sandbox.facts.gateways).map(([name, url]) => (
          <button
            key={name}
            type="button"
            title={url}
            aria-pressed={scene.gateway === name}
            onClick={() => change({ gateway: name })}
          >
            {name}
          </button>
        ))}
      </fieldset>
      <fieldset>
        <legend>Act as</legend>
        <button type="button" aria-pressed={!kind} onClick={() => void actAs(undefined)}>
          nobody
        </button>
        <button
          type="button"
          aria-pressed={kind === "OWNER"}
          title="Fetch an OwnerToken with the secret of the pool"
          onClick={() => void actAs(sandbox.owner())}
        >
          owner
        </button>
        <button
          type="button"
          aria-pressed={kind === "USER"}
          title={`Sign ${DEMO.email} in; she is registered if she is new`}
          onClick={() => void actAs(sandbox.user())}
        >
          demo user
        </button>
        <details ref={other}>
          <summary>somebody else…</summary>
          <form onSubmit={signIn}>
            <label>
              E-mail, phone or username <input name="account" required autoComplete="off" />
            </label>
            <label>
              Password <input name="password" type="password" required autoComplete="off" />
            </label>
            <button type="submit">Sign in</button>
          </form>
        </details>
      </fieldset>
      <output className={failure ? "failure" : kind ? "identity" : "identity nobody"}>
        {failure ?? <Who identity={scene.identity} />}
      </output>
      <label className="switch" title="With the sandbox's public key, before they are sent">
        <input
          type="checkbox"
          checked={scene.encrypt}
          onChange={(event) => change({ encrypt: event.target.checked })}
        />
        Encrypt passwords
      </label>
    </header>
  );
}

function Who({ identity }: { identity: Identity | undefined }) {
  if (!identity) return <>No token is sent</>;
  const token = identity.kind === "OWNER" ? "OwnerToken" : "UserToken";
  return (
    <>
      <b>{token}</b> {identity.name}
      <button
        type="button"
        title="Copy the token"
        onClick={() => void navigator.clipboard.writeText(identity.token)}
      >
        copy
      </button>
    </>
  );
}
