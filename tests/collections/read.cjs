// Reads collections as their tools do: prints what `@usebruno/lang` makes of the files
// of a folder, or what `insomnia-importers` makes of an export.

const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

const [, , tool, path] = process.argv;

async function insomnia() {
  const { convert } = require("insomnia-importers");
  return convert(readFileSync(path, "utf8"));
}

async function bruno() {
  const { bruToJsonV2 } = require("@usebruno/lang");
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".bru") && !name.startsWith("environments"))
    .filter((name) => !name.endsWith("folder.bru"))
    .map((name) => bruToJsonV2(readFileSync(join(path, name), "utf8")));
}

const read = { bruno, insomnia }[tool];
read().then((found) => process.stdout.write(JSON.stringify(found)));
