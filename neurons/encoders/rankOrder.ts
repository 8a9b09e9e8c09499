import { defineStimulus } from '../../core/declare/define.ts';
import { positive } from '../../core/declare/params.ts';
import { cutoffParam, EncodedStimulus, presentationParams } from './encoded.ts';

interface RankOrderCode {
  /** Interval between successive ranks, ms. */
  readonly step: number;
  readonly cutoff: number;
}

/** Spike trains with one spike per value, in descending order of intensity, `step` apart; ties go to the lower index. */
export function rankOrderTrains(values: ArrayLike<number>, p: RankOrderCode): number[][] {
  const trains: number[][] = Array.from(values, () => []);
  const above = Array.from(values, (x, neuron) => ({ x, neuron })).filter(({ x }) => x > p.cutoff);
  above.sort((a, b) => b.x - a.x || a.neuron - b.neuron);
  above.forEach(({ neuron }, rank) => {
    trains[neuron] = [rank * p.step];
  });
  return trains;
}

/** Encoder `rankOrderCode`: the order of the spikes represents the order of the intensities. */
export const rankOrderCode = defineStimulus({
  name: 'rankOrderCode',
  help: 'rank-order code: one spike per value, highest intensity first',
  equation: 't = start + rank step, rank 0 for the largest x',
  source: 'Thorpe & Gautrais 1998, doi:10.1007/978-1-4615-4831-7_19',
  params: {
    ...presentationParams,
    step: positive(1, 'ms', 'interval between successive ranks'),
    cutoff: cutoffParam,
  },
  create: (p, context) => new EncodedStimulus(p, (values) => rankOrderTrains(values, p), 1, context),
});
