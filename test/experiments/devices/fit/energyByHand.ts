/**
 * Energies of runs of `memspike mnist`, by hand from what run.json counts: `node dist/test/experiments/devices/fit/energyByHand.js RUN…`.
 * For each it prints the state in which all devices would be if each pulse, and each read, cost the same: S, or x of `yakopcic`,
 * and the mean that the devices have at the end. Nothing of memspike computes here but the reader of weights.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { mean } from 'simple-statistics';

type Numbers = Readonly<Record<string, number>>;
const STEPS = 10_000;

/** J of V I dt over a pulse of `yakopcic` (Yakopcic et al., IEEE Electron Device Lett. 2011, 32, 1436) from x, by Euler's method. */
function pulse(p: Numbers, from: number, v: number, seconds: number): number {
  const [up, dt] = [v > 0, seconds / STEPS];
  const drive = up ? p.aP! * (Math.exp(v) - Math.exp(p.vP!)) : -p.aN! * (Math.exp(-v) - Math.exp(p.vN!));
  let [x, joules] = [from, 0];
  for (let k = 0; k < STEPS; k++) {
    const past = up ? x - p.xP! : 1 - p.xN! - x;
    const [alpha, left] = up ? [p.alphaP!, (1 - x) / (1 - p.xP!)] : [p.alphaN!, x / (1 - p.xN!)];
    joules += v * current(p, x, v) * dt;
    x = Math.min(Math.max(x + drive * (past > 0 ? Math.exp(-alpha * past) * left : 1) * dt, 0), 1);
  }
  return joules;
}
const current = (p: Numbers, x: number, v: number) => (v > 0 ? p.a1! : p.a2!) * x * Math.sinh(p.b! * v);

/** The x between 0 and 1 at which a rising function of it is `wanted`. */
function solved(of: (x: number) => number, wanted: number): number {
  let [low, high] = [0, 1];
  for (let k = 0; k < 40; k++) {
    const middle = (low + high) / 2;
    if (of(middle) < wanted) low = middle;
    else high = middle;
  }
  return low;
}

for (const run of process.argv.slice(2)) {
  const json = (name: string) => JSON.parse(readFileSync(join(run, name), 'utf8'));
  const { energy } = json('run.json');
  const { writesUp, writesDown, reads } = energy.counts as Numbers;
  const { device, rule } = json('config.json') as { device: Numbers & { model: string }; rule: Numbers };
  const {
    writeVoltageUp = 1,
    writeVoltageDown = 1,
    writeTime = 1e-7,
    readVoltage = 0.1,
    readTime = 1e-8,
  } = device as Numbers;
  const column = tableFromIPC(readFileSync(join(run, 'weights.arrows'))).getChild(
    device.model === 'yakopcic' ? 'weight' : 'conductance',
  )!;
  const joules =
    device.model === 'yakopcic'
      ? {
          // Its pulses are as much shorter as they are weaker.
          write: (x: number) =>
            writesUp! * pulse(device, x, writeVoltageUp, writeTime * rule.up!) +
            writesDown! * pulse(device, x, -writeVoltageDown, writeTime * rule.down!),
          read: (x: number) => reads! * readVoltage * current(device, x, readVoltage) * readTime,
        }
      : {
          write: (g: number) => (writesUp! * writeVoltageUp ** 2 + writesDown! * writeVoltageDown ** 2) * writeTime * g,
          read: (g: number) => reads! * readVoltage ** 2 * readTime * g,
        };
  const told = (v: number) => v.toPrecision(4);
  const assumed = energy.assumed ? `, assumed ${JSON.stringify(energy.assumed)}` : '';
  console.log(
    `${run}: ${device.model}, writes ${told(energy.write)} J${assumed}: ${told(solved(joules.write, energy.write))}; ` +
      `reads ${told(energy.read)} J: ${told(solved(joules.read, energy.read))}; mean at the end ${told(mean([...column].map(Number)))}`,
  );
}
