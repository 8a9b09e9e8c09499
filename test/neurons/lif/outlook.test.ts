/** Many looks ahead in the kernel against single ones: the same bits of time and slack, with thresholds on either side of rest. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena } from '../../../core/kernels/arena.ts';
import { Stream } from '../../../core/random/random.ts';
import { Outlook } from '../../../neurons/lif/outlook.ts';
import { Psp } from '../../../neurons/lif/psp.ts';
import { Scales } from '../../../neurons/lif/scales.ts';

const N = 40;
const tau = fc.constantFrom(2, 5, 10, 20);

test('listed neurons', () => {
  let [soon, later, never] = [0, 0, 0];
  fc.assert(
    fc.property(tau, tau, tau, fc.nat(), (tauM, tauE, tauI, seed) => {
      const arena = new Arena('auto');
      const stream = new Stream(seed, 'outlook');
      const [exc, inh] = [new Psp(tauE, tauM), new Psp(tauI, tauM)];
      const listed = arena.u32(N);
      const outlook = new Outlook(1 / tauM, exc, inh, 0, listed, arena);
      const within = stream.uniform() < 0.5 ? Infinity : 10 * stream.uniform();
      const [u, bar] = [arena.f64(4 * N), arena.f64(N)];
      for (let j = 0; j < N; j++) {
        const refractory = stream.uniform() < 0.1;
        u[4 * j] = refractory ? -Infinity : 5 * stream.normal();
        u[4 * j + 1] = 3 * stream.exponential();
        u[4 * j + 2] = stream.uniform() < 0.3 ? 0 : -stream.exponential();
        bar[j] = 12 * stream.uniform() - 3;
        listed[j] = N - 1 - j;
      }
      const scales = new Scales(1 / tauM, exc, inh);
      scales.set(1.5, 1.5);
      const slackBefore = Float64Array.from({ length: N }, (_, j) => u[4 * j + 3]!);
      const untils = outlook.lookAtListed(u, bar, N, scales, within);
      if (untils === null) throw new Error('no kernel');
      listed.forEach((j, k) => {
        const [m, e, i] = [u[4 * j]!, u[4 * j + 1]!, u[4 * j + 2]!];
        const p = m * scales.decayM + e * scales.shapeE + i * scales.shapeI;
        const sure = m !== -Infinity && outlook.look(0 - bar[j]!, p, e * scales.decayE, i * scales.decayI, 0, within);
        assert.is(untils[k], sure ? outlook.until : -1);
        assert.is(u[4 * j + 3], sure ? outlook.slack : slackBefore[j]!);
        if (!sure) soon++;
        else if (outlook.until < Infinity) later++;
        else never++;
      });
    }),
    { numRuns: 200 },
  );
  assert.ok(Math.min(soon, later, never) > 300, `${soon} soon, ${later} later, ${never} never`);
});

test.run();
