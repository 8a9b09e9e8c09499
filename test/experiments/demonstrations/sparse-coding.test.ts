/** A spiking network learns a dictionary and codes near its optimum; patches as atoms, wrong codes, no inhibition, or no step do worse. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  findOptimalSparseCode,
  makePatchDictionary,
  PATCH_PIXELS,
} from '../../../experiments/demonstrations/sparseCoding/lca.ts';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, neurons: 32, learn: 600, patches: 5 };

test('the learned code is near its optimum and sparser with lambda; controls are worse, and so is a dictionary without a step', async () => {
  const { figures } = await findingsOf('sparse-coding', SMALL);
  const value = (name: string) => figures[name]!.values[0]!;
  const error = (kind: string, lambda = 0.1) => value(`error, ${kind}, lambda ${lambda}`);
  assert.ok(Math.abs(error('learned') - error('its optimum')) < 0.05);
  assert.ok(value('active share, learned, lambda 0.3') < value('active share, learned, lambda 0.02'));
  assert.ok(error('learned', 0.3) > error('learned', 0.02));
  assert.ok(error('patches as atoms') > 1.2 * error('learned'));
  assert.ok(error('learned from codes of other patches') > 1.5 * error('learned'));
  assert.ok(error('no inhibition', 0.02) > 1.5 * error('learned', 0.02));
  const untaught = await findingsOf('sparse-coding', { ...SMALL, rate: 0, learn: 10 });
  assert.ok(untaught.figures['error, learned, lambda 0.1']!.values[0]! > 2 * error('learned'));
});

test('the optimum of atoms of any norm: what is left is orthogonal to active atoms but for lambda', () => {
  const atoms = Float64Array.from({ length: 2 * PATCH_PIXELS }, (_, k) => (k % 2 === 0 ? 0.2 : k % 4 === 3 ? 0.1 : 0));
  const patch = Float64Array.from({ length: PATCH_PIXELS }, (_, i) => (i % 2 ? 0.15 : 0.05));
  const code = findOptimalSparseCode(makePatchDictionary(atoms), patch, 0.01);
  for (const j of [0, 1]) {
    assert.ok(code[j]! > 0);
    const left = patch.reduce(
      (sum, x, i) => sum + (x - code[0]! * atoms[2 * i]! - code[1]! * atoms[2 * i + 1]!) * atoms[2 * i + j]!,
      0,
    );
    assert.ok(Math.abs(left - 0.01) < 1e-9);
  }
});

test.run();
