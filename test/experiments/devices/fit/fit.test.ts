/** Known models are found again in measurements made from them; the recursion is that of the devices. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fitted, KNOWN, near } from './known.ts';

for (const { model, made, params } of KNOWN) {
  const how = made.continued ? ', each train going on from the last' : '';
  test(`${model} is found with 2 % noise of the value and of the range, 5 devices and 5 cycles${how}`, () => {
    for (const noise of [{ relative: 0.02 }, { absolute: 0.02 }]) {
      for (const seed of [1, 2]) {
        const { best, models, spread, reading } = fitted({ ...made, ...noise, seed });
        assert.is(best, model);
        near(models[best].params, params, 0.05);
        for (const [name, [low, high]] of Object.entries(models[best].ci)) {
          assert.ok(low <= models[best].params[name]! && models[best].params[name]! <= high, name);
        }
        assert.is(reading.kind, Object.keys(noise)[0]);
        assert.equal(spread, { deviceToDevice: 0, cycleToCycle: 0 });
      }
    }
  });
}

test.run();
