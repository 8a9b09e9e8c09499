/**
 * Measures accuracy against device-to-device variability, and writes experiments/lab/site/spread.json:
 *   node dist/experiments/lab/spreadTable.js
 */
import { writeFileSync } from 'node:fs';
import { resolvePackagePath } from '../shipped.ts';
import { estimateMean, estimatePairedDifference } from '../statistics/estimate.ts';
import { measureAccuracyPerSeed, VARIABILITY_TRAINING_SETTINGS, type VariabilityTable } from './spread.ts';

/** Device-to-device variabilities, %. */
const SPREADS = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

const { signal } = new AbortController();
const runs: { readonly spread: number; readonly accuracies: number[] }[] = [];
for (const spread of SPREADS) {
  const accuracies: number[] = [];
  await measureAccuracyPerSeed(
    { spread, seeds: SEEDS },
    { send: (accuracy) => accuracies.push(accuracy as number), signal },
  );
  runs.push({ spread, accuracies });
  console.log(`${spread} %: ${accuracies.join(', ')}`);
}
/** Costs are paired by seed with the runs without variability. */
const rows = runs.map(({ spread, accuracies }) => ({
  spread,
  accuracies,
  accuracy: estimateMean(accuracies),
  cost: estimatePairedDifference(runs[0]!.accuracies, accuracies),
}));
const table: VariabilityTable = { ...VARIABILITY_TRAINING_SETTINGS, rows };
writeFileSync(resolvePackagePath('experiments/lab/site/spread.json'), `${JSON.stringify(table)}\n`);
