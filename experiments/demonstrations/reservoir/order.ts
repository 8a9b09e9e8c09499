import { accuracy, READOUTS, Stream } from '../../index.ts';
import { balanced, type Reservoir, readAfter } from './devices.ts';

/** Streams to learn from and to be asked for. */
const LEARNED = 3000;
const ASKED = 1200;

/** Classes of the task: patterns with as many ones as zeros. */
export const classesOf = (bits: number): number => balanced(bits).length;

/**
 * Percent of right answers where only order matters: every stream is one of the patterns with as many ones as zeros, and each of its pulses
 * comes early or late by `jitter` of an interval (sd). It goes to one device of each time constant (ms); a linear readout is trained on what
 * they are left in.
 */
export function orderAccuracy(
  { jitter, levels, ...device }: Reservoir & { readonly jitter: number; readonly levels: number },
  taus: readonly number[],
  seed: number,
): number {
  const stream = new Stream(seed, 'order');
  const patterns = balanced(device.bits);
  const count = LEARNED + ASKED;
  const labels = Uint8Array.from({ length: count }, () => stream.below(patterns.length));
  const shift = () => Math.min(Math.max(jitter * stream.normal(), -0.49), 0.49); // no pulse overtakes another
  const trains = Array.from(labels, (label) => patterns[label]!.map((bit) => (bit + 0.5 + shift()) * device.interval));
  const read = taus.map((tau) => readAfter(trains, { ...device, tau, deviceToDevice: 0 }, seed));
  const codes = Uint16Array.from({ length: count * taus.length }, (_, k) =>
    Math.round(read[k % taus.length]![Math.floor(k / taus.length)]! * (levels - 1)),
  );
  const readout = READOUTS.linear(
    codes.subarray(0, LEARNED * taus.length),
    labels.subarray(0, LEARNED),
    LEARNED,
    taus.length,
    () => stream.uniform(),
  );
  return accuracy(labels.subarray(LEARNED), readout.predictAll(codes.subarray(LEARNED * taus.length)));
}
