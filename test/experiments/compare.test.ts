/** Ranking of compared devices. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { meanOfKnown, rankDevices, selectAccuracies } from '../../experiments/compare/compared.ts';
import { renderComparison } from '../../experiments/report/deviceResults.ts';

const recipe = (accuracy: number[]) => ({ accuracy, energyPerImage: [1e-9, 1e-9], wornOut: [0, 0] });
const plain = { name: 'plain', ...recipe([80, 82]) };
/** Below `plain` with the common recipe, above it with its own. */
const tuned = { name: 'tuned', ...recipe([70, 71]), tuned: recipe([85, 88]) };

test('a device with a recipe of its own is ranked by that recipe, with paired differences', () => {
  const [first, second] = rankDevices([plain, tuned]);
  assert.equal([first!.name, second!.name], ['tuned', 'plain']);
  assert.equal(selectAccuracies(tuned), [85, 88]);
  assert.is(first!.gain!.mean, 16); // mean of 85 - 70 and 88 - 71
  assert.is(first!.belowBest.mean, 0);
  assert.is(second!.belowBest.mean, -5.5); // mean of 80 - 85 and 82 - 88
  assert.not.ok('gain' in second!);
});

test('the report of a comparison gives the accuracy of the recipe of the device', () => {
  const [answer] = renderComparison({ seeds: 2, settings: { neurons: 50 }, devices: [plain, tuned] });
  assert.match(answer!.body.html, /most accurate<\/dt><dd>tuned<\/dd><dd class="hint">86\.50 %/);
});

test('the mean of known values leaves out unknown ones, and there is none of none', () => {
  assert.is(meanOfKnown([1, null, 3]), 2);
  assert.is(meanOfKnown([null]), null);
});

test.run();
