import { UserError } from '../../core/declare/errors.ts';
import { snap } from '../../core/time.ts';

const SIDE_BITS = 10;
const ADDRESS_BITS = 2 * SIDE_BITS + 1;
export const MAX_SENSOR_SIDE = 2 ** SIDE_BITS;
const ADDRESS_COUNT = 2 ** ADDRESS_BITS;

/** Encodes the address of an event as bits: row y, column x, polarity (0: brighter, 1: darker). */
export const encodePixelAddress = (x: number, y: number, brighter: boolean): number =>
  (y << (SIDE_BITS + 1)) + (x << 1) + (brighter ? 0 : 1);
export const decodeColumn = (place: number): number => (place >> 1) % MAX_SENSOR_SIDE;
export const decodeRow = (place: number): number => place >> (SIDE_BITS + 1);
export const decodePolarity = (place: number): number => place & 1;

/** Encodes an event as a number that sorts by time, then by address. */
export const encodeEvent = (us: number, place: number): number => us * ADDRESS_COUNT + place;
/** Time of an event, µs. */
export const decodeEventTime = (event: number): number => Math.floor(event / ADDRESS_COUNT);
export const decodePixelAddress = (event: number): number => event - decodeEventTime(event) * ADDRESS_COUNT;

/** Largest time difference in a packed word, µs. A word with this difference stores no event; it extends the gap to the next event. */
const MAX_EVENT_GAP_US = 2 ** (32 - ADDRESS_BITS) - 1;
const US_PER_MS = 1000;

/** Neurons per pixel, one per polarity: brighter, then darker. */
export const POLARITY_COUNT = 2;
export const POLARITY_LAYOUT_TEXT = 'from brighter events above, from darker ones below';

/** Playback duration, ms, from 1 µs before the first to 1 µs after the last event. @param speed playback speed / real time */
export const computePlaybackDuration = (recording: Uint32Array, speed: number): number =>
  snap((recording.reduce((us, word) => us + (word >>> ADDRESS_BITS), 0) + 1) / (US_PER_MS * speed));

/** Converts recordings to input spikes: times, ms; neuron indices (row × columns + column) × 2, plus 1 if darker. */
export class RecordingPlayer {
  readonly #columns;
  readonly #recordedUsPerMs: number;
  #times = new Float64Array(1024);
  #neurons = new Uint32Array(1024);

  constructor(columns: number, speed: number) {
    this.#columns = columns;
    this.#recordedUsPerMs = US_PER_MS * speed;
  }

  /** Spikes of a recording whose playback starts at `start`, ms; the next call overwrites the arrays. */
  createInputSpikes(
    recording: Uint32Array,
    start: number,
  ): { readonly times: Float64Array; readonly neurons: Uint32Array } {
    if (recording.length > this.#times.length) {
      this.#times = new Float64Array(2 * recording.length);
      this.#neurons = new Uint32Array(2 * recording.length);
    }
    let [us, n] = [0, 0];
    for (const word of recording) {
      us += word >>> ADDRESS_BITS;
      if (word >>> ADDRESS_BITS === MAX_EVENT_GAP_US) continue;
      const place = word % ADDRESS_COUNT;
      this.#times[n] = start + snap(us / this.#recordedUsPerMs);
      this.#neurons[n++] =
        (decodeRow(place) * this.#columns + decodeColumn(place)) * POLARITY_COUNT + decodePolarity(place);
    }
    return { times: this.#times.subarray(0, n), neurons: this.#neurons.subarray(0, n) };
  }
}

const MIN_CHUNK_EVENTS = 2 ** 22;
/** Tolerated timing disorder of events, µs; cameras do not sort nearly simultaneous events. */
const MAX_JITTER_US = 1000;

/** Sorts events by time and removes duplicates. @throws UserError if times decrease by `MAX_JITTER_US` or more */
function sortEvents(events: Float64Array, path: string): Float64Array {
  let [latest, isAscending] = [0, true];
  for (const event of events) {
    if (latest - event >= MAX_JITTER_US * ADDRESS_COUNT)
      throw new UserError(
        `${path}: an event at ${decodeEventTime(event)} µs follows an event at ${decodeEventTime(latest)} µs, but a time may decrease by less than ${MAX_JITTER_US} µs only.`,
      );
    isAscending &&= event > latest || latest === 0;
    latest = Math.max(latest, event);
  }
  return isAscending ? events : events.sort().filter((event, k, sorted) => event !== sorted[k - 1]);
}

/** Compact storage of event-camera recordings. Word of an event: µs since the previous event (11 bits), pixel and polarity (21 bits). */
export class RecordingStore {
  #freeBuffer: Uint32Array = new Uint32Array(0);

  addRecording(events: Float64Array, path: string): Uint32Array {
    const all = sortEvents(events, path);
    if (all.length === 0) throw new UserError(`${path} holds no event, but must hold at least one.`);
    const first = decodeEventTime(all[0]!) - 1;
    const length = all.length + Math.floor((decodeEventTime(all.at(-1)!) - first) / MAX_EVENT_GAP_US);
    if (length > this.#freeBuffer.length)
      this.#freeBuffer = new Uint32Array(
        new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT * Math.max(MIN_CHUNK_EVENTS, length)),
      );
    const words = this.#freeBuffer;
    let [at, before] = [0, first];
    for (const event of all) {
      const us = decodeEventTime(event);
      for (; us - before >= MAX_EVENT_GAP_US; before += MAX_EVENT_GAP_US)
        words[at++] = (MAX_EVENT_GAP_US << ADDRESS_BITS) >>> 0;
      words[at++] = event - before * ADDRESS_COUNT; // time difference and address
      before = us;
    }
    this.#freeBuffer = words.subarray(at);
    return words.subarray(0, at);
  }
}

/** Event counts per pixel, scaled to at most 255; for pictures and non-spiking nets. */
export function renderEventCountImage(recording: Uint32Array, columns: number, image: Uint8Array) {
  const counts = new Uint32Array(image.length);
  for (const word of recording)
    if (word >>> ADDRESS_BITS !== MAX_EVENT_GAP_US)
      counts[decodeRow(word % ADDRESS_COUNT) * columns + decodeColumn(word % ADDRESS_COUNT)]!++;
  const max = counts.reduce((a, b) => Math.max(a, b), 1);
  for (let k = 0; k < image.length; k++) image[k] = Math.round((255 * counts[k]!) / max);
}
