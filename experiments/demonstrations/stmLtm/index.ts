/**
 * Rehearsal turns short-term memory into long-term memory: pulses every 2 s become permanent, pulses every 20 s do not, and
 * an array of 7 x 7 devices to which two digits were written in these two ways keeps the one and loses the other.
 * Source: Ohno et al., Nat. Mater. 10, 591 (2011), as told in Cao et al., Nanoscale Horiz. 2023, 8, 716.
 * Run: memspike demo stm-ltm --out DIR
 * Expect: at 2 s the state crosses the threshold of long-term memory at the fourth pulse, at 20 s it never does; both digits
 *         stand in the array after the last pulse, only '1' five minutes later.
 */
import { mean } from 'simple-statistics';
import { integer, number, object, PulseBench, stmLtm } from '../../index.ts';
import { curve, filmStrip } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { DIGITS, SIDE } from './digits.ts';

const SECOND = 1000; // ms
const INTERVALS = [0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 7, 10, 20, 40]; // s
const LOOKS = [0, 10, 20, 40, 80]; // s after the last pulse, before the end of the rest
const READABLE = 0.2; // share of the range above which a pixel is taken for on

const KEPT = [...DIGITS.one.keys()].filter((k) => DIGITS.one[k]);
const LOST = [...DIGITS.two.keys()].filter((k) => DIGITS.two[k] && !DIGITS.one[k]);
const BLANK = [...DIGITS.two.keys()].filter((k) => !DIGITS.two[k] && !DIGITS.one[k]);

interface Array7 {
  readonly pulses: number;
  readonly deviceToDevice: number;
  readonly seed: number;
}

const benchOf = (up: readonly (readonly number[])[], { deviceToDevice, seed }: Array7) =>
  new PulseBench({ device: stmLtm({ gMin: 0, deviceToDevice }), seed, up });

/** The last of `count` pulses comes at `end`. All in ms. */
const train = (count: number, interval: number, end: number) =>
  Array.from({ length: count }, (_, k) => end - (count - 1 - k) * interval);

/** State of one device just before and just after every pulse, and during the rest: the course of its conductance. */
function course(interval: number, rest: number, p: Array7): { readonly time: number; readonly state: number }[] {
  const pulses = train(p.pulses, interval * SECOND, (p.pulses - 1) * interval * SECOND);
  const last = pulses.at(-1)!;
  const step = last / 400;
  const fine = Array.from({ length: 400 }, (_, k) => (k + 1) * step);
  const after = Array.from({ length: 60 }, (_, k) => last + ((k + 1) / 60) * rest * SECOND);
  const bench = benchOf([pulses], { ...p, deviceToDevice: 0 });
  return [...new Set([...pulses, ...fine, ...after])]
    .sort((a, b) => a - b)
    .map((time) => {
      bench.runTo(time);
      return { time: time / SECOND, state: bench.weights()[0]! };
    });
}

/** What is left of pulses at each interval after the rest: mean over as many devices as the array has. */
function left(interval: number, rest: number, p: Array7): number {
  const last = (p.pulses - 1) * interval * SECOND;
  const bench = benchOf(
    Array.from({ length: SIDE * SIDE }, () => train(p.pulses, interval * SECOND, last)),
    p,
  );
  bench.runTo(last + rest * SECOND);
  return mean(bench.weights());
}

/** The array at each of these times after its last pulse, s. */
function array(fast: number, slow: number, times: readonly number[], p: Array7): number[][] {
  const last = (p.pulses - 1) * Math.max(slow, fast) * SECOND;
  const trains = DIGITS.one.map((one, k) => {
    if (one) return train(p.pulses, fast * SECOND, last);
    return DIGITS.two[k] ? train(p.pulses, slow * SECOND, last) : [];
  });
  const bench = benchOf(trains, p);
  return times.map((time) => {
    bench.runTo(last + time * SECOND);
    return bench.weights();
  });
}

const at = (states: readonly number[], pixels: readonly number[]) => mean(pixels.map((k) => states[k]!));
const readable = (states: readonly number[], pixels: readonly number[]) =>
  mean(pixels.map((k) => (states[k]! > READABLE ? 1 : 0)));

