/** GraphiQL's JSON with comments, laid out without Prettier's parser of JavaScript. */

import { applyEdits, format } from "jsonc-parser";

export { parseJSONC, tryParseJSONC } from "../node_modules/@graphiql/react/dist/utility/jsonc.js";

const LAYOUT = { insertSpaces: true, tabSize: 2, eol: "\n", insertFinalNewline: true };

export const formatJSONC = async (content: string): Promise<string> =>
  applyEdits(content, format(content, undefined, LAYOUT));
