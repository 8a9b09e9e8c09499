/** Many looks ahead in the kernel against single ones: the same bits of slack, and on the wheel the same time, with thresholds on either side of rest. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena } from '../../../core/kernels/arena.ts';
import { allocateRecords, PlasticRecord } from '../../../core/kernels/records.ts';
import { RandomStream } from '../../../core/random/random.ts';
import { Psp, StateScales } from '../../../neurons/lif/psp.ts';
import { VoltageBound } from '../../../neurons/lif/voltageBound.ts';
import { TimerWheel } from '../../../neurons/parts/timerWheel.ts';
import { atLeast, runs } from '../../support.ts';

const N = 40;
const NOW = 1.5;
const tau = fc.constantFrom(2, 5, 10, 20);

test('listed neurons', () => {
  let [soon, later, never] = [0, 0, 0];
  fc.assert(
    fc.property(tau, tau, tau, fc.nat(), (tauM, tauE, tauI, seed) => {
      const arena = new Arena();
      const stream = new RandomStream(seed, 'outlook');
      const [exc, inh] = [new Psp(tauE, tauM), new Psp(tauI, tauM)];
      const suspects = arena.u32(N);
      const outlook = new VoltageBound(1 / tauM, exc, inh, 0, arena);
      const within = stream.uniform() < 0.5 ? Infinity : 10 * stream.uniform();
      const [u, bar] = [arena.f64(4 * N), arena.f64(N)];
      const [wheel, expected] = [1, 2].map(() => new TimerWheel(N, outlook.minTimeBelow / 2, arena)) as [
        TimerWheel,
        TimerWheel,
      ];
      const crossings = arena.f64(N);
      for (let j = 0; j < N; j++) {
        const refractory = stream.uniform() < 0.1;
        u[4 * j] = refractory ? -Infinity : 5 * stream.normal();
        u[4 * j + 1] = 3 * stream.exponential();
        u[4 * j + 2] = stream.uniform() < 0.3 ? 0 : -stream.exponential();
        bar[j] = 12 * stream.uniform() - 3;
        crossings[j] = stream.uniform() < 0.9 ? Infinity : NOW;
        // Due, later, or not at all.
        const wake = [NOW, NOW + 3 * stream.uniform(), Infinity][j % 3]!;
        for (const one of [wheel, expected]) one.setTime(j, wake, NOW);
        suspects[j] = N - 1 - j;
      }
      const scales = new StateScales(1 / tauM, exc, inh);
      scales.computeScales(NOW, NOW);
      scales.writeVoltageRecord(outlook.tables.now);
      const slackBefore = Float64Array.from({ length: N }, (_, j) => u[4 * j + 3]!);
      const [record] = allocateRecords(arena, PlasticRecord, 1) as [PlasticRecord];
      const { tables } = outlook;
      Object.assign(record, {
        u,
        bar,
        candidates: suspects,
        crossings,
        checkEnd: NOW + within,
        ...tables,
        segmentCount: tables.starts.length,
        ...wheel.record,
      });
      const left = arena.kernels.checkCandidates(record, NOW, N);
      const needMore = new Set(suspects.subarray(0, left));
      assert.is(record.checkCount, N - left);
      for (let j = 0; j < N; j++) {
        const [m, e, i] = [u[4 * j]!, u[4 * j + 1]!, u[4 * j + 2]!];
        const p = m * scales.decayM + e * scales.shapeE + i * scales.shapeI;
        const free = m !== -Infinity && crossings[j] === Infinity;
        const sure = free && outlook.computeBound(0 - bar[j]!, p, e * scales.decayE, i * scales.decayI, 0, within);
        assert.is(needMore.has(j), !sure);
        assert.is(u[4 * j + 3], sure ? outlook.thresholdMargin : slackBefore[j]!);
        if (sure) {
          const time = NOW + outlook.timeBelow;
          if (expected.times[j]! <= NOW) expected.setTime(j, Infinity, NOW);
          if (time < Math.min(NOW + within, expected.times[j]!)) expected.setTime(j, time, NOW);
        }
        if (!sure) soon++;
        else if (outlook.timeBelow < Infinity) later++;
        else never++;
      }
      assert.equal(wheel.times, expected.times);
      const drained = (of: TimerWheel) => {
        const taken: string[] = [];
        for (let t = of.nextTime; t < Infinity; t = of.nextTime)
          for (let j = of.popDueNeuron(t); j >= 0; j = of.popDueNeuron(t)) taken.push(`${j} at ${t}`);
        return taken.sort();
      };
      assert.equal(drained(wheel), drained(expected));
    }),
    runs(200),
  );
  assert.ok(Math.min(soon, later, never) > atLeast(300), `${soon} soon, ${later} later, ${never} never`);
});

test.run();
