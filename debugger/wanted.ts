/** Which variables of an operation an example fills in, as `@example` and their types say. */

import {
  type ASTNode,
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  parseConstValue,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  valueFromAST,
  valueFromASTUntyped,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { Wanted } from "./src/contract";

type Slot = GraphQLArgument | GraphQLInputField;
type Arguments = Record<string, unknown>;

/** Optional variables that make an operation ready to run. */
const USUAL = ["password", "page", "count", "id"];
/** One of them says who is meant, where none is required. */
const WHO = ["email", "phone", "username"];
const BY_TYPE: Record<string, unknown> = { Int: 0, Float: 0, Boolean: false };

export function wantedBy(schema: GraphQLSchema, node: OperationDefinitionNode): Wanted[] {
  const variables = node.variableDefinitions ?? [];
  const slots = slotsOf(schema, node);
  const required = variables.filter(isRequired).map(nameOf);
  const who = required.some((name) => WHO.includes(name))
    ? undefined
    : WHO.find((name) => variables.map(nameOf).includes(name));
  return variables.flatMap((variable) => {
    const name = nameOf(variable);
    const { slot, first } = slots.get(name) ?? {};
    const isPool = argumentsOf(slot?.astNode, "userPool") !== undefined;
    const example = argumentsOf(variable, "example") ?? argumentsOf(slot?.astNode, "example");
    const isUsual = [...required, ...USUAL, who].includes(name);
    if (!isPool && (example ? example.value === null : !isUsual)) return [];
    const type = typeFromAST(schema, variable.type as never) as unknown as GraphQLInputType;
    return {
      variable: name,
      name: example?.name as string | undefined,
      value: typeof example?.value === "string" ? read(example.value, type) : (first ?? (name === "page" ? 1 : undefined)),
      otherwise: otherwise(type),
      isNew: example?.new === true,
      isList: isListType(getNullableType(type)),
      isPool,
    };
  });
}

/** The operation without what never travels: the examples of its variables. */
export function heading({ loc, selectionSet, variableDefinitions }: OperationDefinitionNode) {
  const { body } = loc!.source;
  let [text, end] = ["", loc!.start];
  for (const { directives } of variableDefinitions ?? [])
    for (const each of directives ?? []) {
      text += body.slice(end, each.loc!.start).trimEnd();
      end = each.loc!.end;
    }
  return text + body.slice(end, selectionSet.loc!.start);
}

/** What each variable fills, and the number of the first page where it is that. */
function slotsOf(schema: GraphQLSchema, node: OperationDefinitionNode) {
  const found = new Map<string, { slot: Slot; first?: number }>();
  const info = new TypeInfo(schema);
  const keep = (value: ValueNode, slot: Slot | null | undefined, first?: number) => {
    if (value.kind === Kind.VARIABLE && slot) found.set(value.name.value, { slot, first });
  };
  const visitor = {
    Argument: ({ name, value }: { name: { value: string }; value: ValueNode }) => {
      const paged = argumentsOf(info.getFieldDef()?.astNode, "paged");
      const isPage = paged && name.value === (paged.page ?? "page");
      keep(value, info.getArgument(), isPage ? ((paged.first as number) ?? 1) : undefined);
    },
    ObjectField: ({ name, value }: { name: { value: string }; value: ValueNode }) => {
      const type = getNamedType(info.getParentInputType());
      if (isInputObjectType(type)) keep(value, type.getFields()[name.value]);
    },
  };
  visit(node as ASTNode, visitWithTypeInfo(info, visitor));
  return found;
}

/** A value as `@example` writes it: text without quotes. */
function read(text: string, type: GraphQLInputType): unknown {
  const bare = getNullableType(type);
  if (isListType(bare) && !text.trimStart().startsWith("[")) return [read(text, bare.ofType)];
  if (isEnumType(bare) || ["String", "ID"].includes(String(bare))) return text;
  return valueFromAST(parseConstValue(text), bare);
}

function otherwise(type: GraphQLInputType): unknown {
  const named = getNamedType(type);
  return isEnumType(named) ? named.getValues()[0]?.name : BY_TYPE[named.name];
}

/** The arguments of a directive; undefined where it is not there. */
function argumentsOf(
  node: { readonly directives?: VariableDefinitionNode["directives"] } | null | undefined,
  name: string,
): Arguments | undefined {
  const found = node?.directives?.find((each) => each.name.value === name);
  const given = found?.arguments?.map((it) => [it.name.value, valueFromASTUntyped(it.value)]);
  return given && Object.fromEntries(given);
}

const nameOf = ({ variable }: VariableDefinitionNode) => variable.name.value;
const isRequired = ({ type }: VariableDefinitionNode) => type.kind === Kind.NON_NULL_TYPE;
