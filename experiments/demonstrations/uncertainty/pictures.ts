import { reliability, wilsonInterval } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { overSeedsAt } from '../findings.ts';
import type { Assessed } from './assess.ts';
import type { Settings } from './parameters.ts';

const BINS = 10;

/** Accuracy against what is refused, reliability, and how entropy is spread over right and wrong answers. */
export function pictures(rejected: readonly number[], seeds: readonly Assessed[], p: Settings): Record<string, string> {
  const told = `MNIST, ${p.neurons} neurons, ${p.passes} passes, threshold sd ${100 * p.sd} %`;
  const subtitle = `${told}; bands: ± sd over ${seeds.length} seeds`;
  const percent = rejected.map((share) => 100 * share);
  return {
    uncertainty: curve({
      title: 'Refusing the least certain answers',
      subtitle,
      x: { label: 'answers refused (%)' },
      y: { label: 'accuracy of the others (%)' },
      series: [
        {
          name: 'by entropy of the votes',
          points: overSeedsAt(percent, (_, i) => seeds.map((one) => one.rejection[i]!)),
        },
        {
          name: 'deterministic twin, by margin of its readout',
          points: overSeedsAt(percent, (_, i) => seeds.map((one) => one.marginRejection[i]!)),
        },
      ],
    }),
    reliability: curve({
      title: 'Reliability of the votes',
      subtitle: `${told}; bands: 95 % intervals`,
      x: { label: 'share of the votes for the answer', domain: [0, 1] },
      y: { label: 'share of right answers', domain: [0, 1] },
      series: [
        ...seeds.map(({ right, votes }, s) => ({
          name: `seed ${p.seed + s}`,
          points: reliability(right, votes.confidence, BINS).bins.map(({ confidence, accuracy, count }) => {
            const { low, high } = wilsonInterval(accuracy * count, count);
            return { x: confidence, y: accuracy, low: low / 100, high: high / 100 };
          }),
        })),
        {
          name: 'perfect',
          reference: true,
          points: [
            { x: 0, y: 0 },
            { x: 1, y: 1 },
          ],
        },
      ],
    }),
    entropy: curve({
      title: 'Entropy of the votes, right and wrong answers',
      subtitle,
      x: { label: 'entropy (bit)' },
      y: { label: 'share of the answers (%)' },
      series: [true, false].map((which) => ({
        name: which ? 'right answers' : 'wrong answers',
        points: perBin(
          seeds.map(({ right, votes }) => histogram([...votes.entropy].filter((_, i) => right[i] === which))),
        ),
      })),
    }),
  };
}

const WIDTH = 0.25; // bit
const BIN_CENTRES = Array.from({ length: 13 }, (_, k) => (k + 0.5) * WIDTH);

const perBin = (shares: readonly (readonly number[])[]) =>
  overSeedsAt(BIN_CENTRES, (_, k) => shares.map((one) => one[k]!));

function histogram(values: readonly number[]): number[] {
  const shares = BIN_CENTRES.map(() => 0);
  for (const value of values) shares[Math.min(shares.length - 1, Math.floor(value / WIDTH))]! += 100 / values.length;
  return shares;
}
