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
  const { quality, plain } = fittedText(measured(made));
  assert.is(quality.verdict, 'describes', quality.reasons.join('; '));
  assert.ok(quality.rmse < 1.1 * plain && Math.abs(quality.rmse / quality.noiseFloor - 1) < 0.1);
});

test('an S-shape', () => {
  const s = (n: number) => 1 / (1 + Math.exp((30 - n) / 5));
  const noise = (n: number) => 2e-8 * Math.sin(1e4 * n * n);
  misses(
    changed((_, [, cycle, direction, n]) => {
      const at = Number(n);
      return 1e-6 + 9e-6 * (direction === 'up' ? s(at) : 1 - s(at)) + noise(at + 100 * Number(cycle));
    }),
    /S-shape upwards/,
  );
});

test('two ranges', () =>
  misses(
    changed((g, [, , direction]) => (direction === 'up' ? g : 20 * g)),
    /two ranges: trains down change the conductance \d+ times as much/,
  ));

test('a first pulse that takes most of the way', () =>
  misses(
    changed((g, [, , direction, n]) => (direction === 'up' ? g : 1.5e-6 + 5e-7 * Math.exp(-Number(n) / 30) + g * 1e-3)),
    /first pulse downwards/,
  ));

test('wear over cycles', () =>
  misses(
    changed((g, [, cycle]) => 1e-6 + (g - 1e-6) * (1 - 0.05 * Number(cycle)), measured({ ...made, cycles: 8 })),
    /wear over cycles: .* shrinks by/,
  ));

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

test('readings that drift are told as residuals that are alike, which the noise in the device file does not make', () => {
  const { quality } = fittedText(measured({ ...made, cycles: 1 }));
  assert.not.match(quality.reasons.join('; '), /are correlated/);
  let drift = 0;
  const slow = changed(
    (g, [, , , n]) => {
      drift = 0.8 * drift + 1e-7 * Math.sin(7 * Number(n) ** 2 + 1);
      return g + drift;
    },
    measured({ ...made, cycles: 1 }),
  );
  const found = fittedText(slow);
  assert.is(found.quality.verdict, 'describes', found.quality.reasons.join('; '));
  const alike = found.models[found.best].autocorrelation.toFixed(2);
  assert.match(
    found.quality.reasons.join('; '),
    new RegExp(
      `residuals of neighbouring pulses are correlated \\(autocorrelation ${alike}; .* the device file includes none of them`,
    ),
  );
});

test('one curve under two names is told as such', () => {
  const { best, alike } = fittedText(measured({ ...made, cycles: 6 }));
  assert.is(best, 'softBound');
  assert.ok(alike.power !== undefined && alike.neuroSim !== undefined, JSON.stringify(alike));
});

test.run();
