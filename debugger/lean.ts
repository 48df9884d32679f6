/**
 * Makes the page small, without what no one sees: parts of Monaco, and of Prettier, that
 * nothing in this page reaches, though something that it needs imports them.
 *
 * A name that a new version imports in vain fails the build.
 */

import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const ours = (file: string) => fileURLToPath(new URL(`src/${file}`, import.meta.url));

/** Modules of others that one of ours takes the place of. */
const REPLACED: [RegExp, string][] = [
  [/\/monaco-editor(\.js)?$/, ours("monaco.ts")], // of monaco-graphql
  [/\/utility\/jsonc\.js$|^\.\/jsonc\.js$/, ours("jsonc.ts")], // of @graphiql/react
];

/** Modules of Monaco's editor, and what is left of them for those who import them. */
const LEFT_OUT: Record<string, string> = {
  // Editors that compare two texts.
  "browser/widget/diffEditor/diffEditorWidget.js": "export class DiffEditorWidget {}",
  "browser/widget/multiDiffEditor/multiDiffEditorWidget.js":
    "export class MultiDiffEditorWidget {}",
  "common/diff/linesDiffComputers.js": "export const linesDiffComputers = {}",
  // What neither language offers.
  "contrib/codeAction/browser/codeActionController.js":
    "export class CodeActionController { static get() { return null } }",
  "contrib/colorPicker/browser/colorHoverParticipant.js":
    "export class ColorHoverParticipant {}",
  "contrib/dropOrPasteInto/browser/copyPasteController.js":
    "export class CopyPasteController { static get() { return null } }",
  "contrib/inlayHints/browser/inlayHintsHover.js": "export class InlayHintsHover {}",
  "contrib/inlineCompletions/browser/hintsWidget/inlineCompletionsHintsWidget.js":
    "export class InlineSuggestionHintsContentWidget {}",
  // Boxes around what looks like ASCII, such as the punctuation of Chinese comments.
  "common/services/unicodeTextModelHighlighter.js":
    "export class UnicodeTextModelHighlighter {}",
};
const EDITOR = "/monaco-editor/esm/vs/editor/";

/** Where settings and colours are described to those who would write a file of them. */
const DESCRIBED =
  /\/vs\/(editor\/common\/(config\/|core\/editorColorRegistry)|platform\/theme\/common\/colors\/)/;
const DESCRIPTION = /\bnls\.localize\('[^']*', ("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)/g;

export const lean: Plugin = {
  name: "lean",
  enforce: "pre",
  resolveId(wanted, importer = "") {
    const [, file] = REPLACED.find(([pattern]) => pattern.test(wanted)) ?? [];
    return importer === file ? undefined : file;
  },
  load: (id) => LEFT_OUT[id.split(EDITOR)[1] ?? ""],
  transform: (code, id) =>
    DESCRIBED.test(id) ? code.replace(DESCRIPTION, '""') : undefined,
};
