import type { Plugin, Rolldown } from "vite";

/** A module `virtual:NAME` that is written when the page is built. */
export function virtual(
  name: string,
  write: (build: Rolldown.PluginContext) => string,
): Plugin {
  const id = `\0virtual:${name}`;
  return {
    name,
    resolveId: (wanted) => (`\0${wanted}` === id ? id : undefined),
    load(wanted) {
      return wanted === id ? write(this) : undefined;
    },
  };
}
