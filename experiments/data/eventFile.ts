/**
 * Event files of dynamic vision sensors, which report changes of brightness per pixel.
 *
 * `.bin`, ATIS sensor (N-MNIST, N-Caltech101): five bytes per event: x, y, then big-endian one bit of polarity (1: brighter) and
 * 23 bits of time, µs; y = 240 marks a clock overflow, which delays all later events by 2^13 µs. Source: Orchard et al. 2015,
 * doi:10.3389/fnins.2015.00437; overflow as read by `tonic.io.read_mnist_file`.
 *
 * `.dat`, Prophesee cameras (N-Cars): text lines that begin with %, one byte of event type, one byte of event size, then eight
 * little-endian bytes per event: 32 bits of time, µs, 14 of x, 14 of y and 4 of polarity. Source: Prophesee, "DAT File Format",
 * https://docs.prophesee.ai/stable/data/file_formats/dat.html.
 */
import { UserError } from '../../core/declare/errors.ts';
import { readRegularFile } from '../../core/log/file.ts';
import { encodeEvent, encodePixelAddress, MAX_SENSOR_SIDE } from './recordings.ts';

const OVERFLOW_ROW = 240;
const OVERFLOW_US = 2 ** 13;
/** Event types in .dat files that report a brightness change. */
const PIXEL_EVENTS = [0x00, 0x0c];
const PERCENT_SIGN = 0x25;
const NEW_LINE = 0x0a;

/** Reads a `.dat` or `.bin` file. Returns events encoded by `encodeEvent`. */
export function readEventFile(path: string): Float64Array {
  const bytes = readRegularFile(path);
  return path.endsWith('.dat') ? decodeDat(bytes, path) : decodeAtis(bytes, path);
}

function countEvents(bytes: number, size: number, path: string) {
  if (bytes === 0) throw new UserError(`${path} is empty, expected events of ${size} bytes.`);
  if (bytes % size === 0) return bytes / size;
  throw new UserError(
    `${path}: ${bytes} bytes are not a multiple of the event size, ${size}: the file is truncated or of another format.`,
  );
}

function decodeAtis(bytes: Buffer, path: string): Float64Array {
  const events = new Float64Array(countEvents(bytes.length, 5, path));
  let [overflowUs, n] = [0, 0];
  for (let at = 0; at < bytes.length; at += 5) {
    const y = bytes[at + 1]!;
    const word = (bytes[at + 2]! << 16) + (bytes[at + 3]! << 8) + bytes[at + 4]!;
    if (y === OVERFLOW_ROW) overflowUs += OVERFLOW_US;
    else events[n++] = encodeEvent((word % 2 ** 23) + overflowUs, encodePixelAddress(bytes[at]!, y, word >= 2 ** 23));
  }
  return events.subarray(0, n);
}

function decodeDat(bytes: Buffer, path: string): Float64Array {
  let at = 0;
  while (bytes[at] === PERCENT_SIGN) at = bytes.indexOf(NEW_LINE, at) + 1 || bytes.length;
  if (at > 0 && at < bytes.length) {
    const [type, size] = [bytes[at]!, bytes[at + 1]];
    if (!PIXEL_EVENTS.includes(type) || size !== 8)
      throw new UserError(
        `${path}: its events have type ${type} and ${size} bytes, but must have type 0 or 12 and 8 bytes.`,
      );
    at += 2;
  }
  const events = new Float64Array(countEvents(bytes.length - at, 8, path));
  for (let i = 0; i < events.length; i++, at += 8) {
    const [us, word] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    const [x, y] = [word % 2 ** 14, (word >>> 14) % 2 ** 14];
    if (x >= MAX_SENSOR_SIDE || y >= MAX_SENSOR_SIDE)
      throw new UserError(
        `${path}, event ${i}: pixel (${x}, ${y}) is not on a sensor of ${MAX_SENSOR_SIDE} x ${MAX_SENSOR_SIDE}, the maximum size.`,
      );
    events[i] = encodeEvent(us, encodePixelAddress(x, y, word >>> 28 === 1));
  }
  return events;
}
