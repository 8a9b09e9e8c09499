/** Communication with the page during a call; passed in addition to the arguments. */
export interface Session {
  send(update: unknown, transfer?: Transferable[]): void;
  /** Signal that the page requests a stop; the call then ends in an orderly way. */
  readonly signal: AbortSignal;
}
