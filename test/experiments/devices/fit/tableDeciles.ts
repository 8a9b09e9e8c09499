/**
 * What is read of tables against the measurements that they are of, by deciles of the conductance. Run by itself it says so of files:
 * `node dist/test/experiments/devices/fit/tableDeciles.js FILE…`.
 */
import { pathToFileURL } from 'node:url';
import { mean, quantileSorted, standardDeviation } from 'simple-statistics';
import { CounterRandom } from '../../../../core/random/random.ts';
import { readPulses } from '../../../../experiments/devices/fit/import/measurement.ts';
import { DIRECTIONS, type Train } from '../../../../experiments/devices/fit/import/trains.ts';
import { fitStepTable, simulateWithStepTable } from '../../../../experiments/devices/fit/table/fitStepTable.ts';

export const momentsOf = (changes: readonly number[]) => ({
  mean: mean([...changes]),
  sd: standardDeviation([...changes]),
});

/** Changes between successive readings by direction and decile of the measured readings; the outer deciles are open. */
export function decileChanges(measured: readonly Train[], simulated: readonly Train[]) {
  return DIRECTIONS.flatMap((direction) => {
    const [own, made] = [measured, simulated].map((trains) =>
      trains
        .filter((t) => t.direction === direction)
        .flatMap(({ conductance: g }) => g.slice(1).map((next, i) => ({ from: g[i]!, by: next - g[i]! }))),
    );
    if (own!.length === 0) return [];
    const sorted = own!.map(({ from }) => from).sort((a, b) => a - b);
    const ends = Array.from({ length: 9 }, (_, k) => quantileSorted(sorted, (k + 1) / 10));
    const within = (list: typeof own, k: number) =>
      list!.filter(({ from }) => ends.filter((end) => from >= end).length === k).map(({ by }) => by);
    return Array.from({ length: 10 }, (_, k) => ({ direction, measured: within(own, k), simulated: within(made, k) }));
  });
}

const random = new CounterRandom(1, 'table test');
let draws = 0;
/** Three standard errors of mean and sd, by bootstrap; or a tenth of the sd where that is more. */
function tolerances(list: readonly number[]): [number, number] {
  const found = Array.from({ length: 200 }, () =>
    momentsOf(list.map(() => list[Math.floor(random.uniform(1, draws++) * list.length)]!)),
  );
  const { sd } = momentsOf(list);
  const error = (of: readonly number[]) => Math.max(3 * momentsOf(of).sd, 0.1 * sd);
  return [error(found.map((m) => m.mean)), error(found.map((m) => m.sd))];
}

const LEAST = 30;

/** Means and sds that were compared, of deciles with 30 changes or more, and those that lie outside. */
export function missed(trains: readonly Train[], simulations: number): { compared: number; off: string[] } {
  const fit = fitStepTable(trains);
  const simulated = Array.from({ length: simulations }, (_, k) => simulateWithStepTable(trains, fit, k)).flat();
  const deciles = decileChanges(trains, simulated).map((d, k) => ({ ...d, k: (k % 10) + 1 }));
  const enough = deciles.filter(({ measured }) => measured.length >= LEAST);
  const off = enough.flatMap((d) => {
    const [a, b] = [momentsOf(d.measured), momentsOf(d.simulated)];
    const tolerance = tolerances(d.measured);
    return (['mean', 'sd'] as const).flatMap((what, i) =>
      Math.abs(a[what] - b[what]) <= tolerance[i]!
        ? []
        : [
            `${d.direction} decile ${d.k} ${what} ${a[what].toPrecision(3)}, simulated ${b[what].toPrecision(3)}, within ${tolerance[i]!.toPrecision(2)}`,
          ],
    );
  });
  return { compared: 2 * enough.length, off };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const file of process.argv.slice(2)) {
    const { compared, off } = missed(readPulses(file), 40);
    console.log(`${file}: ${compared - off.length} of ${compared}${off.map((one) => `\n  ${one}`).join('')}`);
  }
