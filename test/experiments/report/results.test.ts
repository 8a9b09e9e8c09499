/** Reports of demonstrations: values that a run does not have are left out, never counted as 0. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { renderResultsReport } from '../../../experiments/report/results.ts';

const test = suite('reports of demonstrations');
const directory = mkdtempSync(join(tmpdir(), 'memspike-results-'));
test.after(() => rmSync(directory, { recursive: true }));

test('a mean that is null is a dash, and values that are null are not part of an interval', () => {
  const figures = {
    'without a value': { mean: null, sd: null, unit: '%', values: [null] },
    'two of three': { mean: 4, sd: 2, unit: 'points', values: [2, null, 6] },
  };
  const run = { demonstration: 'a', title: 'A', claim: 'b', source: 'c', figures, expectations: [] };
  writeFileSync(join(directory, 'run.json'), JSON.stringify(run));
  const { pageText: text } = renderResultsReport(directory, 'run.json');
  assert.match(text, /without a value<\/dt><dd>–<\/dd>/);
  // t(0.975, 1) · sd / √2 = 12.706 · 2.828 / 1.414 = 25.4
  assert.match(
    text,
    /two of three<\/dt><dd>4[.0]*<\/dd><dd class="hint">\+4[.0]* points \(95 % interval -21\.4\d? to 29\.4\d?\)/,
  );
});

test('a figure without a unit has none, and its standard deviation is written without "1"', () => {
  const figures = { error: { mean: 0.01, sd: 0.001698, unit: '1', values: [0.009, 0.011] } };
  const run = { demonstration: 'a', title: 'A', claim: 'b', source: 'c', figures, expectations: [] };
  writeFileSync(join(directory, 'run.json'), JSON.stringify(run));
  const { pageText: text } = renderResultsReport(directory, 'run.json');
  assert.match(text, /<dd>0\.01<\/dd><dd class="hint">± 0\.001698<\/dd>/);
});

test.run();
