import type { Distribution } from '../../core/declare/distribution.ts';
import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import { exp, log } from '../../core/math.ts';
import { CounterRandom } from '../../core/random/random.ts';
import { createInitialPotentialSampler } from './params.ts';
import { allocateState, type NeuronDynamics, timeAfter } from './perNeuron.ts';

/** Steady potential (mV) and time constant (ms) of a node while its device is off or on. */
export interface NodePhaseParams {
  readonly vInf: number;
  readonly tau: number;
}

interface SwitchingNodeParams {
  readonly size: number;
  readonly phaseWhenOff: NodePhaseParams;
  readonly phaseWhenOn: NodePhaseParams;
  readonly threshold: number;
  /** Standard deviation of the threshold, mV; each spike draws a new threshold. */
  readonly thresholdSd: number;
  /** Potential at which the device switches off, mV. */
  readonly hold: number;
  readonly initial: Distribution;
}

/**
 * Capacitor with a threshold switch across it. Arrivals add their weight (mV) to V. Between arrivals V relaxes exponentially, in the off
 * phase until V >= threshold (a spike), then in the on phase until V <= hold. With `thresholdSd`, each threshold is drawn from a normal
 * distribution truncated above `hold`; draw n of neuron j depends on (j, n) only. If phaseWhenOn.vInf > hold, the node latches after one spike.
 */
export function createSwitchingNode(p: SwitchingNodeParams, context: ModelContext): NeuronDynamics {
  const { arena, seed, name } = context;
  const { size: n, phaseWhenOff: off, phaseWhenOn: on, hold } = p;
  arena.requireSpaceFor(n * 48, `${name} with ${n} neurons`);
  if (!(hold < p.threshold))
    throw new UserError(`${name}.hold is ${hold}, but must be < the threshold of ${p.threshold} mV.`);
  const random = new CounterRandom(seed, `${name}/threshold`);
  const types = { v: 'f64', since: 'f64', thresholds: 'f64', draws: 'u32', on: 'u8' } as const;
  const state = allocateState(arena, n, types);
  const { v, since, thresholds, draws, on: isOn } = state; // `since` (time of `v`) lies in the future while clamped
  const drawThreshold = (j: number) => {
    let drawn = p.threshold;
    if (p.thresholdSd > 0) {
      do drawn = p.threshold + p.thresholdSd * random.normal(j, draws[j]!++);
      while (!(drawn > hold));
    }
    thresholds[j] = drawn;
  };
  const draw = createInitialPotentialSampler(p, n, context);
  for (let j = 0; j < n; j++) {
    v[j] = draw();
    drawThreshold(j);
  }
  // Results of `evaluate`: potential (mV), and true if the device is in the on state.
  let vNow = 0;
  let isOnNow = false;
  const evaluate = (j: number, t: number) => {
    let from = since[j]!;
    vNow = v[j]!;
    isOnNow = isOn[j] === 1;
    if (t <= from && !(isOnNow && vNow <= hold)) return;
    if (isOnNow) {
      const end = timeAfter(from, computeFallTime(vNow, hold, on));
      if (end > t) {
        vNow = relaxPotential(vNow, t - from, on);
        return;
      }
      isOnNow = false;
      vNow = Math.min(vNow, hold);
      from = end;
    }
    vNow = relaxPotential(vNow, t - from, off);
  };
  const advance = (j: number, t: number) => {
    evaluate(j, t);
    v[j] = vNow;
    isOn[j] = isOnNow ? 1 : 0;
    since[j] = t;
  };
  const potential = (j: number, t: number) => {
    evaluate(j, t);
    return vNow;
  };
  const inhibit = (j: number, _t: number, until: number) => {
    v[j] = isOn[j] = 0;
    since[j] = Math.max(until, since[j]!);
  };
  return {
    state,
    receiveArrival(j, weight, _receptor, t) {
      if (t < since[j]!) return;
      advance(j, t);
      v[j]! += weight;
    },
    predictSpike(j, t) {
      let start = Math.max(t, since[j]!);
      let mV = potential(j, start);
      if (isOnNow) {
        start = timeAfter(start, computeFallTime(mV, hold, on));
        mV = hold;
        if (start === Infinity) return start;
      }
      const threshold = thresholds[j]!;
      if (mV >= threshold) return start;
      return off.vInf > threshold
        ? timeAfter(start, off.tau * log((off.vInf - mV) / (off.vInf - threshold)))
        : Infinity;
    },
    postSpikeReset(j, t) {
      advance(j, t);
      isOn[j] = 1;
      drawThreshold(j);
    },
    inhibit,
    resetDynamicState(j, t) {
      since[j] = t;
      inhibit(j, t, t);
    },
    potential,
    overshoot: (j, t) => potential(j, t) - thresholds[j]!,
  };
}

const relaxPotential = (v: number, dt: number, { vInf, tau }: NodePhaseParams) =>
  dt > 0 ? vInf + (v - vInf) * exp(-dt / tau) : v;

/** Time until a potential relaxes from v down to `end` (mV), ms; Infinity if never. */
function computeFallTime(v: number, end: number, { vInf, tau }: NodePhaseParams) {
  if (v <= end) return 0;
  return vInf < end ? tau * log((v - vInf) / (end - vInf)) : Infinity;
}