export default demonstration({
  name: 'stm-ltm',
  title: 'Rehearsal turns short-term memory into long-term memory',
  claim:
    'Pulses every 2 s change the conductance for good, pulses every 20 s only for a while: a 7 x 7 array memorises a 1 and a 2, and keeps the 1.',
  source: 'Ohno et al., Nat. Mater. 10, 591 (2011), in Cao et al., Nanoscale Horiz. 2023, 8, 716',
  parameters: object({
    fast: number({ default: 2, min: 0.1, unit: 's', help: 'interval of the pulses that write 1' }),
    slow: number({ default: 20, min: 0.1, unit: 's', help: 'interval of those that write 2' }),
    pulses: integer({ default: 20, min: 2, max: 1000, help: 'pulses a pixel' }),
    rest: number({ default: 300, min: 100, unit: 's', help: 'wait before what is left is read' }),
    deviceToDevice: number({ default: 0.1, min: 0, max: 1, help: 'relative sd of steps and largest conductances' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => 1 + seeds,
  async run(p, stage) {
    await stage.step('one device');
    const courses = [p.fast, p.slow].map((interval) => ({ interval, points: course(interval, 60, p) }));
    const times = [...LOOKS, p.rest];
    const runs = await perSeed(p, async (seed) => {
      await stage.step(`array, seed ${seed}`);
      const one = { ...p, seed };
      const film = array(p.fast, p.slow, times, one);
      return { seed, film, left: INTERVALS.map((interval) => left(interval, p.rest, one)) };
    });
    const film = (time: number) => runs.map((run) => run.film[times.indexOf(time)]!);
    const share = { unit: 'share of the range' };
    const pixels = { unit: 'share of pixels' };
    const seen = (time: number, of: readonly number[]) => film(time).map((states) => readable(states, of));
    return {
      figures: {
        'state of 1, at once': { ...share, values: film(0).map((s) => at(s, KEPT)) },
        'state of 2, at once': { ...share, values: film(0).map((s) => at(s, LOST)) },
        'state of 1, after the rest': { ...share, values: film(p.rest).map((s) => at(s, KEPT)) },
        'state of 2, after the rest': { ...share, values: film(p.rest).map((s) => at(s, LOST)) },
        'pixels of 1 that are readable, after the rest': { ...pixels, values: seen(p.rest, KEPT) },
        'pixels of 2 that are readable, after the rest': { ...pixels, values: seen(p.rest, LOST) },
      },
      expectations: {
        'both digits stand after the last pulse': mean([...seen(0, KEPT), ...seen(0, LOST)]) > 0.9,
        'nothing stands elsewhere': mean(seen(0, BLANK)) === 0,
        '1 is kept': mean(seen(p.rest, KEPT)) > 0.9,
        'control: 2, written ten times slower, is lost': mean(seen(p.rest, LOST)) < 0.1,
      },
      tables: {
        courses: tableOf(
          courses.flatMap(({ interval, points }) => points.map((point) => ({ interval, ...point }))),
          { interval: 's', time: 's', state: '1' },
        ),
        array: tableOf(
          runs.flatMap(({ seed, film }) =>
            film.flatMap((states, i) => states.map((state, pixel) => ({ seed, time: times[i]!, pixel, state }))),
          ),
          { seed: WHOLE, time: 's', pixel: WHOLE, state: '1' },
        ),
        intervals: tableOf(
          runs.flatMap(({ seed, left }) => INTERVALS.map((interval, i) => ({ seed, interval, left: left[i]! }))),
          { seed: WHOLE, interval: 's', left: '1' },
        ),
      },
      pictures: {
        array: filmStrip({
          title: `1 written by pulses every ${p.fast} s, 2 by pulses every ${p.slow} s`,
          subtitle: `${p.pulses} pulses a pixel; devices that differ by ${100 * p.deviceToDevice} %; time since the last pulse`,
          rows: runs.map((run) => ({
            label: `seed ${run.seed}`,
            frames: run.film.map((values) => ({ values, rows: SIDE, columns: SIDE })),
          })),
          moments: times.map((time) => `${time} s`),
          colours: { label: 'state', domain: [0, 1] },
        }),
        course: curve({
          title: 'One device under pulses of two intervals',
          subtitle: `${p.pulses} pulses, then no more`,
          x: { label: 'time (s)' },
          y: { label: 'state (share of the range)', domain: [0, 1] },
          series: courses.map(({ interval, points }) => ({
            name: `a pulse every ${interval} s`,
            points: points.map(({ time, state }) => ({ x: time, y: state })),
          })),
        }),
        intervals: curve({
          title: `What is left ${p.rest} s after ${p.pulses} pulses`,
          subtitle: `mean and sd of ${p.seeds} seeds, ${SIDE * SIDE} devices each`,
          x: { label: 'interval of the pulses (s)', log: true },
          y: { label: 'state (share of the range)', domain: [0, 1] },
          series: [
            {
              name: 'left after the rest',
              points: overSeedsAt(INTERVALS, (_, i) => runs.map((run) => run.left[i]!)),
            },
          ],
        }),
      },
    };
  },
});
