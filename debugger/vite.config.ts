import { defineConfig } from "vite";
import { readContract } from "./contract.ts";
import { lean } from "./lean.ts";
import { virtual } from "./virtual.ts";

export default defineConfig({
  base: "/graphiql/",
  plugins: [
    lean,
    virtual("contract", () => `export default ${JSON.stringify(readContract(".."))}`),
    // Not Vite's own way: it bundles a worker apart, with a copy of all that it shares.
    virtual("worker", (build) => {
      const file = build.emitFile({ type: "chunk", id: "/src/worker.ts", name: "worker" });
      return `export default import.meta.ROLLUP_FILE_URL_${file}`;
    }),
  ],
  build: {
    rolldownOptions: {
      // Libraries of React say "use client" to bundlers that render on a server.
      onLog: (level, log, report) =>
        log.code === "MODULE_LEVEL_DIRECTIVE" || report(level, log),
    },
    modulePreload: false,
    chunkSizeWarningLimit: 10_000, // Monaco is what it is, and comes from loopback.
  },
});
