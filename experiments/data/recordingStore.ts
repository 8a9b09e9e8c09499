import { UserError } from '../../core/declare/errors.ts';
import { decodeColumn, decodeTime, MAX_GAP_US, PLACE_BITS, PLACE_COUNT, rowOf } from './recordings.ts';

/** Minimum number of events for which memory is allocated in one step. */
const CHUNK = 2 ** 22;
/** Tolerated timing disorder of events, µs; cameras do not sort nearly simultaneous events. */
const MAX_JITTER_US = 1000;

/** Sorts events by time and removes duplicates. @throws UserError if times decrease by `MAX_JITTER_US` or more */
function sortEvents(events: Float64Array, path: string): Float64Array {
  let [latest, isAscending] = [0, true];
  for (const event of events) {
    if (latest - event >= MAX_JITTER_US * PLACE_COUNT)
      throw new UserError(
        `${path}: an event at ${decodeTime(event)} µs follows one at ${decodeTime(latest)} µs, expected times that do not run back by ${MAX_JITTER_US} µs or more.`,
      );
    isAscending &&= event > latest || latest === 0;
    latest = Math.max(latest, event);
  }
  return isAscending ? events : events.sort().filter((event, k, sorted) => event !== sorted[k - 1]);
}

/** Store of event recordings, four bytes per event: 11 bits time since the last event, µs; 21 bits pixel, polarity. */
export class RecordingStore {
  #chunk: Uint32Array = new Uint32Array(0);

  /** Packs the events that `readEventFile` returned. @throws UserError if there are none */
  add(events: Float64Array, path: string): Uint32Array {
    const all = sortEvents(events, path);
    if (all.length === 0) throw new UserError(`${path} holds no event, expected at least one.`);
    const first = decodeTime(all[0]!) - 1;
    const length = all.length + Math.floor((decodeTime(all.at(-1)!) - first) / MAX_GAP_US);
    if (length > this.#chunk.length)
      this.#chunk = new Uint32Array(new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT * Math.max(CHUNK, length)));
    const words = this.#chunk;
    let [at, before] = [0, first];
    for (const event of all) {
      const us = decodeTime(event);
      for (; us - before >= MAX_GAP_US; before += MAX_GAP_US) words[at++] = (MAX_GAP_US << PLACE_BITS) >>> 0;
      words[at++] = event - before * PLACE_COUNT; // gap and place
      before = us;
    }
    this.#chunk = words.subarray(at);
    return words.subarray(0, at);
  }
}

/** Writes each pixel's event count into an image, scaled to at most 255; for pictures and non-spiking nets. */
export function countImage(recording: Uint32Array, columns: number, image: Uint8Array): void {
  const counts = new Uint32Array(image.length);
  for (const word of recording)
    if (word >>> PLACE_BITS !== MAX_GAP_US)
      counts[rowOf(word % PLACE_COUNT) * columns + decodeColumn(word % PLACE_COUNT)]!++;
  const max = counts.reduce((a, b) => Math.max(a, b), 1);
  for (let k = 0; k < image.length; k++) image[k] = Math.round((255 * counts[k]!) / max);
}
