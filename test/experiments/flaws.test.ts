/** Costs of non-idealities: device variants, costs by hand, sentences, false positives, and names of replaced commands. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { CounterRandom } from '../../core/random/random.ts';
import { planVariants } from '../../experiments/compare/deviceVariants.ts';
import { findNonIdealities, type NonIdeality } from '../../experiments/compare/listNonIdealities.ts';
import {
  describeCosts,
  listCostRows,
  renderAccuracies,
  summariseAccuracies,
} from '../../experiments/compare/passportCosts.ts';
import { parseDeviceFile } from '../../experiments/devices/load.ts';
import { getModelsOfKind } from '../../experiments/network/models.ts';
import { inProcess } from './cli/inProcess.ts';

const test = suite('flaws');
const directory = mkdtempSync(`${tmpdir()}/memspike-flaws-`);
test.after(() => rmSync(directory, { recursive: true, force: true }));

const device = { model: 'exponential' };

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
  assert.equal(findNonIdealities(own), [
    {
      name: 'cycle-to-cycle variability',
      removed: { ...own, cycleToCycle: 0 },
      doubled: { ...own, cycleToCycle: 0.4 },
    },
    { name: 'number of levels', removed: unlimited, doubled: { ...own, levels: { count: 16 } } },
    { name: 'endurance', removed: lasting, doubled: { ...own, endurance: { cycles: 100, wear: 2 } } },
  ]);
  assert.equal(findNonIdealities(device), []);
});

test('each spread and noise of each device model is a non-ideality', () => {
  const listParameters = (name: string) =>
    Object.keys(toJsonSchema(getModelsOfKind('device')[name]!.declaration.params).properties!);
  let count = 0;
  for (const name of Object.keys(getModelsOfKind('device')))
    for (const key of listParameters(name).filter(
      (key) => /(Spread(Down)?|Noise)$/.test(key) && key !== 'proportionalNoise',
    )) {
      count++;
      const value = key === 'readNoise' ? { sd: 0.1 } : 0.1;
      assert.is(findNonIdealities({ model: name, [key]: value }).length, 1, `${key} of ${name}`);
    }
  assert.ok(count > 50, String(count));
});

test('measured steps of a table device lose or double their scatter, not their mean', () => {
  const steps = {
    up: [
      [0, 0, 0.2],
      [1, 0, 0.1],
    ],
    down: [[0.5, -0.1]],
  };
  const [{ removed, doubled }] = findNonIdealities({ model: 'table', steps }) as [NonIdeality];
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
  assert.equal(findNonIdealities({ model: 'table', steps: exact }), []);
});

test('variants: ideal, each alone, all but one, doubled, all; with the same seeds and the draw of each seed', () => {
  const file = {
    memspike: 1,
    device: { model: 'softBound', cycleToCycle: 0.2, readNoise: { sd: 0.1 }, readErrors: { rate: 0.6 } },
  };
  const settings = { neurons: 10, train: 100, test: 100, epochs: 1 };
  const loaded = parseDeviceFile(file, 'mine.yaml');
  const draws = [{ gMax: 1e-5 }, { gMax: 2e-5 }];
  const plan = (withFlaws: boolean) =>
    planVariants({ device: loaded, seeds: 3, withFlaws, withDoubled: true, settings }, draws);
  const { variants, failures } = plan(true);
  assert.equal(
    variants.map(({ name }) => name),
    [
      'ideal',
      ...['cycle-to-cycle variability', 'read noise', 'read errors'],
      ...['without cycle-to-cycle variability', 'without read noise', 'without read errors'],
      ...['cycle-to-cycle variability doubled', 'read noise doubled'],
      'all',
    ],
  );
  assert.is(failures.length, 1);
  assert.match(failures[0]!, /^read errors doubled: cannot be trained: .*rate/);
  for (const { configs } of variants) {
    assert.equal(
      configs.map(({ seed }) => seed),
      [1, 2, 3],
    );
    assert.equal(
      configs.map((config) => (config.device as { gMax?: number }).gMax),
      [1e-5, 2e-5, 1e-5],
    );
  }
  const find = (name: string) => variants.find((variant) => variant.name === name)!.device;
  const listFlaws = (name: string) => {
    const { cycleToCycle, readNoise, readErrors } = find(name) as typeof file.device;
    return [cycleToCycle, readNoise?.sd, readErrors?.rate];
  };
  assert.equal(listFlaws('ideal'), [0, undefined, undefined]);
  assert.equal(listFlaws('read noise'), [0, 0.1, undefined]);
  assert.equal(listFlaws('without read noise'), [0.2, undefined, 0.6]);
  assert.equal(listFlaws('all'), [0.2, 0.1, 0.6]);
  assert.equal(find('cycle-to-cycle variability doubled'), { ...loaded.device, cycleToCycle: 0.4 });
  assert.equal(
    plan(false).variants.map(({ name }) => name),
    ['ideal', 'all'],
  );
});

const result = (name: string, accuracy: number[], isAssumed = false) => ({
  name,
  accuracy,
  weightsSha256: [],
  isAssumed,
});
const protocol = { neurons: 50, train: 3000, test: 2000, epochs: 1, seeds: 3 };

test('costs alone, beside the others and of doubling are paired by seed; the direction of an effect is stated', () => {
  const costs = summariseAccuracies([
    result('ideal', [80, 84, 88]),
    result('useful', [83.1, 87, 90.9]),
    result('without useful', [70, 75, 80]),
    result('useful doubled', [74, 79, 84]),
    result('small', [79, 85, 88], true),
    result('without small', [76, 81, 86]),
    result('costly', [75.1, 79, 82.9]),
    result('without costly', [81, 85.9, 91.1]),
    result('all', [76, 81, 86]),
  ]);
  assert.equal(
    costs.flaws.map(({ name }) => name),
    ['costly', 'small', 'useful'],
  );
  const [costly, small, useful] = costs.flaws;
  assert.ok(Math.abs(costly!.cost - 5) < 1e-9 && Math.abs(costly!.without.cost - 5) < 1e-9);
  // Student's t for 2 degrees of freedom, 4.3027, times 0.1 / √3.
  assert.ok(Math.abs(costly!.interval![1] - costly!.cost - (4.3027 * 0.1) / Math.sqrt(3)) < 1e-4);
  assert.ok(Math.abs(small!.cost) < 1e-9 && small!.interval![0] < 0 && small!.isAssumed);
  assert.ok(Math.abs(useful!.cost + 3) < 1e-9 && Math.abs(useful!.without.cost + 6) < 1e-9);
  assert.ok(Math.abs(useful!.doubled!.cost - 2) < 1e-9);
  assert.is(
    describeCosts(costs),
    'costly costs 5.0 points (4.8 to 5.2); useful improves accuracy by 3.0 points (2.8 to 3.2); small: no significant effect',
  );
  const rows = listCostRows(costs);
  assert.equal(rows[0]!.slice(0, 5), [
    'non-ideality',
    'cost alone (points)',
    'accuracy (%)',
    'cost beside the others',
    'cost of doubling',
  ]);
  assert.equal(rows[3], ['useful', '-3.0 (-3.2 to -2.8)', '87.0', '-6.0 (-6.0 to -6.0)', '2.0 (2.0 to 2.0)', 'no']);
  assert.equal(rows[4]!.slice(0, 3), ['all', '3.0 (0.5 to 5.5)', '81.0']);
  const svg = renderAccuracies({ ...costs, protocol }, 'mine');
  for (const name of ['ideal', 'only costly', 'without useful', 'useful doubled', 'all non-idealities'])
    assert.ok(svg.includes(`>${name}<`), name);
  const brief = summariseAccuracies([result('ideal', [80]), result('all', [78])]);
  assert.equal([brief.flaws, brief.all.cost, brief.all.costInterval], [[], 2, null]);
  assert.is(listCostRows(brief).length, 2);
});

test('without an effect, about 5 % of the intervals exclude 0', () => {
  const random = new CounterRandom(1, 'flaws');
  const REPEATS = 4000;
  let falsePositives = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const draw = (k: number) => [0, 1, 2].map((seed) => random.normal(2 * repeat + k, seed));
    const [flaw] = summariseAccuracies([
      result('ideal', draw(0)),
      result('one', draw(1)),
      result('without one', [0]),
      result('all', [0]),
    ]).flaws;
    if (flaw!.interval![0] > 0 || flaw!.interval![1] < 0) falsePositives++;
  }
  const share = falsePositives / REPEATS;
  assert.ok(Math.abs(share - 0.05) < 4 * Math.sqrt((0.05 * 0.95) / REPEATS), `${100 * share} %`);
});

test('replaced commands name their replacement; an unknown device is refused', async () => {
  for (const [name, sentence] of [
    [
      'flaws',
      /^memspike: device flaws was replaced: `device passport NAME` gives the accuracy that each .* costs\.\n$/,
    ],
    ['compare', /^memspike: device compare was replaced: `device passport NAME NAME …` trains several devices .*\.\n$/],
  ] as const) {
    const { status, stderr } = await inProcess(directory, 'device', name, 'ag-hfox-pt');
    assert.is(status, 2);
    assert.match(stderr, sentence);
  }
  const unknown = await inProcess(directory, 'device', 'passport', 'ag-hfx-pt');
  assert.is(unknown.status, 2);
  assert.match(unknown.stderr, /did you mean "ag-hfox-pt"\?/);
});

test.run();
