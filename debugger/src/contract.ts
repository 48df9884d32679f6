/** What the page knows of `schema/` and `queries/`; `../contract.ts` reads it. */

export type TokenKind = "OWNER" | "USER";

export interface DocumentedOperation {
  name: string;
  section: string;
  mutates: boolean;
  gateway: string;
  /** The tokens it takes; none where it needs none. */
  accepts: TokenKind[];
  description: string;
  variables: string[];
  /** The variables that an example fills in, in their order. */
  wanted: Wanted[];
  query: string;
}

/** A variable that is filled in, and what `@example` says of it. */
export interface Wanted {
  variable: string;
  /** What the value is called, where not like the variable. */
  name?: string;
  value?: unknown;
  /** What is as good as any, by its type. */
  otherwise?: unknown;
  /** Whether it must be one that is not there yet. */
  isNew: boolean;
  isList: boolean;
  isPool: boolean;
}

export interface Contract {
  operations: DocumentedOperation[];
  /** Per root field, the paths of what is sent encrypted. */
  encrypted: Record<string, string[][]>;
}
