/**
 * Files of the events of a camera that reports changes of brightness.
 *
 * `.bin`, of the ATIS sensor, as N-MNIST and N-Caltech101 have them: five bytes an event, x, y, then big-endian one bit of polarity
 * (1: brighter) and 23 bits of µs; y = 240 stands for an overflow of the clock, 2^13 µs for all that follows. Source: Orchard et al. 2015,
 * doi:10.3389/fnins.2015.00437; overflow as read by `tonic.io.read_mnist_file`.
 *
 * `.dat`, as N-Cars and Prophesee's cameras have them: lines of text that begin with %, a byte of the event type, one of the size of an event,
 * then eight little-endian bytes an event, 32 bits of µs, 14 of x, 14 of y and 4 of polarity. Source: Prophesee, "DAT File Format",
 * https://docs.prophesee.ai/stable/data/file_formats/dat.html.
 */
import { UserError } from '../../core/declare/errors.ts';
import { readRegular } from '../../core/log/file.ts';
import { eventOf, placeOf, SIDE } from './recordings.ts';

const OVERFLOW_ROW = 240;
const OVERFLOW_US = 2 ** 13;
/** Types of .dat events that say that a pixel got brighter or darker. */
const PIXEL_EVENTS = [0x00, 0x0c];
const PERCENT = 0x25;
const NEW_LINE = 0x0a;

/** The events of a `.dat` file, or of one with five bytes an event, as `eventOf` has them. UserError for a file that is empty, cut or of another kind. */
export function readEventFile(path: string): Float64Array {
  const bytes = readRegular(path);
  return path.endsWith('.dat') ? datEvents(bytes, path) : atisEvents(bytes, path);
}

function countOf(bytes: number, size: number, path: string): number {
  if (bytes === 0) throw new UserError(`${path} is empty, expected events of ${size} bytes.`);
  if (bytes % size === 0) return bytes / size;
  throw new UserError(
    `${path}: ${bytes} bytes are no whole number of events of ${size}: the file is truncated or of another format.`,
  );
}

function atisEvents(bytes: Buffer, path: string): Float64Array {
  const events = new Float64Array(countOf(bytes.length, 5, path));
  let [shift, n] = [0, 0];
  for (let at = 0; at < bytes.length; at += 5) {
    const y = bytes[at + 1]!;
    const word = (bytes[at + 2]! << 16) + (bytes[at + 3]! << 8) + bytes[at + 4]!;
    if (y === OVERFLOW_ROW) shift += OVERFLOW_US;
    else events[n++] = eventOf((word % 2 ** 23) + shift, placeOf(bytes[at]!, y, word >= 2 ** 23));
  }
  return events.subarray(0, n);
}

function datEvents(bytes: Buffer, path: string): Float64Array {
  let at = 0;
  while (bytes[at] === PERCENT) at = bytes.indexOf(NEW_LINE, at) + 1 || bytes.length;
  if (at > 0 && at < bytes.length) {
    const [type, size] = [bytes[at]!, bytes[at + 1]];
    if (!PIXEL_EVENTS.includes(type) || size !== 8)
      throw new UserError(`${path}: events of type ${type} and ${size} bytes, expected type 0 or 12 and 8 bytes.`);
    at += 2;
  }
  const events = new Float64Array(countOf(bytes.length - at, 8, path));
  for (let i = 0; i < events.length; i++, at += 8) {
    const [us, word] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    const [x, y] = [word % 2 ** 14, (word >>> 14) % 2 ** 14];
    if (x >= SIDE || y >= SIDE)
      throw new UserError(
        `${path}, event ${i}: pixel (${x}, ${y}) is not on a sensor of ${SIDE} x ${SIDE}, the largest there may be.`,
      );
    events[i] = eventOf(us, placeOf(x, y, word >>> 28 === 1));
  }
  return events;
}
