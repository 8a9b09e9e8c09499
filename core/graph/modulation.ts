import type { ModulatorFactory } from '../factories.ts';
import type { RecordableState } from '../hooks.ts';
import type { Arena } from '../kernels/arena.ts';
import type { Modulator, PlasticityRule, ShortTerm } from '../model.ts';
import { validateTime } from '../time.ts';
import { createEdges } from './connectOptions.ts';
import type { Population } from './population.ts';
import { Projection } from './projection.ts';
import { Sources } from './sources.ts';

/** Modulator (third factor): spikes of population `from` modulate the rule's pulses or the delivered weights. */
export interface ModulatorOptions {
  readonly from: Population;
  readonly model: ModulatorFactory;
  /** Delay from the modulating neurons to the synapses, ms. Default 0. */
  readonly delay?: number;
}

class ModulatorRule implements PlasticityRule {
  readonly pulsesAtArrival = true;
  readonly state;
  readonly #modulator;

  constructor(modulator: Modulator) {
    this.#modulator = modulator;
    this.state = modulator.state;
  }

  onPre(row: number, t: number) {
    this.#modulator.modulate(row, t);
  }

  onPost() {}

  rest(t: number) {
    this.#modulator.rest(t);
  }

  onRestore() {
    this.#modulator.onRestore?.();
  }
}

/**
 * Short-term dynamics of a modulated projection: factor of short-term plasticity (1 without) × the modulator's
 * efficacy.
 */
export class ModulatedDelivery implements ShortTerm, Partial<RecordableState> {
  readonly state;
  readonly #shortTerm: (ShortTerm & Partial<RecordableState>) | null;
  readonly #efficacy: (row: number, t: number) => number;

  constructor(own: ShortTerm | null, efficacy: (row: number, t: number) => number) {
    this.#shortTerm = own;
    this.#efficacy = efficacy;
    this.state = own?.state ?? {};
  }

  get quantities(): RecordableState['quantities'] {
    return this.#shortTerm?.quantities ?? {};
  }

  get factors(): Float64Array | null {
    return this.#shortTerm?.factors ?? null;
  }

  onPre(row: number, t: number): number {
    return (this.#shortTerm?.onPre(row, t) ?? 1) * this.#efficacy(row, t);
  }

  rest() {
    this.#shortTerm?.rest();
  }

  onRestore() {
    this.#shortTerm?.onRestore?.();
  }
}

/**
 * Creates the projection `NAME.modulator`, which delivers the modulator's spikes and has no synapses. Order at one
 * tick: arrivals of the modulated projection, modulator spikes, postsynaptic spikes.
 */
export function createModulatoryProjection(
  modulated: Projection,
  modulator: Modulator,
  options: ModulatorOptions,
  arena: Arena,
): Projection {
  const { target, dendriticDelay } = modulated;
  const { from, delay } = options;
  const name = `${modulated.name}.modulator`;
  const where = `projections.${name}.delay`;
  const delays = [validateTime(validateTime(delay ?? 0, where) + dendriticDelay, where)];
  const noSynapses = {
    weights: null,
    weight: 0,
    targets: arena.indices(target.size, 0),
    starts: arena.u32(from.size + 1),
  };
  return new Projection({
    name,
    source: from,
    sources: new Sources(from.size),
    target,
    ...createEdges({ preCount: from.size, postCount: target.size }, delays, noSynapses),
    dendriticDelay: 0,
    shortTerm: null,
    effectiveEdges: null,
    devices: null,
    rule: new ModulatorRule(modulator),
    isModulatory: true,
    arena,
  });
}
