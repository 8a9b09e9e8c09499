import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import { type Edges, rowEnd, rowStart } from '../../core/graph/edges.ts';
import { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { createInitialSampler } from '../parts/params.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';

/** Potential of each neuron at its last update, with a clamp at reset during refractoriness. */
export class ClampedState {
  readonly thresholds: AdaptiveThreshold;
  readonly membranes: MembraneParameters;
  /** Potential at `since`, mV. */
  readonly v: Float64Array;
  readonly since: Float64Array;
  /** End of the clamp of the potential, ms; synapses are not affected. */
  readonly release: Float64Array;
  readonly state;

  constructor(p: LifParams, membranes: MembraneParameters, context: ModelContext, moreBytes: number) {
    const { arena, name, groups } = context;
    const n = p.size;
    arena.reserve(n * (48 + moreBytes), `${name} with ${n} neurons`);
    this.membranes = membranes;
    this.thresholds = new AdaptiveThreshold(p, membranes.threshold, membranes.vInf, arena, groups);
    this.v = arena.f64(n);
    this.since = arena.f64(n);
    this.release = arena.f64(n);
    const draw = createInitialSampler(p, n, context);
    for (let j = 0; j < n; j++) this.v[j] = draw();
    this.state = {
      ...{ v: this.v, since: this.since, release: this.release },
      ...this.thresholds.state,
      ...membranes.currentSteps?.state,
    };
  }

  /** Time from t on at which the neuron is no longer clamped, ms. */
  freeFrom(neuron: number, t: number): number {
    return Math.max(t, this.release[neuron]!);
  }

  /** Applies the current change that is due; potentials and synapses must already be advanced to its time. */
  applyChange(): void {
    this.membranes.applyChange();
    this.thresholds.shiftOrigin(this.membranes.vInfDrop);
  }

  /** Clamps a neuron at `mV` from t until `until` or its present release, whichever is later. */
  clamp(neuron: number, t: number, until: number, mV: number): void {
    this.v[neuron] = mV;
    this.since[neuron] = t;
    this.release[neuron] = Math.max(this.release[neuron]!, until);
  }
}

/** Rejects negative effective weights of a row at an explicitly selected conductance receptor. @throws UserError */
export function refuseNegative(edges: Edges, row: number, factor: number, name: string, receptor: string): void {
  if (edges.least === 0 && factor >= 0) return;
  const end = rowEnd(edges, row);
  for (let k = rowStart(edges, row); k < end; k++) {
    const weight = (edges.weights === null ? edges.weight : edges.weights[k]!) * factor;
    refuseNegativeWeight(weight, name, receptor);
  }
}

/** Rejects a negative weight (nS) at a selected conductance receptor. @throws UserError */
export function refuseNegativeWeight(weight: number, name: string, receptor: string): void {
  if (!(weight < 0)) return;
  throw new UserError(
    `${name}: a weight of ${weight} nS arrived at receptor "${receptor}", but weights of a selected conductance must be >= 0.`,
  );
}
