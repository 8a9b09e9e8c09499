import { UserError } from '../../../core/declare/errors.ts';
import { readRegular } from '../../../core/log/file.ts';
import { snap } from '../../../core/time.ts';
import type { POLARITIES } from '../../../neurons/stimuli/events.ts';
import type { Recording } from '../../../neurons/stimuli/replay.ts';
import { sortedRecording } from './sorted.ts';

const EVENT_BYTES = 5;
/** A row that no sensor has: the clock went on by OVERFLOW_US, no event. */
const OVERFLOW_ROW = 240;
const OVERFLOW_US = 2 ** 13;
const US_PER_MS = 1000;

export interface Sensor {
  readonly width: number;
  readonly height: number;
  readonly polarity: (typeof POLARITIES)[number];
}

/** The neuron of a pixel and polarity, or undefined where that polarity is left out. */
function neuronOf(x: number, y: number, on: boolean, { width, height, polarity }: Sensor): number | undefined {
  if ((polarity === 'on' && !on) || (polarity === 'off' && on)) return undefined;
  return x + width * y + (polarity === 'both' && on ? width * height : 0);
}

/**
 * Reads a file of events of the ATIS sensor, as N-MNIST and N-Caltech101 have them. An event is five bytes: x, y, then big-endian
 * one bit of polarity (1: brighter) and 23 bits of time in µs; y = 240 stands for an overflow of the clock, 2^13 µs for all
 * that follows. UserError for a file whose length is no multiple of five, that holds nothing, or an event off the sensor.
 * Source: Orchard et al. 2015, doi:10.3389/fnins.2015.00437; overflow as read by `tonic.io.read_mnist_file`.
 */
export function readEvents(path: string, sensor: Sensor): Recording {
  const bytes = readRegular(path);
  const whole = Math.floor(bytes.length / EVENT_BYTES);
  if (bytes.length === 0) throw new UserError(`${path} is empty, expected events of ${EVENT_BYTES} bytes.`);
  if (bytes.length % EVENT_BYTES !== 0) {
    throw new UserError(
      `${path}: ${bytes.length} bytes are no whole number of events of ${EVENT_BYTES}: the file is truncated or of another format.`,
    );
  }
  const times: number[] = [];
  const neurons: number[] = [];
  let shift = 0;
  for (let i = 0; i < whole; i++) {
    const at = i * EVENT_BYTES;
    const [x, y, word] = [bytes[at]!, bytes[at + 1]!, bytes.readUIntBE(at + 2, 3)];
    if (y === OVERFLOW_ROW) {
      shift += OVERFLOW_US;
      continue;
    }
    if (x >= sensor.width || y >= sensor.height) {
      const size = `${sensor.width} x ${sensor.height}`;
      throw new UserError(
        `${path}, event ${i}: pixel (${x}, ${y}) is not on a sensor of ${size}; set width and height.`,
      );
    }
    const neuron = neuronOf(x, y, word >= 2 ** 23, sensor);
    if (neuron === undefined) continue;
    times.push(snap(((word % 2 ** 23) + shift) / US_PER_MS));
    neurons.push(neuron);
  }
  return sortedRecording(times, neurons, path);
}
