import type { ModulatorFactory } from '../factories.ts';
import type { RecordableState } from '../hooks.ts';
import type { Arena } from '../kernels/arena.ts';
import type { Modulator, PlasticityRule, ShortTerm } from '../model.ts';
import { validateTime } from '../time.ts';
import type { Edges } from './edges.ts';
import type { Population } from './population.ts';
import { Projection } from './projection.ts';
import { Sources } from './sources.ts';

/** A third factor: spikes of `from` modulate what the rule's pulses do, or what is delivered. */
export interface ModulatorOptions {
  readonly from: Population;
  readonly model: ModulatorFactory;
  /** From the modulating neuron to the synapses, ms. Default 0. */
  readonly delay?: number;
}

/** Stands as the rule of the projection that brings a modulator its spikes: hands them on. */
class Modulation implements PlasticityRule {
  readonly pulsesAtArrival = true;
  readonly state;
  readonly #modulator: Modulator;

  constructor(modulator: Modulator) {
    this.#modulator = modulator;
    this.state = modulator.state;
  }

  onPre(row: number, t: number): void {
    this.#modulator.modulate(row, t);
  }

  onPost(): void {}

  rest(t: number): void {
    this.#modulator.rest(t);
  }

  restored(): void {
    this.#modulator.restored?.();
  }
}

/** Stands as the short-term dynamics of a projection whose modulator scales what is delivered, with those that it has. */
export class GatedDelivery implements ShortTerm, Partial<RecordableState> {
  readonly state;
  readonly #own: (ShortTerm & Partial<RecordableState>) | null;
  readonly #efficacy: (row: number, t: number) => number;

  constructor(own: ShortTerm | null, efficacy: (row: number, t: number) => number) {
    this.#own = own;
    this.#efficacy = efficacy;
    this.state = own?.state ?? {};
  }

  get quantities(): RecordableState['quantities'] {
    return this.#own?.quantities ?? {};
  }

  get factors(): Float64Array | null {
    return this.#own?.factors ?? null;
  }

  onPre(row: number, t: number): number {
    return (this.#own?.onPre(row, t) ?? 1) * this.#efficacy(row, t);
  }

  rest(): void {
    this.#own?.rest();
  }

  restored(): void {
    this.#own?.restored?.();
  }
}

/** Edges from `rows` terminals to `columns` neurons without a synapse among them. */
const noSynapses = (rows: number, columns: number, arena: Arena): Edges => ({
  rows,
  columns,
  count: 0,
  weights: null,
  weight: 0,
  targets: arena.indices(columns, 0),
  starts: arena.u32(rows + 1),
  least: 0,
  identity: false,
  distinct: true,
});

/**
 * A projection without synapses, `NAME.modulator`, whose arrivals are the modulator's spikes. At one instant they come
 * after the arrivals of the projection that they modulate and before the postsynaptic spikes.
 */
export function modulatorOf(of: Projection, modulator: Modulator, options: ModulatorOptions, arena: Arena): Projection {
  const { target, dendriticDelay } = of;
  const { from, delay } = options;
  const name = `${of.name}.modulator`;
  const where = `projections.${name}.delay`;
  return new Projection({
    name,
    source: from,
    sources: new Sources(from.size),
    target,
    edges: noSynapses(from.size, target.size, arena),
    delays: [validateTime(validateTime(delay ?? 0, where) + dendriticDelay, where)],
    dendriticDelay: 0,
    shortTerm: null,
    passing: null,
    devices: null,
    rule: new Modulation(modulator),
    modulatory: true,
    arena,
  });
}
