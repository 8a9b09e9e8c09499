/** Pages on devices lead with what was found. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderCharacterisation } from '../../../experiments/report/deviceResults.ts';

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
