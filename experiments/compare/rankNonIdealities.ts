import { mean } from 'simple-statistics';
import type { UserError } from '../../core/declare/errors.ts';
import type { ModelChoice } from '../network/models.ts';
import { estimatePairedDifference, isSignificantEstimate, type MeanEstimate } from '../statistics/estimate.ts';
import type { NonIdeality } from './listNonIdealities.ts';

/** Settings of short trainings, so that a ranking takes minutes. */
export const SHORT_TRAINING_SETTINGS = { neurons: 50, train: 3000, test: 2000, epochs: 1 } as const;

/** Looks: numbers of seeds per variant after which the costs are estimated and the comparison may stop. */
export const INTERIM_ANALYSIS_SEED_COUNTS = [3, 6, 10] as const;

/**
 * Confidence of an interval at one look. By Bonferroni's inequality (Dunn 1961, doi:10.1080/01621459.1961.10482090),
 * the intervals of all looks together contain the cost with a probability of at least 95 %.
 */
export const INTERIM_ANALYSIS_CONFIDENCE = 1 - 0.05 / INTERIM_ANALYSIS_SEED_COUNTS.length;

export interface VariantTraining {
  readonly variant: ReturnType<typeof listDeviceVariants>[number];
  readonly seed: number;
}

export interface NonIdealityRanking extends ReturnType<typeof estimateFlaws> {
  /** Number of seeds of each variant. */
  readonly seedCount: number;
  /** Mean accuracy of the unchanged device, %. */
  readonly accuracy: number;
  /** Accuracies of each variant, %, one per seed. */
  readonly variants: readonly { readonly name: string; readonly accuracy: readonly number[] }[];
  /** Variants that cannot be trained, with the reason. */
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
}

const UNCHANGED = 'unchanged';
const nameRemoved = (flaw: string) => `${flaw}: removed`;
const nameDoubled = (flaw: string) => `${flaw}: doubled`;

export const listDeviceVariants = (device: ModelChoice, flaws: readonly NonIdeality[], withDoubled: boolean) => [
  { name: UNCHANGED, device },
  ...flaws.flatMap(({ name, removed, doubled }) => [
    { name: nameRemoved(name), device: removed },
    ...(withDoubled && doubled ? [{ name: nameDoubled(name), device: doubled }] : []),
  ]),
];

type Accuracies = ReadonlyMap<string, readonly number[]>;

/**
 * Estimates the costs of non-idealities, percentage points of accuracy; the confidence intervals are corrected for the
 * number of looks. `cost`: accuracy without the non-ideality minus accuracy with it, paired by seed; negative if it
 * improves accuracy. `doublingCost`: accuracy with the non-ideality minus accuracy with it doubled; absent if doubled
 * non-idealities are not trained.
 */
function estimateFlaws(flaws: readonly NonIdeality[], accuracies: Accuracies) {
  const unchanged = accuracies.get(UNCHANGED)!;
  const found = flaws
    .flatMap(({ name }) => {
      const [removed, doubled] = [accuracies.get(nameRemoved(name)), accuracies.get(nameDoubled(name))];
      if (removed === undefined) return [];
      const cost = estimatePairedDifference(removed, unchanged, INTERIM_ANALYSIS_CONFIDENCE);
      return [
        {
          name,
          removed,
          cost,
          ...(doubled && { doublingCost: estimatePairedDifference(unchanged, doubled, INTERIM_ANALYSIS_CONFIDENCE) }),
        },
      ];
    })
    .sort((a, b) => b.cost.mean - a.cost.mean);
  const [first, ...others] = found;
  const isAbove = (other: (typeof found)[number]) =>
    estimatePairedDifference(first!.removed, other.removed, INTERIM_ANALYSIS_CONFIDENCE).low > 0;
  return {
    /** Non-idealities by descending cost. */
    flaws: found.map(({ removed: _, ...flaw }) => flaw),
    /** True if the costliest non-ideality costs significantly more than 0 and than each other non-ideality. */
    isDecided: first !== undefined && first.cost.low > 0 && others.every(isAbove),
  };
}

/**
 * Estimates the cost of each non-ideality with the same seeds for all variants. Stops at the first look that decides
 * which non-ideality costs most. Returns null if the trainings were interrupted.
 * @param train returns the accuracy of each training, %, or the reason why its variant cannot be trained
 * @param onLook called with the ranking after each look
 */
