import { defineStimulus } from '../../core/declare/define.ts';
import { positive } from '../../core/declare/params.ts';
import { cutoffParam, EncodedStimulus, presentationParams } from './encoded.ts';

interface RankOrderCode {
  /** ms */
  readonly step: number;
  readonly cutoff: number;
}

/** One spike a value: the strongest at 0, the next one `step` later; of equal ones the first. */
export function rankOrderTrains(values: ArrayLike<number>, p: RankOrderCode): number[][] {
  const trains: number[][] = Array.from(values, () => []);
  const above = Array.from(values, (x, neuron) => ({ x, neuron })).filter(({ x }) => x > p.cutoff);
  above.sort((a, b) => b.x - a.x || a.neuron - b.neuron);
  above.forEach(({ neuron }, rank) => {
    trains[neuron] = [rank * p.step];
  });
  return trains;
}

/** Intensity as rank. */
export const rankOrderCode = defineStimulus({
  name: 'rankOrderCode',
  help: 'shows the order of intensities: one spike each, the strongest first',
  equation: 't = start + rank step, rank 0 for the largest x',
  source: 'Thorpe & Gautrais 1998, doi:10.1007/978-1-4615-4831-7_19',
  params: {
    ...presentationParams,
    step: positive(1, 'ms', 'from one rank to the next'),
    cutoff: cutoffParam,
  },
  create: (p, context) => new EncodedStimulus(p, (values) => rankOrderTrains(values, p), 1, context),
});
