/** Channel from a running call to the page; second argument of each function that the page calls. */
export interface CallChannel {
  send(update: unknown, transfer?: Transferable[]): void;
  /** Signal that the page requests a stop; the call then saves its results and ends. */
  readonly signal: AbortSignal;
}
