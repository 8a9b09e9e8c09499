/** Something that has events of its own: a lane of spikes in flight, a stimulus, a population that predicts, a timer. */
export interface EventSource {
  /** Time of its next event, ms; Infinity while it has none. */
  next: number;
  /** Place among sources due at the same instant; unique in a network, independent of the order of declaration. */
  order: number;
  /** The scheduler's own: time of the source's earliest live entry in the heap, Infinity when it has none. */
  queuedAt: number;
  /** Of a population. */
  readonly name?: string;
  /** Who stands in line for it, if not it itself. */
  readonly queueProxy?: EventSource | null;
}
