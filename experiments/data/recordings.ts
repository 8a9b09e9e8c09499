import { snap } from '../../core/time.ts';

/** Number of bits of a column index and of a row index. */
const SIDE_BITS = 10;
/** Number of bits of a place: row, column and polarity. */
export const PLACE_BITS = 2 * SIDE_BITS + 1;
/** Maximum number of rows and of columns of a sensor. */
export const MAX_SENSOR_SIDE = 2 ** SIDE_BITS;
export const PLACE_COUNT = 2 ** PLACE_BITS;

/** Place of an event as bits: row y, column x, polarity (0: brighter, 1: darker). */
export const encodePlace = (x: number, y: number, brighter: boolean): number =>
  (y << (SIDE_BITS + 1)) + (x << 1) + (brighter ? 0 : 1);
export const columnOf = (place: number): number => (place >> 1) % MAX_SENSOR_SIDE;
export const rowOf = (place: number): number => place >> (SIDE_BITS + 1);
export const decodePolarity = (place: number): number => place & 1;

/** Event as one number, which sorts by time, then by place. */
export const encodeEvent = (us: number, place: number): number => us * PLACE_COUNT + place;
/** Time of an event, µs. */
export const decodeTime = (event: number): number => Math.floor(event / PLACE_COUNT);
export const decodePlace = (event: number): number => event - decodeTime(event) * PLACE_COUNT;

/** Maximum gap between two words of a recording, µs; a word with this gap has no event. */
export const MAX_GAP_US = 2 ** (32 - PLACE_BITS) - 1;
const US_PER_MS = 1000;

/** Number of polarities: each pixel has a neuron for brighter events, followed by one for darker events. */
export const POLARITY_COUNT = 2;
/** Note on the layout of polarities in pictures of weights. */
export const POLARITY_LAYOUT = 'from brighter events above, from darker ones below';

/** Duration of a recording, ms: from 1 µs before the first event to 1 µs after the last. @param speed factor of acceleration */
export const computeDuration = (recording: Uint32Array, speed: number): number =>
  snap((recording.reduce((us, word) => us + (word >>> PLACE_BITS), 0) + 1) / (US_PER_MS * speed));

/** Converts recordings to spikes: times on the time grid, ms, of neurons (row × columns + column) × 2, plus 1 if darker. */
export class RecordingPlayer {
  readonly #columns: number;
  readonly #usPerMs: number;
  #times = new Float64Array(1024);
  #neurons = new Uint32Array(1024);

  /** @param speed factor of acceleration relative to the recording */
  constructor(columns: number, speed: number) {
    this.#columns = columns;
    this.#usPerMs = US_PER_MS * speed;
  }

  /** Spikes of a recording that begins at `start`, ms; the arrays are reused by the next call. */
  play(recording: Uint32Array, start: number): { readonly times: Float64Array; readonly neurons: Uint32Array } {
    if (recording.length > this.#times.length) {
      this.#times = new Float64Array(2 * recording.length);
      this.#neurons = new Uint32Array(2 * recording.length);
    }
    let [us, n] = [0, 0];
    for (const word of recording) {
      us += word >>> PLACE_BITS;
      if (word >>> PLACE_BITS === MAX_GAP_US) continue;
      const place = word % PLACE_COUNT;
      this.#times[n] = start + snap(us / this.#usPerMs);
      this.#neurons[n++] = (rowOf(place) * this.#columns + columnOf(place)) * POLARITY_COUNT + decodePolarity(place);
    }
    return { times: this.#times.subarray(0, n), neurons: this.#neurons.subarray(0, n) };
  }
}
