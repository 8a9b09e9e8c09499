import { UserError } from '../../../core/declare/errors.ts';
import { snap } from '../../../core/time.ts';
import type { POLARITIES, Recording } from '../../../neurons/stimuli/recorded.ts';
import { readEventFile } from '../../data/eventFile.ts';
import { decodeColumn, decodePlace, decodePolarity, decodeTime, rowOf } from '../../data/recordings.ts';
import { sortRecording } from './recording.ts';

const US_PER_MS = 1000;

export interface Sensor {
  readonly width: number;
  readonly height: number;
  readonly polarity: (typeof POLARITIES)[number];
}

/** Index of the neuron for a pixel and polarity; undefined if this polarity is not used. */
function neuronOf(x: number, y: number, on: boolean, { width, height, polarity }: Sensor): number | undefined {
  if ((polarity === 'on' && !on) || (polarity === 'off' && on)) return undefined;
  return x + width * y + (polarity === 'both' && on ? width * height : 0);
}

/** Reads an unsorted event file. @throws UserError if it is damaged or an event is outside the sensor */
export function readEvents(path: string, sensor: Sensor): Recording {
  const times: number[] = [];
  const neurons: number[] = [];
  readEventFile(path).forEach((event, i) => {
    const place = decodePlace(event);
    const [x, y] = [decodeColumn(place), rowOf(place)];
    if (x >= sensor.width || y >= sensor.height) {
      const size = `${sensor.width} x ${sensor.height}`;
      throw new UserError(
        `${path}, event ${i}: pixel (${x}, ${y}) is not on a sensor of ${size}; set width and height.`,
      );
    }
    const neuron = neuronOf(x, y, decodePolarity(place) === 0, sensor);
    if (neuron === undefined) return;
    times.push(snap(decodeTime(event) / US_PER_MS));
    neurons.push(neuron);
  });
  return sortRecording(times, neurons, path);
}
