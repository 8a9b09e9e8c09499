import { formatCount } from '../../core/declare/show.ts';
import type { Responses } from '../look/plots/rows.ts';
import { type Estimate, isSignificant } from '../statistics/estimate.ts';
import { type FlawRanking, LOOK_SEED_COUNTS } from './rankFlaws.ts';

/**
 * Creates rows and texts of the plot `responses`: cost of each non-ideality and of its doubling, percentage points, with intervals.
 * @param device name or structure of the device @param neurons,train numbers of neurons and training images
 */
export function createFlawChart(
  { flaws, seedCount, accuracy }: FlawRanking,
  { device, neurons, train }: { readonly device: string; readonly neurons: number; readonly train: number },
): Responses {
  const listRow = (name: string, cost: Estimate) => ({ name: `${name}${isSignificant(cost) ? '' : ' (ns)'}`, ...cost });
  const subtitle = [
    `${formatCount(neurons, 'neuron')}, ${formatCount(train, 'training image')}, accuracy ${accuracy.toFixed(1)} % with all non-idealities`,
    `mean of ${seedCount} seeds and 95 % interval, corrected for ${LOOK_SEED_COUNTS.length} looks`,
    'ns: no significant effect',
  ];
  return {
    title: `Cost of non-idealities: ${device}`,
    subtitle: subtitle.join('; '),
    label: 'accuracy without the non-ideality minus accuracy with it (points)',
    reference: 0,
    rows: flaws.flatMap(({ name, cost, doublingCost }) => [
      listRow(name, cost),
      ...(doublingCost ? [listRow(`${name} doubled`, doublingCost)] : []),
    ]),
  };
}
