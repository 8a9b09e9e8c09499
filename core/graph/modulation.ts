import type { ModulatorFactory } from '../factories.ts';
import type { RecordableState } from '../hooks.ts';
import type { Arena } from '../kernels/arena.ts';
import type { Modulator, ShortTerm } from '../model.ts';
import { validateTime } from '../time.ts';
import { createEdges } from './connectOptions.ts';
import type { Population } from './population.ts';
import { Projection } from './projection.ts';
import { SourceNeurons } from './sourceNeurons.ts';

/** Modulator (third factor): spikes of population `from` modulate the rule's pulses or the delivered weights. */
export interface ModulatorOptions {
  readonly from: Population;
  readonly model: ModulatorFactory;
  /** Delay from the modulating neurons to the synapses, ms. Default 0. */
  readonly delay?: number;
}

/**
 * Creates the short-term dynamics of a modulated projection. Their factor is that of short-term plasticity (1 if there is
 * none) multiplied by the modulator's efficacy.
 */
export const createModulatedShortTerm = (
  shortTerm: (ShortTerm & Partial<RecordableState>) | null,
  efficacy: (row: number, t: number) => number,
): ShortTerm & RecordableState => ({
  state: shortTerm?.state ?? {},
  quantities: shortTerm?.quantities ?? {},
  factors: shortTerm?.factors ?? null,
  onPre: (row, t) => (shortTerm?.onPre(row, t) ?? 1) * efficacy(row, t),
  resetDynamicState: () => shortTerm?.resetDynamicState(),
  onCheckpointLoaded: () => shortTerm?.onCheckpointLoaded?.(),
});

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
    sources: new SourceNeurons(from.size),
    target,
    ...createEdges({ preCount: from.size, postCount: target.size }, delays, noSynapses),
    dendriticDelay: 0,
    shortTerm: null,
    effectiveEdges: null,
    devices: null,
    rule: {
      state: modulator.state,
      pulsesAtArrival: true,
      onPre: (row, t) => modulator.modulate(row, t),
      onPost() {},
      resetDynamicState: (t) => modulator.resetDynamicState(t),
      onCheckpointLoaded: () => modulator.onCheckpointLoaded?.(),
    },
    isModulatory: true,
    arena,
  });
}
