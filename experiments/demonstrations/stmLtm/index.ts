/** An array of 7 × 7 devices gets two digits by pulses at two rates, keeps the first and loses the second. */
import { mean } from 'simple-statistics';
import { integer, number, object, PulseBench, stmLtm } from '../../index.ts';
import { curve, filmStrip } from '../../look/plots/index.ts';
import { defineDemonstration, listSeeds, measureSeeds, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, makeTable, ResultGrid, WHOLE } from '../findings.ts';

const SECOND = 1000; // ms
const INTERVALS = [0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 7, 10, 20, 40]; // s
const FRAME_TIMES = [0, 10, 20, 40, 80]; // s after the last pulse, before the end of the rest
const READABLE = 0.2; // smallest state of a pixel that is on, share of the range

const SIDE = 7;
const parsePixels = (...rows: readonly string[]): boolean[] => rows.flatMap((row) => [...row].map((c) => c === '#'));
const ONE = parsePixels('.......', '...#...', '..##...', '...#...', '...#...', '..###..', '.......');
const TWO = parsePixels('.......', '.####..', '.....#.', '...##..', '..#....', '.#####.', '.......');
const PIXELS = [...ONE.keys()];
const ONE_PIXELS = PIXELS.filter((k) => ONE[k]);
const TWO_PIXELS = PIXELS.filter((k) => TWO[k] && !ONE[k]);
const BLANK_PIXELS = PIXELS.filter((k) => !TWO[k] && !ONE[k]);

type Devices = Readonly<Record<'pulses' | 'deviceToDevice' | 'seed', number>>;

const makeBench = (up: readonly (readonly number[])[], { deviceToDevice, seed }: Devices) =>
  new PulseBench({ device: stmLtm({ gMin: 0, deviceToDevice }), seed, up });

/** Train of `count` pulses, the last at `end`, ms. */
const makeTrain = (count: number, interval: number, end: number) =>
  Array.from({ length: count }, (_, k) => end - (count - 1 - k) * interval);

/** States of one device over time (s), in the train and in the rest after it. */
function traceDevice(interval: number, rest: number, p: Devices): { readonly time: number; readonly state: number }[] {
  const pulses = makeTrain(p.pulses, interval * SECOND, (p.pulses - 1) * interval * SECOND);
  const last = pulses.at(-1)!;
  const step = last / 400;
  const fine = Array.from({ length: 400 }, (_, k) => (k + 1) * step);
  const after = Array.from({ length: 60 }, (_, k) => last + ((k + 1) / 60) * rest * SECOND);
  const bench = makeBench([pulses], { ...p, deviceToDevice: 0 });
  const times = [...new Set([...pulses, ...fine, ...after])].sort((a, b) => a - b);
  return times.map((time) => {
    bench.runTo(time);
    return { time: time / SECOND, state: bench.weights()[0]! };
  });
}

/** Mean state of an array after pulses at this interval and the rest (s). */
function measureRemainder(interval: number, rest: number, p: Devices): number {
  const last = (p.pulses - 1) * interval * SECOND;
  const train = makeTrain(p.pulses, interval * SECOND, last);
  const bench = makeBench(
    PIXELS.map(() => train),
    p,
  );
  bench.runTo(last + rest * SECOND);
  return mean(bench.weights());
}

/** States of the array with both digits at times (s) after its last pulse. */
function writeDigits(fast: number, slow: number, times: readonly number[], p: Devices): number[][] {
  const last = (p.pulses - 1) * Math.max(slow, fast) * SECOND;
  const trains = PIXELS.map((k) => {
    if (ONE[k]) return makeTrain(p.pulses, fast * SECOND, last);
    return TWO[k] ? makeTrain(p.pulses, slow * SECOND, last) : [];
  });
  const bench = makeBench(trains, p);
  return times.map((time) => {
    bench.runTo(last + time * SECOND);
    return bench.weights();
  });
}

const meanState = (states: readonly number[], pixels: readonly number[]) => mean(pixels.map((k) => states[k]!));
const readableShare = (states: readonly number[], pixels: readonly number[]) =>
  mean(pixels.map((k) => (states[k]! > READABLE ? 1 : 0)));

