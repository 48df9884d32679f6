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
  query: string;
}

export interface Contract {
  operations: DocumentedOperation[];
  /** Per root field, the paths of what is sent encrypted. */
  encrypted: Record<string, string[][]>;
}
