import { formatCount } from '../../core/declare/show.ts';
import { renderCategoryMeans } from '../look/plots/categoryPlots.ts';
import { estimateMean, estimatePairedDifference, type MeanEstimate } from '../statistics/estimate.ts';
import { nameDoubled, nameWithout } from './deviceVariants.ts';
import type { Passport } from './passportSchema.ts';

/** Results of the trainings of a device variant, one value per seed. */
export interface VariantResult {
  readonly name: string;
  readonly accuracy: readonly number[];
  readonly weightsSha256: readonly string[];
  /** True if this device variant has an assumed parameter value that affects learning. */
  readonly isAssumed: boolean;
}

type Accuracies = Pick<Passport, 'ideal' | 'all' | 'flaws'>;
type Cost = Pick<Accuracies['flaws'][number], 'cost' | 'interval' | 'isAssumed'>;
type Interval = readonly [low: number, high: number] | null;

const toInterval = ({ low, high }: MeanEstimate): [number, number] | null => (Number.isNaN(low) ? null : [low, high]);

function summariseVariant({ accuracy, weightsSha256, isAssumed }: VariantResult) {
  const estimate = estimateMean(accuracy);
  const lists = { accuracy: [...accuracy], weightsSha256: [...weightsSha256] };
  return { ...lists, mean: estimate.mean, interval: toInterval(estimate), isAssumed };
}

/** Accuracy lost from variant `better` to variant `worse`: mean difference, paired by seed, percentage points. */
function estimateCost(better: VariantResult, worse: VariantResult) {
  const difference = estimatePairedDifference(better.accuracy, worse.accuracy);
  return { cost: difference.mean, interval: toInterval(difference) };
}

/**
 * Summarises accuracies, % of the test images, and costs; intervals 95 %. Non-idealities are sorted by descending cost.
 * @param results results of `planVariants`, in its order
 */
export function summariseAccuracies(results: readonly VariantResult[]): Accuracies {
  const [ideal, all] = [results[0]!, results.at(-1)!];
  const find = (wanted: string) => results.find(({ name }) => name === wanted);
  const describe = (one: VariantResult, better: VariantResult, worse: VariantResult) => {
    const { mean: _mean, interval: _interval, ...lists } = summariseVariant(one);
    return { ...estimateCost(better, worse), ...lists };
  };
  const flaws = results.slice(1, -1).flatMap((only) => {
    const { name } = only;
    const [without, doubled] = [find(nameWithout(name)), find(nameDoubled(name))];
    if (without === undefined) return []; // `only` is itself such a variant
    const doubledCost = doubled && { doubled: describe(doubled, all, doubled) };
    return [{ name, ...describe(only, ideal, only), without: describe(without, without, all), ...doubledCost }];
  });
  const { cost, interval: costInterval } = estimateCost(ideal, all);
  return {
    ideal: summariseVariant(ideal),
    all: { ...summariseVariant(all), cost, costInterval },
    flaws: flaws.sort((a, b) => b.cost - a.cost),
  };
}

/** Formats a mean with its 95 % interval: `86.3 % (85.9 to 86.7)`. */
export const formatInterval = (mean: number, interval: Interval, unit: string): string =>
  `${mean.toFixed(1)}${unit}${interval === null ? '' : ` (${interval.map((end) => end.toFixed(1)).join(' to ')})`}`;

const includesZero = ({ interval }: { readonly interval: Interval }) =>
  interval !== null && interval[0] <= 0 && interval[1] >= 0;

/** Describes the costs of single non-idealities: `read noise costs 3.1 points (2.2 to 4.0); levels: no significant effect`. */
export function describeCosts({ flaws }: Accuracies): string {
  const others = flaws.filter(includesZero).map(({ name }) => name);
  const describe = ({ name, cost, interval }: Accuracies['flaws'][number]) =>
    cost < 0
      ? `${name} improves accuracy by ${formatInterval(-cost, interval && [-interval[1], -interval[0]], ' points')}`
      : `${name} costs ${formatInterval(cost, interval, ' points')}`;
  return [
    ...flaws.filter((flaw) => !includesZero(flaw)).map(describe),
    ...(others.length > 0 ? [`${others.join(', ')}: no significant effect`] : []),
  ].join('; ');
}

/** Lists the cells of the table of costs, heading first; doubled non-idealities have a column if they were trained. */
export function listCostRows({ ideal, all, flaws }: Accuracies): string[][] {
  const formatCost = (one?: { readonly cost: number; readonly interval: Interval }) =>
    one === undefined ? '–' : formatInterval(one.cost, one.interval, '');
  const hasDoubled = flaws.some(({ doubled }) => doubled !== undefined);
  const total = { name: 'all', cost: all.cost, interval: all.costInterval, isAssumed: all.isAssumed };
  return [
    ['non-ideality', 'cost alone (points)', 'accuracy (%)', 'cost beside the others', 'cost of doubling', 'assumed'],
    ...[...flaws, { ...total, without: undefined, doubled: undefined }].map((flaw) => [
      flaw.name,
      formatCost(flaw),
      (ideal.mean - flaw.cost).toFixed(1),
      formatCost(flaw.without),
      formatCost(flaw.doubled),
      flaw.isAssumed ? 'yes' : 'no',
    ]),
  ].map((row) => (hasDoubled ? row : row.toSpliced(4, 1)));
}

/** Draws accuracies of a device: ideal, with each non-ideality alone, with all but one, and with all, with 95 % intervals. */
export function renderAccuracies(passport: Accuracies & Pick<Passport, 'protocol'>, deviceName: string): string {
  const { ideal, all, flaws, protocol } = passport;
  const createRow = (name: string, mean: number, interval: Interval, isHollow: boolean) => ({
    name,
    mean,
    ...(interval && { low: interval[0], high: interval[1] }),
    isHollow,
  });
  /** Row of a variant in the accuracy chart: accuracy `reference` + `sign` × its cost, %. */
  const createCostRow = (name: string, { cost, interval, isAssumed }: Cost, reference: number, sign: 1 | -1) =>
    createRow(
      name,
      reference + sign * cost,
      interval && [reference + sign * interval[0], reference + sign * interval[1]],
      isAssumed,
    );
  const { neurons, train, seeds } = protocol;
  const pairing = flaws.length > 0 ? ' (“only”: of the difference from ideal; “without”, “doubled”: from all)' : '';
  const hollow = [ideal, all, ...flaws].some(({ isAssumed }) => isAssumed) ? '; hollow: from assumed values' : '';
  return renderCategoryMeans({
    title: `MNIST accuracy: ${deviceName}`,
    subtitle: `${formatCount(neurons, 'neuron')}, ${formatCount(train, 'training image')}, ${formatCount(seeds, 'seed')}; 95 % intervals${pairing}${hollow}`,
    label: 'accuracy (%)',
    rows: [
      createRow('ideal', ideal.mean, ideal.interval, ideal.isAssumed),
      ...flaws.map((flaw) => createCostRow(`only ${flaw.name}`, flaw, ideal.mean, -1)),
      ...flaws.map(({ name, without }) => createCostRow(nameWithout(name), without, all.mean, 1)),
      ...flaws.flatMap(({ name, doubled }) =>
        doubled ? [createCostRow(nameDoubled(name), doubled, all.mean, -1)] : [],
      ),
      createRow('all non-idealities', all.mean, all.interval, all.isAssumed),
    ],
  });
}
