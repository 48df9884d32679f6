import { defineConfig } from "vite";
import { readContract } from "./contract.ts";

const CONTRACT = "virtual:contract";

export default defineConfig({
  base: "/graphiql/",
  plugins: [
    {
      name: "contract",
      resolveId: (id) => (id === CONTRACT ? `\0${CONTRACT}` : undefined),
      load: (id) =>
        id === `\0${CONTRACT}`
          ? `export default ${JSON.stringify(readContract(".."))}`
          : undefined,
    },
  ],
  build: {
    rolldownOptions: {
      // Libraries of React say "use client" to bundlers that render on a server.
      onLog: (level, log, report) =>
        log.code === "MODULE_LEVEL_DIRECTIVE" || report(level, log),
    },
    outDir: "../authing_sandbox/debugger",
    emptyOutDir: true,
    chunkSizeWarningLimit: 10_000, // Monaco is what it is, and comes from loopback.
  },
});
