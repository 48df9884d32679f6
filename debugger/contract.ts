/** What the page knows of `schema/` and `queries/`, read when it is built. */

import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  buildASTSchema,
  concatAST,
  type DirectiveNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";
import { heading, wantedBy } from "./wanted.ts";
import type { Contract, DocumentedOperation, TokenKind } from "./src/contract";

type Inputs = readonly (GraphQLArgument | GraphQLInputField)[];
type Fragments = Map<string, FragmentDefinitionNode>;

export function readContract(root: string): Contract {
  const schema = buildASTSchema(concatAST(files(join(root, "schema")).map(parsed)));
  const documents = files(join(root, "queries")).map(
    (file) => [basename(dirname(file)), parsed(file).definitions] as const,
  );
  const fragments: Fragments = new Map();
  for (const [, definitions] of documents)
    for (const node of definitions)
      if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  return {
    operations: documents.flatMap(([section, definitions]) =>
      definitions
        .filter((node) => node.kind === Kind.OPERATION_DEFINITION)
        .map((node) =>
          described(schema, section, {
            ...node,
            selectionSet: flat(node.selectionSet, fragments),
          }),
        ),
    ),
    encrypted: encryptedArguments(schema),
  };
}

function described(
  schema: GraphQLSchema,
  section: string,
  node: OperationDefinitionNode,
): DocumentedOperation {
  const [selection] = node.selectionSet.selections;
  if (selection?.kind !== Kind.FIELD || !node.name) throw new Error(print(node));
  const field = schema.getRootType(node.operation)?.getFields()[selection.name.value];
  if (!field) throw new Error(`no field for ${node.name.value}`);
  const directives = field.astNode?.directives ?? [];
  return {
    name: node.name.value,
    section,
    mutates: node.operation === "mutation",
    gateway: argument<string>(directives, "gateway")?.toLowerCase() ?? "users",
    accepts: argument<TokenKind[]>(directives, "token") ?? [],
    description: field.description ?? "",
    variables: (node.variableDefinitions ?? []).map((each) => each.variable.name.value),
    wanted: wantedBy(schema, node),
    query: [
      ...(field.description ?? "").split("\n").map((line) => `# ${line}`.trim()),
      heading(node) + print(node.selectionSet),
    ].join("\n"),
  };
}

/** Fragments written out; their types are those of the fields, so nothing is lost. */
function flat(node: SelectionSetNode, fragments: Fragments): SelectionSetNode {
  const found = new Map<string, SelectionNode>();
  for (const selection of node.selections)
    if (selection.kind === Kind.FIELD) {
      const inner = selection.selectionSet && flat(selection.selectionSet, fragments);
      found.set(selection.name.value, { ...selection, selectionSet: inner });
    } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(selection.name.value);
      if (!fragment) throw new Error(`no fragment ${selection.name.value}`);
      for (const each of flat(fragment.selectionSet, fragments).selections)
        if (each.kind === Kind.FIELD) found.set(each.name.value, each);
    } else throw new Error("queries/ has an inline fragment; flat() must learn it");
  return { ...node, selections: [...found.values()] };
}

/** Per root field, the paths of what must be encrypted. */
function encryptedArguments(schema: GraphQLSchema): Contract["encrypted"] {
  const found: Contract["encrypted"] = {};
  for (const type of [schema.getQueryType(), schema.getMutationType()])
    for (const field of Object.values(type?.getFields() ?? {})) {
      const paths = encryptedPaths(field.args);
      if (paths.length) found[field.name] = paths;
    }
  return found;
}

function encryptedPaths(inputs: Inputs): string[][] {
  return inputs.flatMap(({ name, type, astNode }) => {
    if (astNode?.directives?.some((each) => each.name.value === "encrypted"))
      return [[name]];
    const inner = getNamedType(type);
    return isInputObjectType(inner)
      ? encryptedPaths(Object.values(inner.getFields())).map((path) => [name, ...path])
      : [];
  });
}

/** The one argument of a directive. */
function argument<T>(directives: readonly DirectiveNode[], name: string): T | undefined {
  const value = directives.find((each) => each.name.value === name)?.arguments?.[0]?.value;
  return value && (valueFromASTUntyped(value) as T);
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf-8" })
    .filter((name) => name.endsWith(".graphql"))
    .sort()
    .map((name) => join(folder, name));
}

const parsed = (file: string) => parse(readFileSync(file, "utf-8"));
