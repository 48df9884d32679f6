/** How Monaco starts its workers: `worker.ts`, once per language. */

import url from "virtual:worker";

Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_: string, label: string) =>
      new Worker(url, { type: "module", name: label }),
  },
});
