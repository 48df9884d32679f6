/** Encrypting passwords in the page, as the vendor's clients do. */

import {
  type DocumentNode,
  Kind,
  parse,
  print,
  type ValueNode,
  visit,
} from "graphql";
import { JSEncrypt } from "jsencrypt";
import contract from "virtual:contract";

export type Variables = Record<string, unknown>;

/** Encrypt what the schema wants encrypted, in variables and in literals alike. */
export function encryptPasswords(
  query: string,
  variables: Variables,
  publicKey: string,
): { query: string; variables: Variables } {
  const copy = structuredClone(variables);
  const done = new Set<string>();

  const inLiteral = (node: ValueNode, [key, ...rest]: string[]): ValueNode => {
    if (node.kind === Kind.VARIABLE) {
      const path = [node.name.value, ...(key === undefined ? [] : [key, ...rest])];
      if (!done.has(path.join())) inVariable(copy, path, publicKey);
      done.add(path.join());
      return node;
    }
    if (node.kind === Kind.STRING && key === undefined)
      return { ...node, value: encrypted(node.value, publicKey) };
    if (node.kind !== Kind.OBJECT) return node;
    const fields = node.fields.map((field) =>
      field.name.value === key ? { ...field, value: inLiteral(field.value, rest) } : field,
    );
    return { ...node, fields };
  };

  const document: DocumentNode = visit(parse(query), {
    Field: (node) => {
      const paths = contract.encrypted[node.name.value];
      if (!paths) return undefined;
      const given = (node.arguments ?? []).map((argument) =>
        paths
          .filter(([name]) => name === argument.name.value)
          .reduce(
            (arg, [, ...rest]) => ({ ...arg, value: inLiteral(arg.value, rest) }),
            argument,
          ),
      );
      return { ...node, arguments: given };
    },
  });
  return { query: print(document), variables: copy };
}

function inVariable(holder: Variables, path: string[], publicKey: string): void {
  const [key, ...rest] = path as [string, ...string[]];
  const value = holder[key];
  if (rest.length === 0) {
    if (typeof value === "string") holder[key] = encrypted(value, publicKey);
  } else if (value && typeof value === "object") {
    inVariable(value as Variables, rest, publicKey);
  }
}

function encrypted(password: string, publicKey: string): string {
  const cipher = new JSEncrypt();
  cipher.setPublicKey(publicKey);
  const text = cipher.encrypt(password);
  if (!text) throw new Error("This password is too long for the key of the sandbox.");
  return text;
}
