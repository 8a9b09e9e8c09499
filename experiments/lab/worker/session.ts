/** What a call of the page's is given beside its arguments. */
export interface Session {
  /** Told something while it works. */
  tell(news: unknown, transfer?: Transferable[]): void;
  /** Aborted when the page asks to stop: the call comes to an orderly end. */
  readonly signal: AbortSignal;
}
