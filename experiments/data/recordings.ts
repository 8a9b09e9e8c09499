import { snap } from '../../core/time.ts';

/** Bits of a column and of a row. */
const SIDE_BITS = 10;
export const PLACE_BITS = 2 * SIDE_BITS + 1;
/** The largest sensor has so many rows and columns. */
export const SIDE = 2 ** SIDE_BITS;
export const PLACES = 2 ** PLACE_BITS;

/** Pixel and polarity of an event: y, x and a bit that is 0 where it got brighter. */
export const placeOf = (x: number, y: number, brighter: boolean): number =>
  (y << (SIDE_BITS + 1)) + (x << 1) + (brighter ? 0 : 1);
export const xOf = (place: number): number => (place >> 1) % SIDE;
export const yOf = (place: number): number => place >> (SIDE_BITS + 1);
export const isOff = (place: number): number => place & 1;

/** An event of a file as one number, so that numbers in ascending order are events in theirs. */
export const eventOf = (us: number, place: number): number => us * PLACES + place;
/** Its time, µs. */
export const usOf = (event: number): number => Math.floor(event / PLACES);
export const placeIn = (event: number): number => event - usOf(event) * PLACES;

/** A gap that says: so many µs pass, and no event comes. */
export const PASS = 2 ** (32 - PLACE_BITS) - 1;
const US_PER_MS = 1000;

/** Polarities of an event: a place has a neuron for brighter and after it one for darker. */
export const POLARITIES = 2;
/** Where they lie in pictures of weights. */
export const POLARITIES_TOLD = 'from brighter events above, from darker ones below';

/** For how long a recording plays, ms: from one µs before its first event to one after its last. */
export const lengthOf = (recording: Uint32Array, speed: number): number =>
  snap((recording.reduce((us, word) => us + (word >>> PLACE_BITS), 0) + 1) / (US_PER_MS * speed));

/** Plays recordings: event times in ms from their start, on the grid of time, by neuron (row × columns + column) × 2, plus 1 for darker. */
export class RecordingPlayer {
  readonly #columns: number;
  readonly #usPerMs: number;
  #times = new Float64Array(1024);
  #neurons = new Uint32Array(1024);

  /** @param speed so many times faster than it was recorded */
  constructor(columns: number, speed: number) {
    this.#columns = columns;
    this.#usPerMs = US_PER_MS * speed;
  }

  /** Its spikes, each time later by `start`; valid until the next call. */
  play(recording: Uint32Array, start: number): { readonly times: Float64Array; readonly neurons: Uint32Array } {
    if (recording.length > this.#times.length) {
      this.#times = new Float64Array(2 * recording.length);
      this.#neurons = new Uint32Array(2 * recording.length);
    }
    let [us, n] = [0, 0];
    for (const word of recording) {
      us += word >>> PLACE_BITS;
      if (word >>> PLACE_BITS === PASS) continue;
      const place = word % PLACES;
      this.#times[n] = start + snap(us / this.#usPerMs);
      this.#neurons[n++] = (yOf(place) * this.#columns + xOf(place)) * POLARITIES + isOff(place);
    }
    return { times: this.#times.subarray(0, n), neurons: this.#neurons.subarray(0, n) };
  }
}
