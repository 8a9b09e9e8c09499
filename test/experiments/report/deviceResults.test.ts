/** Pages on devices lead with what was found. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderCharacterisation, renderComparison } from '../../../experiments/report/deviceResults.ts';

const device = { energyPerImage: [2e-9, 4e-9], wornOut: [0, 1] };

test('devices compared: means over seeds, the most accurate first, assumed pulses marked', () => {
  const [answer] = renderComparison({
    seeds: 2,
    settings: { neurons: 50 },
    devices: [
      { ...device, name: 'worse', accuracy: [70, 72], assumed: { voltage: 1, time: 1e-7 } },
      { ...device, name: 'better', accuracy: [80, 83] },
      { ...device, name: 'none', accuracy: [10, 10], energyPerImage: [null, null] },
    ],
  });
  assert.match(answer!.body.html, /most accurate<\/dt><dd>better<\/dd><dd class="hint">81\.50 %, mean of 2 seeds/);
  const [, better, worse, none] = answer!.body.html.split('<tr>').slice(1);
  assert.match(
    better!,
    /better<\/th><td class="short">81\.50<\/td><td class="short">–<\/td><td class="short">3(\.0)? nJ<\/td><td class="short">50</,
  );
  assert.match(
    worse!,
    /71\.00<\/td><td>-10\.5 points \(95 % interval -16\.9 to -4\.1\)<\/td><td>3(\.0)? nJ, assumed 1 V, 100 ns</,
  );
  assert.match(none!, /10\.00<.*points.*<\/td><td class="short">–<\/td>/);
});

test('a device characterised: the figures of each part, and what was left out', () => {
  const sections = renderCharacterisation({
    parts: {
      pulses: {
        title: 'LTP and LTD',
        summary: { lowest: 1.23456e-6, traversed: 0.5, at10ms: null },
        summaryUnits: { lowest: 'S' },
      },
    },
    leftOut: { postTetanic: 'no short-term dynamics' },
  });
  assert.match(sections[0]!.body.html, /<h3>LTP and LTD<\/h3>.*lowest<\/th><td>1\.2 µS<.*traversed<\/th><td>0\.5</s);
  assert.not.match(sections[0]!.body.html, /at10ms/);
  assert.match(sections[1]!.body.html, /post tetanic<\/th><td>no short-term dynamics/);
});

test.run();
