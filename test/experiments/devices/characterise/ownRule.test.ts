/** The STDP window of a device file that has a rule of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { measureStdpWindow } from '../../../../experiments/devices/characterise/parts/stdpWindow.ts';
import { loadDevice } from '../../../../experiments/devices/load.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-own-rule-'));
test.after(() => rmSync(directory, { recursive: true }));

test("the STDP window is that of the device file's own rule, as far as its time constants reach", () => {
  const device = { model: 'softBound', gMin: 1e-6, gMax: 1e-5, etaUp: 0.05, etaDown: 0.08 };
  const rule = { model: 'pairStdp', aPlus: 0.5, aMinus: 0.25, tauPlus: 200, tauMinus: 100 };
  const file = join(directory, 'device.json');
  writeFileSync(file, JSON.stringify({ memspike: 1, device, rule }));
  const part = measureStdpWindow({ loaded: loadDevice(file), deviceCount: 1, seed: 1, pulseCount: 20 });
  if ('reason' in part) throw new Error(part.reason);
  assert.is(part.title, 'STDP window: learning rule of the device file: pairStdp');
  const [lags, change] = ['lag', 'change'].map((name) => part.columns[name]!.values) as [number[], number[]];
  assert.is(Math.max(...lags), 1000);
  lags.forEach((lag, i) => {
    const share = lag > 0 ? 0.05 * 0.5 * Math.exp(-lag / 200) : -0.08 * 0.25 * Math.exp(lag / 100);
    const expected = lag === 0 ? 0 : 9e-6 * 0.5 * share;
    assert.ok(Math.abs(change[i]! - expected) < 1e-18, `at ${lag} ms: ${change[i]}`);
  });
  assert.is(part.units?.['rule.tauPlus'], 'ms');
  const at10 = 4.5e-6 * 0.05 * 0.5 * Math.exp(-10 / 200);
  assert.ok(Math.abs(Number(part.summary.at10ms) / at10 - 1) < 1e-9, String(part.summary.at10ms));
});

test.run();
