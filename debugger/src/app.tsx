import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { useCallback, useMemo, useRef, useState } from "react";
import { Bar } from "./bar";
import type { DocumentedOperation } from "./contract";
import { OPERATIONS_PLUGIN, Picking } from "./operations";
import type { Variables } from "./passwords";
import type { Sandbox } from "./sandbox";
import type { Scene } from "./scene";

const PLUGINS = [OPERATIONS_PLUGIN, HISTORY_PLUGIN];

interface Request {
  query: string;
  operationName?: string | null;
  variables?: Variables | null;
}

export function App({ sandbox }: { sandbox: Sandbox }) {
  const [scene, setScene] = useState<Scene>({
    gateway: "users",
    identity: undefined,
    encrypt: true,
  });
  // The editors call back with what they were given first.
  const latest = useRef(scene);
  const change = useCallback((part: Partial<Scene>) => {
    latest.current = { ...latest.current, ...part };
    setScene(latest.current);
  }, []);

  const fetcher = useCallback(
    async (request: Request, options?: { headers?: Record<string, string> }) => {
      const { gateway, identity, encrypt } = latest.current;
      const headers = new Headers();
      if (identity) headers.set("authorization", `Bearer ${identity.token}`);
      for (const [key, value] of Object.entries(options?.headers ?? {}))
        headers.set(key, value);
      const { query, operationName, variables } = request;
      const name = operationName ?? undefined;
      return sandbox.send(gateway, query, name, variables ?? {}, headers, encrypt);
    },
    [sandbox],
  );

  /** Go to where an operation is answered, as somebody who may run it. */
  const prepare = useCallback(
    async ({ gateway, accepts }: DocumentedOperation) => {
      let { identity } = latest.current;
      if (accepts.length && !(identity && accepts.includes(identity.kind)))
        identity = accepts.includes("OWNER") ? await sandbox.owner() : await sandbox.again();
      change({ gateway, identity });
      return identity;
    },
    [sandbox, change],
  );
  const picking = useMemo(() => ({ sandbox, prepare }), [sandbox, prepare]);

  return (
    <Picking value={picking}>
      <div className="page">
        <Bar sandbox={sandbox} scene={scene} change={change} />
        <GraphiQL
          fetcher={fetcher as never}
          schema={sandbox.schemas[scene.gateway]}
          plugins={PLUGINS}
          visiblePlugin={OPERATIONS_PLUGIN}
          defaultQuery={WELCOME}
          defaultEditorToolsVisibility="variables"
        >
          <GraphiQL.Logo>
            <span />
          </GraphiQL.Logo>
        </GraphiQL>
      </div>
    </Picking>
  );
}

const WELCOME = `# The operations are on the left: click one, and it is
# ready to run (Ctrl-Enter), as somebody who may run it.
#
# The book at the top left is the documentation of every field.
`;
