/** The editors' worker: its name is the language that it knows. */

const LANGUAGES: Record<string, () => Promise<unknown>> = {
  graphql: () => import("monaco-graphql/esm/graphql.worker.js"),
  json: () => import("monaco-editor/esm/vs/language/json/json.worker.js"),
};
const NONE = () => import("monaco-editor/esm/vs/editor/editor.worker.js");

// What comes while the language is loading waits for the listener that it sets.
const early: MessageEvent[] = [];
self.onmessage = (message) => early.push(message);
void (LANGUAGES[self.name] ?? NONE)().then(() => {
  for (const message of early) self.onmessage?.(message);
});

export {};
