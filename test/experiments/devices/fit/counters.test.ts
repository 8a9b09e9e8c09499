/** Files as they come: few readings, no noise, and pulses counted in other ways. */
// slow: fits under three kinds of counters; fit.test.ts fits one per model in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fittedText, KNOWN, near } from './known.ts';
import { measured } from './measured.ts';

// One free-running curve stands for all cycles: of those that start at other levels each it is a mean, true to a few per cent.
test('without noise the parameters come out to 1e-4, of cycles that start elsewhere to 5 %, also from readings after every third pulse', () => {
  for (const { model, made, params } of KNOWN) {
    const [head, ...rows] = measured({ ...made, devices: 2, cycles: 2, seed: 1 })
      .trim()
      .split('\n');
    const third = rows.filter((row) => Number(row.split(',')[3]) % 3 === 0);
    const kept = model === 'softBound' && !made.continued ? third : rows;
    const { best, models, alike } = fittedText([head, ...kept].join('\n'));
    if (made.continued) assert.ok(best === model || model in alike, best);
    else assert.is(best, model);
    near(models[model].params, params, made.continued ? 0.05 : 1e-4);
  }
});

test('a counter that begins with 1 may count pulses or readings: the curves tell', () => {
  const text = measured({ ...KNOWN[1]!.made, relative: 0.01, seed: 4 });
  const counted = text.replace(/(up|down),(\d+),/g, (_, direction, n) => `${direction},${Number(n) + 1},`);
  const [head, ...rows] = text.trim().split('\n');
  const withoutStart = [head, ...rows.filter((row) => row.split(',')[3] !== '0')].join('\n');
  for (const content of [counted, withoutStart]) {
    const { best, models } = fittedText(content);
    assert.is(best, 'softBound');
    near(models.softBound.params, KNOWN[1]!.params, 0.05);
  }
});

test('a counter that goes on counting in the downward train', () => {
  const { made, params } = KNOWN[3]!;
  const last = made.pulses[0];
  const text = measured({ ...made, relative: 0.02, seed: 5 })
    .split('\n')
    .filter((row) => !row.includes(',down,0,'))
    .map((row) => row.replace(/,down,(\d+),/, (_, n) => `,down,${last + Number(n)},`))
    .join('\n');
  const { best, models } = fittedText(text);
  assert.is(best, 'neuroSim');
  near(models.neuroSim.params, params, 0.05);
});

test('trains of 99,000 pulses that are read ever more seldom are fitted in seconds', () => {
  const [eta, at] = [4e-5, [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 3e4, 5e4, 7e4, 99_000]];
  const left = (n: number) => (1 - eta) ** n;
  const rows = ['up', 'down'].flatMap((way) =>
    at.map((n) => `${way},${n},${way === 'up' ? 32 - 30 * left(n) : 2 + 30 * left(n)}`),
  );
  const before = process.cpuUsage();
  const { models } = fittedText(['direction,pulse,G (uS)', ...rows].join('\n'));
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 5e6, `${(user + system) / 1e6} s of processor time`);
  near(models.softBound.params, { etaUp: eta, etaDown: eta, gMin: 2e-6, gMax: 32e-6 }, 1e-3);
});

test.run();
