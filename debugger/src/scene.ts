import type { Identity } from "./sandbox";

/** What a call depends on, apart from its text. */
export interface Scene {
  gateway: string;
  identity: Identity | undefined;
  encrypt: boolean;
}
