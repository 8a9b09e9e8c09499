/** Ranking of non-idealities by cost: variants, sequential test, sentences, and refusals of `device flaws`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import { CounterRandom } from '../../core/random/random.ts';
import { listNonIdealities, type NonIdeality } from '../../experiments/compare/listNonIdealities.ts';
import { createNonIdealityChart } from '../../experiments/compare/nonIdealityChart.ts';
import {
  describeAccuracyCosts,
  listDeviceVariants,
  type NonIdealityRanking,
  rankNonIdealities,
  type VariantTraining,
} from '../../experiments/compare/rankNonIdealities.ts';
import { isSignificantEstimate } from '../../experiments/statistics/estimate.ts';
import { inProcess } from './cli/inProcess.ts';

const test = suite('flaws');
const directory = mkdtempSync(`${tmpdir()}/memspike-flaws-`);
test.after(() => rmSync(directory, { recursive: true, force: true }));

const device = { model: 'exponential' };
const createFlaw = (name: string): NonIdeality => ({ name, removed: device, doubled: device });
type Accuracy = (variant: string, seed: number) => number | UserError;

async function rank(names: readonly string[], accuracyOf: Accuracy, withDoubled = false) {
  const flaws = names.map(createFlaw);
  const looks: NonIdealityRanking[] = [];
  const trained: VariantTraining[] = [];
  const train = async (trainings: readonly VariantTraining[]) => {
    trained.push(...trainings);
    return trainings.map(({ variant, seed }) => accuracyOf(variant.name, seed));
  };
  const variants = listDeviceVariants(device, flaws, withDoubled);
  const ranking = (await rankNonIdealities(flaws, variants, train, (look) => looks.push(look)))!;
  return { ranking, looks, trained };
}

test('non-idealities of a device are removed and doubled', () => {
  const own = {
    ...device,
    cycleToCycle: 0.2,
    levels: { count: 32 },
    endurance: { cycles: 200, wear: 2 },
    deviceToDevice: 0,
  };
  const { levels: _levels, ...unlimited } = own;
  const { endurance: _endurance, ...lasting } = own;
  assert.equal(listNonIdealities(own, 'mine', ''), [
    {
      name: 'cycle-to-cycle variability',
      removed: { ...own, cycleToCycle: 0 },
      doubled: { ...own, cycleToCycle: 0.4 },
    },
    { name: 'number of levels', removed: unlimited, doubled: { ...own, levels: { count: 16 } } },
    { name: 'endurance', removed: lasting, doubled: { ...own, endurance: { cycles: 100, wear: 2 } } },
  ]);
  assert.throws(
    () => listNonIdealities(device, 'mine', 'add one'),
    /^mine has no non-idealities, so it has none to remove; add one\.$/,
  );
});

test('measured steps of a table device lose or double their scatter, not their mean', () => {
  const steps = {
    up: [
      [0, 0, 0.2],
      [1, 0, 0.1],
    ],
    down: [[0.5, -0.1]],
  };
  const [{ removed, doubled }] = listNonIdealities({ model: 'table', steps }, 'mine', '') as [NonIdeality];
  assert.equal(removed.steps, {
    up: [
      [0, 0.1, 0.1],
      [1, 0.05, 0.05],
    ],
    down: [[0.5, -0.1]],
  });
  assert.equal((doubled!.steps as typeof steps).down, [[0.5, -0.1]]);
  assert.ok(Math.abs((doubled!.steps as typeof steps).up[0]![2]! - 0.3) < 1e-12);
  const exact = { up: [[0, 0.1, 0.1]], down: [[0, -0.1]] };
  assert.throws(() => listNonIdealities({ model: 'table', steps: exact }, 'mine', ''), /none to remove/);
});

test('a clear cost stops at the first look, with the same seeds for all variants', async () => {
  const { ranking, trained } = await rank(
    ['big', 'small'],
    (variant, seed) =>
      60 + 7 * seed + ({ 'big: removed': 9 + 0.1 * seed, 'small: removed': 1 - 0.1 * seed }[variant] ?? 0),
  );
  assert.equal([ranking.seedCount, ranking.isDecided], [3, true]);
  assert.is(ranking.accuracy, 74);
  assert.equal(trained.map(({ variant, seed }) => `${variant.name} ${seed}`).slice(0, 4), [
    'unchanged 1',
    'unchanged 2',
    'unchanged 3',
    'big: removed 1',
  ]);
  assert.match(describeAccuracyCosts(ranking), /^big costs 9\.2 ± 0\.4 points; small costs 0\.8 ± 0\.4 points$/);
});

test('looks after 3, 6 and 10 seeds train the new seeds only; equal costs go to ten', async () => {
  const noise = [0, 2, -2, 1, -1, 2, -2, 1, -1, 0, 0];
  const { ranking, looks, trained } = await rank(['one', 'other'], (variant, seed) =>
    variant === 'unchanged' ? 80 : 80 + noise[variant === 'one: removed' ? seed : 11 - seed]!,
  );
  assert.equal(
    looks.map(({ seedCount }) => seedCount),
    [3, 6, 10],
  );
  assert.is(trained.length, 30);
  assert.is(new Set(trained.map(({ variant, seed }) => `${variant.name} ${seed}`)).size, 30);
  assert.not.ok(ranking.isDecided);
  assert.is(describeAccuracyCosts(ranking), 'one, other: no significant effect');
});

test('the direction of an effect is stated: removal that lowers accuracy improves nothing, doubling can cost', async () => {
  const effects: Record<string, number> = { 'useful: removed': -3, 'useful: doubled': -8, 'costly: removed': 5 };
  const { ranking } = await rank(
    ['useful', 'costly'],
    (variant, seed) => 70 + (effects[variant] ?? 0) + 0.01 * seed,
    true,
  );
  assert.is(
    describeAccuracyCosts(ranking),
    'costly costs 5.0 ± 0.0 points; useful improves accuracy by 3.0 ± 0.0 points',
  );
  const [costly, useful] = ranking.flaws;
  assert.ok(costly!.cost.mean > 4.9 && useful!.cost.mean < -2.9);
  assert.ok(Math.abs(useful!.doublingCost!.mean - 8) < 1e-9);
  const { rows } = createNonIdealityChart(ranking, { device: 'mine', neurons: 50, train: 3000 });
  assert.equal(
    rows.map(({ name }) => name),
    ['costly', 'costly doubled (ns)', 'useful', 'useful doubled'],
  );
});

test('a variant that cannot be trained is left out with its reason; without the device itself there is no ranking', async () => {
  const refused = new UserError('sd must be at most 1.');
  const { ranking, trained } = await rank(
    ['one'],
    (variant, seed) => (variant === 'one: doubled' ? refused : 80 - (seed % 2)),
    true,
  );
  assert.equal(ranking.failures, [{ name: 'one: doubled', reason: 'sd must be at most 1.' }]);
  assert.is(trained.filter(({ variant }) => variant.name === 'one: doubled').length, 3);
  try {
    await rank(['one'], (variant) => (variant === 'unchanged' ? refused : 80));
    assert.unreachable();
  } catch (error) {
    assert.is(error, refused);
  }
});

test('an interrupted training gives no ranking', async () => {
  const flaws = [createFlaw('one')];
  assert.is(await rankNonIdealities(flaws, listDeviceVariants(device, flaws, false), async () => null), null);
});

test('without an effect, at most 5 % of the comparisons find one at any look', async () => {
  const random = new CounterRandom(1, 'flaws');
  const REPEATS = 4000;
  let falsePositives = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const { looks } = await rank(['one'], (variant, seed) =>
      random.normal(2 * repeat + Number(variant === 'unchanged'), seed),
    );
    if (looks.some(({ flaws }) => isSignificantEstimate(flaws[0]!.cost))) falsePositives++;
  }
  const share = falsePositives / REPEATS;
  assert.ok(share <= 0.05 && share > 0.02, `${100 * share} %`); // with uncorrected intervals: 10 %
});

test('device flaws refuses a device without non-idealities and an unknown name', async () => {
  const ideal = await inProcess(directory, 'device', 'flaws', 'ideal', '--out', 'none');
  assert.is(ideal.status, 1);
  assert.match(ideal.stderr, /^memspike: ideal has no non-idealities, so it has none to remove; add one .*\.\n$/);
  const unknown = await inProcess(directory, 'device', 'flaws', 'ag-hfx-pt');
  assert.is(unknown.status, 2);
  assert.match(unknown.stderr, /did you mean "ag-hfox-pt"\?/);
});

test.run();
