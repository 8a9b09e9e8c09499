import { lif, MemoryTable, Network, spikeTrains, volatile } from '../../index.ts';

/** What a volatile device of the reservoir is, times in ms. */
export interface Reservoir {
  readonly bits: number;
  /** From one bit to the next. */
  readonly interval: number;
  readonly tau: number;
  /** Share of the rest that a pulse adds. */
  readonly eta: number;
  readonly deviceToDevice: number;
}

/**
 * What is read of `devices` volatile memristors after each pattern of `bits` bits, first bit first: one pulse for a 1, none
 * for a 0, then a read pulse one interval after the last bit. It is the efficacy of the read pulse: eta for a device that
 * was silent, 1 for a saturated one. One list a pattern; the devices are the same for all of them.
 */
export function readings(
  { bits, interval, eta, tau, deviceToDevice }: Reservoir,
  devices: number,
  seed: number,
): number[][] {
  const read = bits * interval;
  return Array.from({ length: 2 ** bits }, (_, pattern) => {
    const ones = Array.from({ length: bits }, (_, bit) => bit).filter((bit) => (pattern >> (bits - 1 - bit)) & 1);
    const train = [...ones.map((bit) => bit * interval), read];
    const net = new Network({ seed });
    const input = net.population('input', spikeTrains({ trains: Array.from({ length: devices }, () => train) }));
    const output = net.population('output', lif({ size: 1, threshold: 1e9 }));
    const connect = { all: { weight: 1 } };
    const synapses = net.projection(input, output, {
      connect,
      shortTerm: volatile({ base: 0, eta, tau, deviceToDevice }),
    });
    const table = new MemoryTable();
    net.recordWeights(synapses, { on: 'pre' }, table);
    net.run(read);
    net.flush();
    const efficacy = table.column('efficacy');
    return table.column('time').flatMap((time, row) => (time === read ? [efficacy[row]!] : []));
  });
}

/** How many of these readings a converter with `levels` levels from 0 to 1 tells apart. */
export const separated = (values: readonly number[], levels: number): number =>
  new Set(values.map((value) => Math.round(value * (levels - 1)))).size;
