import { formatCount } from '../../core/declare/show.ts';
import type { CategoryMeansPlot } from '../look/plots/categoryPlots.ts';
import { isSignificantEstimate, type MeanEstimate } from '../statistics/estimate.ts';
import { INTERIM_ANALYSIS_SEED_COUNTS, type NonIdealityRanking } from './rankNonIdealities.ts';

/**
 * Creates rows and texts of the plot `renderCategoryMeans`: cost of each non-ideality and of its doubling, percentage points, with intervals.
 * @param device name or structure of the device @param neurons,train numbers of neurons and training images
 */
export function createNonIdealityChart(
  { flaws, seedCount, accuracy }: NonIdealityRanking,
  { device, neurons, train }: { readonly device: string; readonly neurons: number; readonly train: number },
): CategoryMeansPlot {
  const listRow = (name: string, cost: MeanEstimate) => ({
    name: `${name}${isSignificantEstimate(cost) ? '' : ' (ns)'}`,
    ...cost,
  });
  const subtitle = [
    `${formatCount(neurons, 'neuron')}, ${formatCount(train, 'training image')}, accuracy ${accuracy.toFixed(1)} % with all non-idealities`,
    `mean of ${seedCount} seeds and 95 % interval, corrected for ${INTERIM_ANALYSIS_SEED_COUNTS.length} looks`,
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
