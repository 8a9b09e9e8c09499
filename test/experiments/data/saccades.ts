/** Recordings in the format of N-MNIST, made from digits: a sensor that reports changes of brightness moves over each by three saccades. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '../../../core/random/random.ts';
import type { LabelledImages } from '../../../experiments/data/dataSet.ts';

export const SENSOR = 34;
/** Corners of the path, pixels, as N-MNIST's sensor went: back at the first after three saccades. */
const CORNERS = [
  [0, -2],
  [2, 2],
  [-2, 2],
  [0, -2],
] as const;
const SACCADE_US = 100_000;
const STEPS = 20;
/** Change of the logarithm of brightness at which a pixel sends an event. */
const CONTRAST = 0.5;
const DARK = 0.1;
/** Events of noise in a recording. */
const NOISE = 30;

export interface TestEvent {
  readonly x: number;
  readonly y: number;
  readonly on: boolean;
  readonly us: number;
}

/** Five bytes an event: x, y, polarity and 23 bits of µs, big endian. */
export const binOf = (events: readonly TestEvent[]): Uint8Array =>
  Uint8Array.from(
    events.flatMap(({ x, y, on, us }) => [x, y, (on ? 0x80 : 0) | (us >> 16), (us >> 8) & 255, us & 255]),
  );

/** What the sensor reports of an image, in order of time. */
export function eventsOf(image: Uint8Array, rows: number, columns: number, stream: RandomStream): TestEvent[] {
  const grey = (y: number, x: number) =>
    y < 0 || x < 0 || y >= rows || x >= columns ? 0 : image[y * columns + x]! / 255;
  const [marginX, marginY] = [(SENSOR - columns) / 2, (SENSOR - rows) / 2];
  const brightness = (x: number, y: number): number => {
    const [x0, y0] = [Math.floor(x), Math.floor(y)];
    const [fx, fy] = [x - x0, y - y0];
    const upper = grey(y0, x0) * (1 - fx) + grey(y0, x0 + 1) * fx;
    const lower = grey(y0 + 1, x0) * (1 - fx) + grey(y0 + 1, x0 + 1) * fx;
    return Math.log(DARK + upper * (1 - fy) + lower * fy);
  };
  const events: TestEvent[] = [];
  const known = new Float64Array(SENSOR * SENSOR);
  const before = new Float64Array(SENSOR * SENSOR);
  // Elsewhere it stays dark.
  const near = [...known.keys()].filter((k) => {
    const [x, y] = [(k % SENSOR) - marginX, Math.floor(k / SENSOR) - marginY];
    for (let down = -3; down <= 3; down++)
      for (let right = -3; right <= 3; right++) if (grey(y + down, x + right) > 0) return true;
    return false;
  });
  for (let step = 0; step <= 3 * STEPS; step++) {
    const leg = Math.min(2, Math.floor(step / STEPS));
    const share = step / STEPS - leg;
    const [[fromX, fromY], [toX, toY]] = [CORNERS[leg]!, CORNERS[leg + 1]!];
    const [dx, dy] = [fromX + share * (toX - fromX), fromY + share * (toY - fromY)];
    for (const k of near) {
      const [x, y] = [k % SENSOR, Math.floor(k / SENSOR)];
      const now = brightness(x - marginX - dx, y - marginY - dy);
      if (step === 0) known[k] = now;
      while (Math.abs(now - known[k]!) >= CONTRAST) {
        const on = now > known[k]!;
        known[k]! += on ? CONTRAST : -CONTRAST;
        const when = step - 1 + (known[k]! - before[k]!) / (now - before[k]!);
        events.push({ x, y, on, us: Math.round((when * SACCADE_US) / STEPS + 200 * stream.uniform()) });
      }
      before[k] = now;
    }
  }
  for (let i = 0; i < NOISE; i++)
    events.push({
      x: stream.integerBelow(SENSOR),
      y: stream.integerBelow(SENSOR),
      on: stream.integerBelow(2) === 1,
      us: stream.integerBelow(3 * SACCADE_US),
    });
  return events.sort((a, b) => a.us - b.us);
}

/** Writes the first so many digits of each set as `DIR/Train/5/00001.bin` and so on, numbered as N-MNIST is. */
export function writeRecordings(
  directory: string,
  sets: Readonly<Record<'Train' | 'Test', readonly [LabelledImages, number]>>,
): void {
  for (const [set, [{ images, labels, rows, columns }, count]] of Object.entries(sets)) {
    const stream = new RandomStream(1, `saccades/${set}`);
    for (let c = 0; c < 10; c++) mkdirSync(join(directory, set, String(c)), { recursive: true });
    for (let i = 0; i < count; i++) {
      const events = eventsOf(images.subarray(i * rows * columns, (i + 1) * rows * columns), rows, columns, stream);
      const name = `${String(i + 1).padStart(5, '0')}.bin`;
      writeFileSync(join(directory, set, String(labels[i]), name), binOf(events));
    }
  }
}
