/** Two random rows of the lab's table of device spread, with two random seeds each. */
// slow: trains four networks
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measureAccuracyPerSeed, type VariabilityTable } from '../../../experiments/lab/spread.ts';
import { resolvePackagePath } from '../../../experiments/shipped.ts';

const test = suite('table of device spread');

test('runs give the accuracies of the table', async () => {
  const { rows } = JSON.parse(
    readFileSync(resolvePackagePath('experiments/lab/site/spread.json'), 'utf8'),
  ) as VariabilityTable;
  const pick = (count: number) => Math.floor(count * Math.random());
  for (let k = 0; k < 2; k++) {
    const { spread, accuracies } = rows[pick(rows.length)]!;
    const seeds = [1 + pick(accuracies.length), 1 + pick(accuracies.length)];
    const found: unknown[] = [];
    const { signal } = new AbortController();
    await measureAccuracyPerSeed({ spread, seeds }, { send: (accuracy) => found.push(accuracy), signal });
    assert.equal(
      found,
      seeds.map((seed) => accuracies[seed - 1]),
      `spread ${spread} %, seeds ${seeds}`,
    );
  }
});

test.run();
