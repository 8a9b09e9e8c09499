import type { DeviceFactory } from '../../../core/factories.ts';
import { CrossbarLayer } from '../../../synapses/crossbar/index.ts';
import { ideal, linear, softBound } from '../../../synapses/devices/index.ts';
import type { Benchmark } from '../figure.ts';
import { cpuMs } from '../statistics.ts';

const DEVICES: Readonly<Record<string, DeviceFactory>> = {
  ideal: ideal({ wMin: -1, wMax: 1 }),
  pairs: linear({ reading: 'differential' }),
  noisy: softBound({ reading: 'differential', cycleToCycle: 0.3 }),
};

/** Products and updates of a layer with all inputs active. */
export const layers: Benchmark = {
  title: 'Crossbar layers: forward products and updates of 784 × 100',
  measure: ({ tiny }) => {
    const [rows, columns, forwards, updates] = tiny ? [20, 10, 2, 1] : [784, 100, 2000, 50];
    const x = new Float64Array(rows).fill(0.5);
    const y = new Float64Array(columns);
    const d = Float64Array.from(y, (_, j) => (j % 2 === 0 ? 0.1 : -0.1));
    return Object.entries(DEVICES).flatMap(([name, device]) => {
      const layer = new CrossbarLayer({ rows, columns, device });
      layer.forward(x, y);
      const products = cpuMs(() => {
        for (let n = 0; n < forwards; n++) layer.forward(x, y);
      });
      const pulses = cpuMs(() => {
        for (let n = 0; n < updates; n++) layer.outer(x, d, n % 2 === 0 ? 1e-3 : -1e-3);
      });
      const cells = rows * columns;
      return [
        { name: `${name}, forward`, value: (forwards * cells) / products / 1e6, unit: '10⁹ products/s' },
        { name: `${name}, update`, value: (1e6 * pulses) / updates / cells, unit: 'ns a synapse' },
      ];
    });
  },
};
