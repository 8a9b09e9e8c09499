/** A spiking network finds a sparse code near the optimum; lambda makes it sparser, and without inhibition it is worse. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

test('the code is near the optimum and gets sparser with lambda; without inhibition or on bad devices it is not', async () => {
  const small = { seeds: 1, neurons: 128, patches: 5 };
  const { figures } = await findingsOf('sparse-coding', small);
  const value = (name: string) => figures[name]!.values[0]!;
  assert.ok(Math.abs(value('error, lambda 0.1') - value('error of the optimum, lambda 0.1')) < 0.05);
  assert.ok(value('active share, lambda 0.3') < value('active share, lambda 0.02'));
  assert.ok(value('error, lambda 0.3') > value('error, lambda 0.02'));
  assert.ok(value('error without inhibition, lambda 0.02') > 1.5 * value('error, lambda 0.02'));
  assert.ok(value('active share without inhibition, lambda 0.02') > 3 * value('active share, lambda 0.02'));
  const bad = await findingsOf('sparse-coding', { ...small, noise: 0.2 });
  assert.ok(bad.figures['error, lambda 0.02']!.values[0]! > 2 * value('error, lambda 0.02'));
});

test.run();
