import { UserError } from '../../core/declare/errors.ts';
import { snap } from '../../core/time.ts';

/** Bits of a column and of a row. */
const SIDE_BITS = 10;
const PLACE_BITS = 2 * SIDE_BITS + 1;
/** The largest sensor has so many rows and columns. */
export const SIDE = 2 ** SIDE_BITS;
const PLACES = 2 ** PLACE_BITS;

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
const PASS = 2 ** (32 - PLACE_BITS) - 1;
/** Events that are allocated at a time. */
const CHUNK = 2 ** 22;
/** So many µs events may be out of order, as those of one instant leave a camera. */
const JITTER = 1000;
const US_PER_MS = 1000;

/** Polarities of an event: a place has a neuron for brighter and after it one for darker. */
export const POLARITIES = 2;

/** For how long a recording plays, ms: from one µs before its first event to one after its last. */
export const lengthOf = (recording: Uint32Array, speed: number): number =>
  snap((recording.reduce((us, word) => us + (word >>> PLACE_BITS), 0) + 1) / (US_PER_MS * speed));

/** In ascending order, each event once. */
function ordered(events: Float64Array, path: string): Float64Array {
  let [n, latest] = [0, 0];
  for (const event of events) {
    if (latest - event >= JITTER * PLACES)
      throw new UserError(
        `${path}: an event at ${usOf(event)} µs follows one at ${usOf(latest)} µs, expected times that do not run back by ${JITTER} µs or more.`,
      );
    latest = Math.max(latest, event);
    let k = n;
    while (k > 0 && events[k - 1]! > event) k--;
    if (events[k - 1] === event) continue;
    if (k < n) events.copyWithin(k + 1, k, n);
    events[k] = event;
    n++;
  }
  return events.subarray(0, n);
}

/** Keeps recordings, four bytes an event: 11 bits for the µs since the one before, 21 for its place. Threads share them. */
export class RecordingStore {
  #chunk: Uint32Array = new Uint32Array(0);

  /** @param events as `readEventFile` has them */
  add(events: Float64Array, path: string): Uint32Array {
    const all = ordered(events, path);
    if (all.length === 0) throw new UserError(`${path} holds no event, expected at least one.`);
    const first = usOf(all[0]!) - 1;
    const length = all.length + Math.floor((usOf(all.at(-1)!) - first) / PASS);
    if (length > this.#chunk.length)
      this.#chunk = new Uint32Array(new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT * Math.max(CHUNK, length)));
    const words = this.#chunk;
    let [at, before] = [0, first];
    for (const event of all) {
      const us = usOf(event);
      for (; us - before >= PASS; before += PASS) words[at++] = (PASS << PLACE_BITS) >>> 0;
      words[at++] = event - before * PLACES; // µs since then, and place
      before = us;
    }
    this.#chunk = words.subarray(at);
    return words.subarray(0, at);
  }
}

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

/** Its events counted by pixel, the most of a pixel 255; for pictures, and for nets that take images. */
export function countImage(recording: Uint32Array, columns: number, image: Uint8Array): void {
  const counts = new Uint32Array(image.length);
  for (const word of recording)
    if (word >>> PLACE_BITS !== PASS) counts[yOf(word % PLACES) * columns + xOf(word % PLACES)]!++;
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  for (let k = 0; k < image.length; k++) image[k] = Math.round((255 * counts[k]!) / most);
}
