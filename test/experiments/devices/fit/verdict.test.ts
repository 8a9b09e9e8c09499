/** What no model describes is said to be missed, and where. */
// slow: statistics over many fits; fit.test.ts fits one per model in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fittedText } from './known.ts';
import { measured, softBoundStep } from './measured.ts';

const SOFT = softBoundStep(0.08, 0.08);
const made = { step: SOFT, pulses: [60, 60] as const, devices: 1, cycles: 2, absolute: 0.005, seed: 1 };

const misses = (text: string, where: RegExp) => {
  const { quality } = fittedText(text);
  assert.is(quality.verdict, 'misses', quality.reasons.join('; '));
  assert.match(quality.reasons.join('; '), where);
};

/** The file with conductances of downward trains changed. */
const changed = (to: (g: number, row: readonly string[]) => number, text = measured(made)) =>
  text
    .split('\n')
    .map((line, i) => {
      const row = line.split(',');
      return i === 0 || row.length < 5 ? line : [...row.slice(0, 4), to(Number(row[4]), row)].join(',');
    })
    .join('\n');

test('a model that made the readings describes them, with an rmse no larger than its noise', () => {
  const { quality, lowestRmse } = fittedText(measured(made));
  assert.is(quality.verdict, 'describes', quality.reasons.join('; '));
  assert.ok(quality.rmse < 1.1 * lowestRmse && Math.abs(quality.rmse / quality.noiseFloor - 1) < 0.1);
});

test('an S-shape', () => {
  const s = (n: number) => 1 / (1 + Math.exp((30 - n) / 5));
  const noise = (n: number) => 2e-8 * Math.sin(1e4 * n * n);
  misses(
    changed((_, [, cycle, direction, n]) => {
      const at = Number(n);
      return 1e-6 + 9e-6 * (direction === 'up' ? s(at) : 1 - s(at)) + noise(at + 100 * Number(cycle));
    }),
    /pulses \d+ to \d+ (up|down)wards: readings lie/,
  );
});

test('single outliers are named, and move neither parameters nor the verdict; rmse counts them', () => {
  const text = changed((g, [, cycle, direction, n]) => (`${cycle}${direction}${n}` === '1up30' ? 3e-6 : g));
  const { outliers, models, quality } = fittedText(text);
  assert.equal(
    outliers.map(({ cycle, direction, pulse, conductance }) => [cycle, direction, pulse, conductance]),
    [['1', 'up', 30, 3e-6]],
  );
  assert.ok(Math.abs(models.softBound.params.etaUp! / 0.08 - 1) < 0.03, `${models.softBound.params.etaUp}`);
  const without = fittedText(measured(made)).quality;
  assert.ok(quality.rmse > 2 * without.rmse);
});

test('one curve under two names is told as such', () => {
  const { best, alike } = fittedText(measured({ ...made, cycles: 6 }));
  assert.is(best, 'softBound');
  assert.ok(alike.power !== undefined && alike.neuroSim !== undefined, JSON.stringify(alike));
});

test.run();
