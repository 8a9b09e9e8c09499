import type { RuleContext } from '../../core/factories.ts';
import type { DeviceHooks } from '../../core/hooks.ts';
import type { State } from '../../core/kernels/arena.ts';
import type { PlasticityRule, Pulsed } from '../../core/model.ts';
import { joined } from '../parts.ts';
import type { Order } from './order.ts';

/** What a rule keeps of one side, or of each synapse. */
interface Part {
  readonly state: State;
  restored?(): void;
  rest(t: number): void;
}

/** A rule that pulses at arrivals and at postsynaptic spikes, by traces that it keeps. */
export abstract class TracedRule implements PlasticityRule {
  readonly pulsesAtArrival = true;
  readonly deliversFirst: boolean;
  readonly postFirst: boolean;
  readonly state;
  protected readonly devices: Pulsed & Partial<DeviceHooks>;
  readonly #parts: readonly Part[];

  constructor({ order, coincidence }: Order, { devices }: RuleContext, parts: Readonly<Record<string, Part>>) {
    this.deliversFirst = order === 'deliverThenDepress';
    this.postFirst = coincidence === 'postFirst';
    this.devices = devices;
    this.state = joined(parts);
    this.#parts = Object.values(parts);
  }

  abstract arrive(row: number, t: number): void;

  abstract fire(column: number, t: number): void;

  restored(): void {
    for (const part of this.#parts) part.restored?.();
  }

  rest(t: number): void {
    for (const part of this.#parts) part.rest(t);
  }
}
