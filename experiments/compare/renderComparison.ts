import { mean } from 'simple-statistics';
import { formatCount } from '../../core/declare/show.ts';
import { describeAssumedPulse, formatJoules } from '../look/energyText.ts';
import { renderCategoryMeans } from '../look/plots/categoryPlots.ts';
import { formatFormula } from '../look/plots/chemical.ts';
import { isSignificantEstimate } from '../statistics/estimate.ts';
import { averageNonNull, type ComparisonResult } from './rankDevices.ts';

export function renderComparison(
  compared: readonly ComparisonResult[],
  { neurons, epochs, seeds }: { readonly neurons: number; readonly epochs: number; readonly seeds: number },
): string {
  const rows = compared.map((c, rank) => {
    const hasSharedStructure = compared.some((d) => d !== c && d.structure === c.structure);
    const title =
      c.structure === null ? c.name : `${formatFormula(c.structure)}${hasSharedStructure ? `, ${c.name}` : ''}`;
    const energy = averageNonNull(c.energyPerImage);
    const cost = energy ? `, ${formatJoules(energy)}${c.assumed ? '*' : ''}` : '';
    const mark = rank > 0 && seeds > 1 && !isSignificantEstimate(c.belowBest) ? ' (ns)' : '';
    const [low, high] = [Math.min(...c.accuracy), Math.max(...c.accuracy)];
    return { name: `${title}${cost}${mark}`, mean: mean([...c.accuracy]), low, high };
  });
  const pulses = [...new Set(compared.flatMap(({ assumed }) => (assumed ? [describeAssumedPulse(assumed)] : [])))];
  const subtitle = [
    `${formatCount(neurons, 'neuron')}, ${formatCount(epochs, 'epoch')}, mean and range of ${formatCount(seeds, 'seed')}; energy of a training image`,
    seeds > 1
      ? 'ns: not significantly different from the best (95 % interval of paired differences)'
      : 'one seed, so no confidence interval of differences',
    ...(compared.some(({ onOffRatio, endurance }) => onOffRatio !== null || endurance !== null)
      ? ['conductances and nonlinearity are assumed equal if the review gives none']
      : []),
    ...(pulses.length === 0 ? [] : [`*: ${pulses.join('; ')} (write pulse)`]),
  ];
  return renderCategoryMeans({
    title: 'MNIST accuracy by device',
    subtitle: subtitle.join('; '),
    label: 'accuracy (%)',
    rows,
  });
}