export default defineDemonstration({
  name: 'stm-ltm',
  title: 'Rehearsal turns short-term memory into long-term memory',
  claim:
    'Pulses every 2 s change the conductance for good, pulses every 20 s only for a while: a 7 x 7 array memorises a 1 and a 2, and keeps the 1.',
  source: 'Ohno et al., Nat. Mater. 10, 591 (2011), in Cao et al., Nanoscale Horiz. 2023, 8, 716',
  parameters: object({
    fast: number({ default: 2, min: 0.1, unit: 's', help: 'interval of the pulses that write 1' }),
    slow: number({ default: 20, min: 0.1, unit: 's', help: 'interval of the pulses that write 2' }),
    pulses: integer({ default: 20, min: 2, max: 1000, help: 'number of pulses per pixel' }),
    rest: number({ default: 300, min: 100, unit: 's', help: 'time from the last pulse to the reading' }),
    deviceToDevice: number({ default: 0.1, min: 0, max: 1, help: 'relative sd of steps and largest conductances' }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    await context.step('one device');
    const courses = new ResultGrid(
      [p.fast, p.slow].flatMap((interval) => traceDevice(interval, 60, p).map((point) => ({ interval, ...point }))),
    );
    const times = [...FRAME_TIMES, p.rest];
    const { frames, remainders } = await measureSeeds(p, context, async (seed) => {
      await context.step('array');
      const devices = { ...p, seed };
      const states = writeDigits(p.fast, p.slow, times, devices);
      const remainders = INTERVALS.map((interval) => {
        return { interval, left: measureRemainder(interval, p.rest, devices) };
      });
      return { frames: times.map((time, i) => ({ time, states: states[i]! })), remainders };
    });
    const states = (time: number, pixels: readonly number[]) =>
      frames.values((frame) => meanState(frame.states, pixels), { time });
    const readable = (time: number, pixels: readonly number[]) =>
      frames.values((frame) => readableShare(frame.states, pixels), { time });
    const share = inUnit('share of the range');
    const pixelShare = inUnit('share of pixels');
    return {
      figures: {
        'state of 1, at once': share(states(0, ONE_PIXELS)),
        'state of 2, at once': share(states(0, TWO_PIXELS)),
        'state of 1, after the rest': share(states(p.rest, ONE_PIXELS)),
        'state of 2, after the rest': share(states(p.rest, TWO_PIXELS)),
        'pixels of 1 that are readable, after the rest': pixelShare(readable(p.rest, ONE_PIXELS)),
        'pixels of 2 that are readable, after the rest': pixelShare(readable(p.rest, TWO_PIXELS)),
      },
      expectations: {
        'both digits are readable at once': mean([...readable(0, ONE_PIXELS), ...readable(0, TWO_PIXELS)]) > 0.9,
        'no other pixel is readable': mean(readable(0, BLANK_PIXELS)) === 0,
        '1 is readable after the rest': mean(readable(p.rest, ONE_PIXELS)) > 0.9,
        'control: 2, written more slowly, is not readable after the rest': mean(readable(p.rest, TWO_PIXELS)) < 0.1,
      },
      tables: {
        courses: courses.table({ interval: 's', time: 's' }),
        array: makeTable(
          frames.rows.flatMap(({ seed, time, states }) => states.map((state, pixel) => ({ seed, time, pixel, state }))),
          { time: 's', pixel: WHOLE },
        ),
        intervals: remainders.table({ interval: 's' }),
      },
      pictures: {
        array: filmStrip({
          title: `1 written by pulses every ${p.fast} s, 2 by pulses every ${p.slow} s`,
          subtitle: `${p.pulses} pulses a pixel; devices that differ by ${100 * p.deviceToDevice} %; time since the last pulse`,
          rows: listSeeds(p).map((seed) => ({
            label: `seed ${seed}`,
            frames: frames.select({ seed }).map(({ states }) => ({ values: states, rows: SIDE, columns: SIDE })),
          })),
          moments: times.map((time) => `${time} s`),
          colours: { label: 'state', domain: [0, 1] },
        }),
        course: curve({
          title: 'One device under pulses of two intervals',
          subtitle: `${p.pulses} pulses, then no more`,
          x: { label: 'time (s)' },
          y: { label: 'state (share of the range)', domain: [0, 1] },
          series: [p.fast, p.slow].map((interval) =>
            courses.line(`a pulse every ${interval} s`, 'time', 'state', { interval }),
          ),
        }),
        intervals: curve({
          title: `What is left ${p.rest} s after ${p.pulses} pulses`,
          subtitle: `mean and sd of ${p.seeds} seeds, ${SIDE * SIDE} devices each`,
          x: { label: 'interval of the pulses (s)', log: true },
          y: { label: 'state (share of the range)', domain: [0, 1] },
          series: [remainders.line('left after the rest', 'interval', 'left')],
        }),
      },
    };
  },
});
