/** Short- to long-term memory: two digits are written with different pulse intervals; only the digit with short intervals is kept. */
import { mean } from 'simple-statistics';
import { integer, number, PulseBench, stmLtm } from '../../index.ts';
import { filmStrip } from '../../look/plots/index.ts';
import { defineDemonstration, mapRange } from '../demonstration.ts';

const MS_PER_SECOND = 1000; // ms
const FRAME_TIMES = [0, 10, 20, 40, 80]; // s after the last pulse, before the end of the rest

const SIDE = 7;
const parsePixels = (...rows: readonly string[]): boolean[] => rows.flatMap((row) => [...row].map((c) => c === '#'));
const ONE = parsePixels('.......', '...#...', '..##...', '...#...', '...#...', '..###..', '.......');
const TWO = parsePixels('.......', '.####..', '.....#.', '...##..', '..#....', '.#####.', '.......');
const PIXELS = {
  '1': [...ONE.keys()].filter((k) => ONE[k]),
  '2': [...ONE.keys()].filter((k) => TWO[k] && !ONE[k]),
  none: [...ONE.keys()].filter((k) => !TWO[k] && !ONE[k]),
};
const ALL_PIXELS = ONE.map(() => true);
const SHOWN_PIXELS = { all: ALL_PIXELS, 'pixels of 1': ONE, 'pixels of 2': TWO };

const REST_TIME = 300; // s from the last pulse to the reading

const makeTrain = (count: number, interval: number, end: number) =>
  mapRange(count, (k) => end - (count - 1 - k) * interval);

/** Writes both digits with pulse intervals `fast` and `slow`, s. Returns the states at `times` (s) after the last pulse. */
function writeDigits(fast: number, slow: number, times: readonly number[], pulses: number, seed: number) {
  const last = (pulses - 1) * Math.max(slow, fast) * MS_PER_SECOND;
  const trains = ONE.map((isOne, k) => {
    if (isOne) return makeTrain(pulses, fast * MS_PER_SECOND, last);
    return TWO[k] ? makeTrain(pulses, slow * MS_PER_SECOND, last) : [];
  });
  const bench = new PulseBench({ device: stmLtm({ gMin: 0, deviceToDevice: 0.1 }), seed, up: trains });
  return times.map((time) => {
    bench.runTo(last + time * MS_PER_SECOND);
    return bench.weights();
  });
}

export default defineDemonstration({
  parameters: {
    fast: number({ default: 2, min: 0.1, unit: 's', help: 'interval between the pulses that write the digit 1' }),
    slow: number({ default: 20, min: 0.1, unit: 's', help: 'interval between the pulses that write the digit 2' }),
    pulses: integer({ default: 20, min: 2, max: 1000, help: 'number of pulses that write each pixel' }),
  },
  async simulate(p, context) {
    const times = [...FRAME_TIMES, REST_TIME];
    const { frames, states } = await context.measurePerSeed((seed) => {
      const frames = writeDigits(p.fast, p.slow, times, p.pulses, seed);
      const states = times.flatMap((time, i) =>
        Object.entries(PIXELS).map(([digit, pixels]) => {
          const values = pixels.map((k) => frames[i]![k]!);
          return { digit, time, state: mean(values), readable: mean(values.map((v) => Number(v > 0.2))) };
        }),
      );
      const intervals = [0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 7, 10, 20, 40].map((interval) => {
        const [left] = writeDigits(interval, interval, [REST_TIME], p.pulses, seed);
        return { interval, left: mean([...PIXELS['1'], ...PIXELS['2']].map((k) => left![k]!)) };
      });
      return { frames: { frames }, states, intervals };
    });
    const readable = (digit: string, time: number) => states.mean('readable', { digit, time });
    return {
      expectations: {
        'both digits are readable at once': states.mean('readable', { digit: ['1', '2'], time: 0 }) > 0.9,
        'no other pixel is readable': readable('none', 0) === 0,
        '1 is readable after the rest': readable('1', REST_TIME) > 0.9,
        'control: 2, written more slowly, is not readable after the rest': readable('2', REST_TIME) < 0.1,
      },
      pictures: {
        array: filmStrip({
          title: `1 written by pulses every ${p.fast} s, 2 by pulses every ${p.slow} s`,
          subtitle: `${p.pulses} pulses per pixel; time since the last pulse; white: other pixels, not shown`,
          rows: frames.rows.flatMap(({ seed, frames }, i) =>
            Object.entries(i === 0 ? SHOWN_PIXELS : { [`seed ${seed}`]: ALL_PIXELS }).map(([label, pixels]) => ({
              label: i === 0 ? `seed ${seed}, ${label}` : label,
              frames: frames.map((states) => {
                const values = states.map((state, k) => (pixels[k] ? state : Number.NaN));
                return { values, rows: SIDE, columns: SIDE };
              }),
            })),
          ),
          moments: times.map((time) => `${time} s`),
          colours: { label: 'state', domain: [0, 1] },
        }),
      },
    };
  },
});
