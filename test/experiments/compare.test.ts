/** Ranking of compared devices. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { averageNonNull, rankDevices } from '../../experiments/compare/rankDevices.ts';
import { renderComparison as drawComparison } from '../../experiments/compare/renderComparison.ts';
import { renderComparison } from '../../experiments/report/deviceResults.ts';
import { adaptSettingsToDevice } from '../../experiments/training/unsupervised/recipes.ts';

const result = (accuracy: number[]) => ({ accuracy, energyPerImage: [1e-9, 1e-9], wornOut: [0, 0] });
const worse = { name: 'worse', ...result([80, 82]) };
const better = { name: 'better', ...result([85, 88]) };

test('devices are ranked by accuracy, with paired differences', () => {
  const [first, second] = rankDevices([worse, better]);
  assert.equal([first!.name, second!.name], ['better', 'worse']);
  assert.is(first!.belowBest.mean, 0);
  assert.is(second!.belowBest.mean, -5.5); // mean of 80 - 85 and 82 - 88
});

test('the report of a comparison names the most accurate device', () => {
  const [answer] = renderComparison({ seeds: 2, settings: { neurons: 50 }, devices: [worse, better] });
  assert.match(answer!.body.html, /most accurate<\/dt><dd>better<\/dd><dd class="hint">86\.50 %/);
});

test('the mean of known values leaves out unknown ones, and there is none of none', () => {
  assert.is(averageNonNull([1, null, 3]), 2);
  assert.is(averageNonNull([null]), null);
});

test('the picture speaks of the review only if a device has values of its table', () => {
  const own = { structure: 'pulses.csv', onOffRatio: null, endurance: null };
  const settings = { neurons: 50, epochs: 1, seeds: 2 };
  const ranked = rankDevices([worse, better]).map((one) => ({ ...one, ...own }));
  assert.not.match(drawComparison(ranked, settings), /review/);
  const reviewed = ranked.map((one) => ({ ...one, endurance: 1e5 }));
  assert.match(drawComparison(reviewed, settings), /review/);
});

test('only models with conductances get a weight at gMax', () => {
  const recipe = { neuron: { threshold: 1 }, rule: { model: 'postTriggered' } };
  const adapt = (device: { model: string }) => adaptSettingsToDevice(recipe, { device, shortTerm: null }).device;
  assert.equal(adapt({ model: 'ideal', wMax: 1 } as never), { model: 'ideal', wMax: 1 });
  assert.equal(adapt({ model: 'linear', gMax: 1 } as never), { model: 'linear', gMax: 1, weightAtGMax: 1 });
});

test.run();
