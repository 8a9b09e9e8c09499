/** Makes experiments/examples/pulses.csv, the measurement of docs/tutorials/fit-your-device.md: four devices of known parameters. */
import { softBound } from '../../../../synapses/devices/index.ts';
import { bench } from '../../../synapses/devices/bench.ts';

const [DEVICES, CYCLES, PULSES] = [4, 4, 50];

/** Weights in µS, so that what is read is a conductance. */
export const truth = {
  gMin: 2e-6,
  gMax: 4e-5,
  weightAtGMax: 40,
  etaUp: 0.06,
  etaDown: 0.045,
  cycleToCycle: 0.2,
  readNoise: { sd: 0.01 },
  rangeSpread: 0.08,
  stepSpread: 0.1,
};

export function examplePulses(): string {
  const b = bench(softBound(truth), { weight: 2, columns: DEVICES, seed: 7 });
  const rows = ['device,cycle,direction,pulse,G (uS),voltage (V),width (us)'];
  const readings: number[][] = [];
  let t = 0;
  const read = () => {
    b.devices.readRow(0, t);
    readings.push(b.weights());
  };
  const trains: { cycle: number; up: boolean; from: number }[] = [];
  for (let cycle = 1; cycle <= CYCLES; cycle++) {
    for (const up of [true, false]) {
      trains.push({ cycle, up, from: readings.length });
      read();
      for (let n = 0; n < PULSES; n++) {
        b.pulse(up ? 1 : -1, ++t);
        read();
      }
    }
  }
  for (let device = 0; device < DEVICES; device++)
    for (const { cycle, up, from } of trains)
      for (let n = 0; n <= PULSES; n++) {
        const G = readings[from + n]![device]!.toPrecision(4);
        rows.push(`D${device + 1},${cycle},${up ? 'LTP' : 'LTD'},${n},${G},${up ? 1.2 : -1.4},10`);
      }
  return `${rows.join('\n')}\n`;
}
