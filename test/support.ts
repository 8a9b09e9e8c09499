/** Helpers of the tests: row sinks, options of properties, slow tests, and fixtures of other simulators. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Test } from 'uvu';
import type { Column, RowSink } from '../core/log/tables.ts';

/** Row sink that stores all rows. */
export class Rows implements RowSink {
  readonly rows: Record<string, number>[] = [];

  write(columns: Readonly<Record<string, Column>>, rows: number): void {
    for (let i = 0; i < rows; i++) {
      this.rows.push(Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[i]!])));
    }
  }

  column(name: string): number[] {
    return this.rows.map((row) => row[name]!);
  }
}

/** A test that needs a program or device. If `there` is false, the test counts as skipped and `run.ts` prints the reason `why`. */
export function testIf(there: boolean, name: string, why: string, test: Test, body: () => void | Promise<void>): void {
  if (there) test(name, body);
  else {
    console.log(`skipped: ${name}: ${why}`);
    test.skip(name, body);
  }
}

/** True in `npm test`: slow tests are left out and properties take few examples. False in `npm run test:all`. */
export const isShort = process.env.TESTS === 'short';
/** Share of the examples that properties take. */
const RUNS = Number(process.env.RUNS ?? (isShort ? 0.1 : 1));
/** Minimum number of examples of a property. */
const MIN_RUNS = 3;
/** Seed of all properties: fixed, so that every run tests the same examples; SEED=random draws others, SEED=n repeats them. */
const SEED = process.env.SEED === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(process.env.SEED ?? 1);

/** Options of a property with `fullCount` examples in `npm run test:all` and the share `RUNS` of them elsewhere. */
export const runs = (fullCount: number): { numRuns: number; seed: number } => ({
  numRuns: Math.max(Math.min(fullCount, MIN_RUNS), Math.round(fullCount * RUNS)),
  seed: SEED,
});

/** Minimum of a count that grows with the number of examples, as `runs` scales it: half its share in short runs. */
export const atLeast = (fullMinimum: number): number => (RUNS >= 1 ? fullMinimum : 0.5 * RUNS * fullMinimum);

/** A test that only `npm run test:all` runs. A comment at the call says which test represents it in `npm test`. */
export function slowTest(test: Test, name: string, body: () => void | Promise<void>): void {
  if (!isShort) test(name, body);
}

/** Path of a fixture under test/reference, for built tests and sources. */
export const referenceFile = (path: string): string =>
  fileURLToPath(new URL(`../../test/reference/${path}`, import.meta.url));

export function reference<T>(path: string): T {
  return JSON.parse(readFileSync(referenceFile(path), 'utf8')) as T;
}

/** Largest |a - b| over two lists of equal length. */
export function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - b[i]!)), 0);
}

/** Largest |a - b| / |b|. */
export function relativeDistance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - b[i]!) / Math.abs(b[i]!)), 0);
}
