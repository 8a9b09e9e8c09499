import * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import {
  choice,
  described,
  integer,
  nonNegative,
  number,
  object,
  optional,
  positive,
  text,
} from '../../../core/declare/params.ts';
import { expm1 } from '../../../core/elementary.ts';
import { exp, log } from '../../../core/math.ts';

const MEASURES = ['firstSpike', 'integral', 'mean', 'maximum'] as const;
const REDUCTIONS = ['crossEntropy', 'relativeError', 'sum'] as const;

/** Parameters of losses that depend on first-spike times. */
export const firstSpikeLossParams = {
  temperature: positive(0.5, 'ms', 'temperature of the cross entropy of first spikes'),
  lateness: nonNegative(0.003, '1', 'factor a of the term a (e^(t/latenessTau) - 1) of the first spike of the label'),
  latenessTau: positive(6.4, 'ms', 'time constant of the lateness term'),
  margin: nonNegative(1, 'ms', 'wanted delay of other first spikes after that of the label, for relativeError'),
};

/** Loss of a network: population, its measured values and their reduction. */
export const lossSchema = object({
  population: text({ help: 'name of the output population' }),
  measure: choice(MEASURES, {
    help: 'measured value of each output neuron: time of the first spike, or integral, mean or maximum of the potential',
  }),
  reduction: choice(REDUCTIONS, {
    default: 'crossEntropy',
    help: 'loss, from the measured value m of each output neuron: crossEntropy: of softmax(m), for times of first spikes of softmax(-m/temperature); relativeError (times of first spikes only): ½ Σ (m - m_label - margin)² over the other output neurons; sum: Σ coefficient × m',
  }),
  ...firstSpikeLossParams,
  decay: number({
    default: Infinity,
    min: 0,
    exclusiveMin: true,
    infinity: true,
    unit: 'ms',
    help: 'time constant θ of the weight e^(-t/θ) of potentials, if measure is integral',
  }),
  label: optional(integer({ min: 0, help: 'index of the output neuron of the right class' })),
  coefficients: optional(
    described(z.array(z.number()), { description: 'loss coefficients, if reduction is sum, one per output neuron' }),
  ),
});

type LossParameters = Omit<z.output<typeof lossSchema>, 'population' | 'decay'>;

/**
 * Computes a loss of the measured values `m` and writes its derivatives to `gradient`. Output neurons without a spike (time Infinity)
 * do not contribute; if the output of the label is silent, the loss is Infinity and the derivatives are 0.
 * Sources: first spikes, Wunderlich & Pehle 2021, doi:10.1038/s41598-021-91786-z; relative error, Mészáros et al. 2025,
 * doi:10.1038/s41467-025-65394-8, eq. 71.
 */
export function computeLoss(l: LossParameters, m: ArrayLike<number>, gradient: Float64Array): number {
  const n = m.length;
  const { measure, reduction, label = -1, coefficients, temperature, lateness, latenessTau, margin } = l;
  const isTime = measure === 'firstSpike';
  gradient.fill(0);
  if (reduction === 'sum') {
    if (coefficients?.length !== n)
      throw new UserError(`loss.coefficients needs ${n} numbers, one per output neuron, for reduction "sum".`);
    let sum = 0;
    for (let o = 0; o < n; o++) {
      if (m[o] === Infinity) continue;
      sum += coefficients[o]! * m[o]!;
      gradient[o] = coefficients[o]!;
    }
    return sum;
  }
  if (!(label >= 0 && label < n))
    throw new UserError(`loss.label must be an output neuron from 0 to ${n - 1} for reduction "${reduction}".`);
  const own = m[label]!;
  if (own === Infinity) return Infinity;
  if (reduction === 'relativeError') {
    if (!isTime) throw new UserError(`loss.reduction "relativeError" is for measure "firstSpike", not "${measure}".`);
    let loss = 0;
    for (let o = 0; o < n; o++) {
      if (o === label || m[o] === Infinity) continue;
      const error = m[o]! - own - margin;
      loss += (error * error) / 2;
      gradient[o] = error;
      gradient[label]! -= error;
    }
    return loss;
  }
  const factor = isTime ? -1 / temperature : 1;
  let best = -Infinity;
  for (let o = 0; o < n; o++) best = Math.max(best, factor * m[o]!);
  let sum = 0;
  for (let o = 0; o < n; o++) sum += gradient[o] = exp(factor * m[o]! - best);
  for (let o = 0; o < n; o++) gradient[o]! *= factor / sum;
  gradient[label]! -= factor;
  const loss = log(sum) + best - factor * own;
  if (!isTime) return loss;
  gradient[label]! += (lateness / latenessTau) * exp(own / latenessTau);
  return loss + lateness * expm1(own / latenessTau);
}
