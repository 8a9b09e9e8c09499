/** Access of a call to the page, beside the arguments of the call. */
export interface Session {
  send(update: unknown, transfer?: Transferable[]): void;
  /** Aborted if the page asks to stop; the call then comes to an orderly end. */
  readonly signal: AbortSignal;
}
