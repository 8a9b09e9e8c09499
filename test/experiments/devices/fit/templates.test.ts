/** `memspike device template`: each template imports and fits without options; draws and intervals of fits. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile } from 'simple-statistics';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { TEMPLATE_NAMES } from '../../../../experiments/devices/fit/templates.ts';
import { inProcess } from '../../cli/inProcess.ts';

const test = suite('templates');
const directory = mkdtempSync(join(tmpdir(), 'memspike-templates-'));
test.after(() => rmSync(directory, { recursive: true, force: true }));
const readFit = (name: string) => JSON.parse(readFileSync(join(directory, name, 'fit.json'), 'utf8'));
const readDeviceFile = (name: string) => parse(readFileSync(join(directory, name, 'device.yaml'), 'utf8'));

for (const kind of TEMPLATE_NAMES)
  test(`template ${kind} imports and fits without options, as the kind that it names`, async () => {
    const printed = await inProcess(directory, 'device', 'template', kind);
    const written = await inProcess(directory, 'device', 'template', kind, '--out', `${kind}.csv`);
    assert.is(written.status, 0, written.stderr);
    assert.is(readFileSync(join(directory, `${kind}.csv`), 'utf8'), printed.stdout);
    const fitted = await inProcess(directory, 'device', 'fit', `${kind}.csv`, '--out', kind);
    assert.is(fitted.status, 0, fitted.stderr);
    const fit = readFit(kind);
    assert.is(fit.kind ?? 'pulses', kind);
    assert.is(fit.quality.verdict, 'describes');
    assert.match(fit.repeat.inputs[0].sha256, /^[0-9a-f]{64}$/);
  });

test('draws of a fit have the intervals of its parameters as quantiles, and the device file has these intervals', () => {
  const { best, models, draws } = readFit('pulses');
  const { params, ci } = models[best];
  assert.ok(draws.length > 100);
  const derived: { parameter: string; interval?: (number | null)[] }[] = readDeviceFile('pulses').derived;
  for (const [name, value] of Object.entries<number>(params)) {
    const values = draws.map((draw: Record<string, number>) => draw[name]!);
    const [low, high] = ci[name];
    const interval = derived.find(({ parameter }) => parameter === `device.${name}`)!.interval!;
    for (const [i, end] of [low, high].entries()) {
      if (end === null) assert.is(interval[i], null);
      else assert.ok(Math.abs(interval[i]! - end) <= 1e-5 * Math.abs(end));
    }
    if (low === null || high === null || name === 'gMin') continue; // open end
    const width = high - low;
    for (const [q, end] of [
      [0.025, low],
      [0.5, value],
      [0.975, high],
    ])
      assert.ok(Math.abs(quantile(values, q) - end) < 0.02 * width, `${name} ${q}`);
  }
});

test('a later fit keeps the intervals of values that it does not change', async () => {
  const merged = await inProcess(
    directory,
    'device',
    'fit',
    'endurance.csv',
    '--onto',
    'pulses/device.yaml',
    '--out',
    'both',
  );
  assert.is(merged.status, 0, merged.stderr);
  const derived: { parameter: string; interval?: unknown }[] = readDeviceFile('both').derived;
  const find = (name: string) => derived.find(({ parameter }) => parameter === `device.${name}`);
  assert.equal(
    find('alphaUp'),
    readDeviceFile('pulses').derived.find((d: { parameter: string }) => d.parameter === 'device.alphaUp'),
  );
  assert.ok(find('endurance.wear')!.interval);
  const shown = await inProcess(directory, 'device', 'show', 'both/device.yaml');
  assert.match(shown.stdout, /device\.alphaUp .*95 % interval [\d.]+ to [\d.]+/);
});

test.run();
