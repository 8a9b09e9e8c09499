/** Known models are found again in measurements made from them; the recursion is that of the devices. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fitPulses } from '../../../../experiments/devices/fit/statistics/fitPulses.ts';
import { STEP_FAMILY_NAMES } from '../../../../experiments/devices/fit/statistics/stepFamilies.ts';
import { isShort } from '../../../support.ts';
import { fitted, KNOWN, near } from './known.ts';
import { trainsOf } from './made.ts';

for (const { model, made, params } of KNOWN) {
  const how = made.continued ? ', each train going on from the last' : '';
  test(`${model} is found with 2 % noise of the value and of the range, 5 devices and 5 cycles${how}`, () => {
    for (const noise of isShort ? [{ relative: 0.02 }] : [{ relative: 0.02 }, { absolute: 0.02 }]) {
      for (const seed of isShort ? [1] : [1, 2]) {
        const { best, models, alike, spread, readNoise: reading } = fitted({ ...made, ...noise, seed });
        // A device whose cycles start at other levels each is not known by one curve from others that do as well.
        if (made.continued) assert.ok(best === model || model in alike, best);
        else assert.is(best, model);
        near(models[model].params, params, 0.05);
        for (const [name, ci] of Object.entries(models[model].ci)) {
          if (ci !== null)
            assert.ok(ci[0] <= models[model].params[name]! && models[model].params[name]! <= ci[1], name);
        }
        assert.is(reading.kind, Object.keys(noise)[0]);
        assert.equal(spread, { deviceToDevice: 0, cycleToCycle: 0 });
      }
    }
  });
}

test('a fit names its stages, so that long fits can report progress', () => {
  const stages: string[] = [];
  fitPulses(trainsOf({ ...KNOWN[0]!.made, relative: 0.02, seed: 1 }), (stage) => stages.push(stage));
  assert.equal(stages.slice(0, 2), ['fitting the models', 'estimating noise and variability']);
  assert.is(stages.length, 2 + STEP_FAMILY_NAMES.length);
});

test.run();
