import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { createContext, useContext, useEffect, useState } from "react";
import contract from "virtual:contract";
import shared from "../../authing_gen/cli/examples.json";
import type { DocumentedOperation, TokenKind } from "./contract";
import { exampleOf } from "./examples";
import type { Identity, Sandbox } from "./sandbox";

/** What happens around the editors when an operation is picked. */
export const Picking = createContext<{
  sandbox: Sandbox;
  prepare(operation: DocumentedOperation): Promise<Identity | undefined>;
}>(undefined as never);

export const OPERATIONS_PLUGIN = {
  title: "Operations",
  icon: () => (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4">
      <path d="M2 3.5h2M2 8h2M2 12.5h2M6.5 3.5H14M6.5 8H14M6.5 12.5H14" />
    </svg>
  ),
  content: Operations,
};

/** Takes no token, and gives the others somebody to act on. */
const FIRST = contract.operations.find(
  ({ accepts, wanted }) => !accepts.length && wanted.some(({ isNew }) => isNew),
);
const ORDER = shared.folders.first;
const TOKENS: Record<TokenKind, string> = { OWNER: "owner", USER: "user" };

function Operations() {
  const [wanted, setWanted] = useState("");
  const [failure, setFailure] = useState<string>();
  const open = useOpen();
  const found = contract.operations.filter(({ name, description }) =>
    `${name} ${description}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  const sections = new Set([...ORDER, ...found.map(({ section }) => section)]);
  const isFound = (name: string) => found.some(({ section }) => section === name);
  return (
    <div className="operations">
      <h1>Operations</h1>
      <input
        type="search"
        placeholder="Find an operation…"
        aria-label="Find an operation"
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      {failure && <p className="failure">{failure}</p>}
      {[...sections].filter(isFound).map((section) => (
        <section key={section}>
          <h2>{section}</h2>
          {found
            .filter((operation) => operation.section === section)
            .map((operation) => (
            <button
              key={operation.name}
              type="button"
              title={operation.description}
              disabled={!open}
              onClick={() => {
                setFailure(undefined);
                open?.(operation).catch((error: unknown) => setFailure(String(error)));
              }}
            >
              <span className={operation.mutates ? "mutation" : "query"}>
                {operation.name}
              </span>
              {operation.accepts.map((kind) => (
                <small key={kind}>{TOKENS[kind]}</small>
              ))}
            </button>
          ))}
        </section>
      ))}
    </div>
  );
}

let picked = 0;
let begun = false;

/** Shows an operation in a tab of its own, unless the present one is still unused. */
function useOpen() {
  const { sandbox, prepare } = useContext(Picking);
  const { addTab, setOperationName } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  const open = async (operation: DocumentedOperation, who = prepare(operation)) => {
    if (!queryEditor || !variableEditor) return;
    const turn = ++picked;
    const identity = await who;
    const example = await exampleOf(operation, sandbox, identity);
    if (turn !== picked) return; // Another has been picked meanwhile.
    if (hasContent(queryEditor.getValue())) addTab();
    queryEditor.setValue(operation.query);
    variableEditor.setValue(
      Object.keys(example).length ? JSON.stringify(example, null, 2) : "",
    );
    setOperationName(operation.name); // The editor would notice half a second later.
    queryEditor.focus();
  };
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, headerEditor])
      editor?.updateOptions({ wordWrap: "on", wrappingIndent: "indent" });
  }, [queryEditor, variableEditor, headerEditor]);
  useEffect(() => {
    if (begun || !queryEditor || !variableEditor) return;
    begun = true;
    // What somebody left behind is still there.
    if (FIRST && !hasContent(queryEditor.getValue()))
      void open(FIRST, Promise.resolve(undefined));
  });
  return queryEditor && variableEditor ? open : undefined; // They may still be loading.
}

const hasContent = (text = "") => text.replace(/^\s*#.*$/gm, "").trim() !== "";