export async function rankNonIdealities(
  flaws: readonly NonIdeality[],
  variants: ReturnType<typeof listDeviceVariants>,
  train: (trainings: readonly VariantTraining[]) => Promise<readonly (number | UserError)[] | null>,
  onLook: (ranking: NonIdealityRanking) => void = () => {},
): Promise<NonIdealityRanking | null> {
  const accuracies = new Map(variants.map(({ name }) => [name, [] as number[]]));
  const failures: { name: string; reason: string }[] = [];
  let ranking: NonIdealityRanking | null = null;
  for (const seedCount of INTERIM_ANALYSIS_SEED_COUNTS) {
    const trainings = variants.flatMap((variant) => {
      const doneCount = accuracies.get(variant.name)?.length ?? seedCount; // a variant that failed has no accuracies
      return Array.from({ length: seedCount - doneCount }, (_, i) => ({ variant, seed: doneCount + i + 1 }));
    });
    const results = await train(trainings);
    if (results === null) return null;
    for (const [i, result] of results.entries()) {
      const { name } = trainings[i]!.variant;
      if (typeof result === 'number') accuracies.get(name)?.push(result);
      else if (name === UNCHANGED) throw result;
      else if (accuracies.delete(name)) failures.push({ name, reason: result.message });
    }
    ranking = {
      seedCount,
      accuracy: mean(accuracies.get(UNCHANGED)!),
      ...estimateFlaws(flaws, accuracies),
      variants: [...accuracies].map(([name, accuracy]) => ({ name, accuracy: [...accuracy] })),
      failures: [...failures],
    };
    onLook(ranking);
    if (ranking.isDecided) return ranking;
  }
  return ranking;
}

/** Formats a cost as `3.1 ± 0.9`: mean and half the width of its interval, percentage points. */
export const formatAccuracyCost = ({ mean: value, low, high }: MeanEstimate): string =>
  `${value.toFixed(1)} ± ${((high - low) / 2).toFixed(1)}`;

/** Describes the costs: `cycle-to-cycle variability costs 3.1 ± 0.9 points; read noise: no significant effect`. */
export function describeAccuracyCosts({ flaws }: Pick<NonIdealityRanking, 'flaws'>): string {
  const significant = flaws.filter(({ cost }) => isSignificantEstimate(cost));
  const others = flaws.filter(({ cost }) => !isSignificantEstimate(cost)).map(({ name }) => name);
  return [
    ...significant.map(({ name, cost }) => {
      const { mean: value, low, high } = cost;
      return value > 0
        ? `${name} costs ${formatAccuracyCost(cost)} points`
        : `${name} improves accuracy by ${formatAccuracyCost({ mean: -value, low, high })} points`;
    }),
    ...(others.length > 0 ? [`${others.join(', ')}: no significant effect`] : []),
  ].join('; ');
}

const formatCell = (cost: MeanEstimate | undefined): string =>
  cost === undefined ? '–' : `${formatAccuracyCost(cost)}${isSignificantEstimate(cost) ? '' : ', not significant'}`;

/** Lists the cells of a table of costs, heading first; the last column is omitted without doubled non-idealities. */
export function listAccuracyCostRows({ flaws, accuracy }: Pick<NonIdealityRanking, 'flaws' | 'accuracy'>): string[][] {
  const columnCount = flaws.some(({ doublingCost }) => doublingCost !== undefined) ? 4 : 3;
  return [
    ['non-ideality', 'cost (points)', 'accuracy without it (%)', 'cost of doubling it (points)'],
    ...flaws.map(({ name, cost, doublingCost }) => [
      name,
      formatCell(cost),
      (accuracy + cost.mean).toFixed(1),
      formatCell(doublingCost),
    ]),
  ].map((row) => row.slice(0, columnCount));
}

/** Lists remarks on a final ranking: no decision, and variants that cannot be trained. */
export const listRankingRemarks = ({ seedCount, isDecided, failures }: NonIdealityRanking): string[] => [
  ...(isDecided ? [] : [`The ${seedCount} seeds do not decide which non-ideality costs most.`]),
  ...failures.map(({ name, reason }) => `${name} cannot be trained: ${reason}`),
];
