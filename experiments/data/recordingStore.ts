import { UserError } from '../../core/declare/errors.ts';
import { PASS, PLACE_BITS, PLACES, usOf, xOf, yOf } from './recordings.ts';

/** Events that are allocated at a time. */
const CHUNK = 2 ** 22;
/** So many µs events may be out of order, as those of one instant leave a camera. */
const JITTER = 1000;

/** In ascending order, each event once. */
function ordered(events: Float64Array, path: string): Float64Array {
  let [latest, isAscending] = [0, true];
  for (const event of events) {
    if (latest - event >= JITTER * PLACES)
      throw new UserError(
        `${path}: an event at ${usOf(event)} µs follows one at ${usOf(latest)} µs, expected times that do not run back by ${JITTER} µs or more.`,
      );
    isAscending &&= event > latest || latest === 0;
    latest = Math.max(latest, event);
  }
  return isAscending ? events : events.sort().filter((event, k, sorted) => event !== sorted[k - 1]);
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

/** Its events counted by pixel, the most of a pixel 255; for pictures, and for nets that take images. */
export function countImage(recording: Uint32Array, columns: number, image: Uint8Array): void {
  const counts = new Uint32Array(image.length);
  for (const word of recording)
    if (word >>> PLACE_BITS !== PASS) counts[yOf(word % PLACES) * columns + xOf(word % PLACES)]!++;
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  for (let k = 0; k < image.length; k++) image[k] = Math.round((255 * counts[k]!) / most);
}
