import { defineRule } from '../../core/declare/define.ts';
import { number } from '../../core/declare/params.ts';

/**
 * Rule with one pulse per spike. If both populations are `spikeTrains`, it drives devices with arbitrary pulse
 * sequences. At the same tick, the pulse of the arrival comes first.
 */
export const eachSpike = defineRule({
  name: 'eachSpike',
  help: 'identical pulses that do not overlap: downward at each arrival, upward at each postsynaptic spike; dependence on spike timing comes from the device',
  equation: 'at an arrival: strength = -down; at a postsynaptic spike: strength = up',
  source: 'Kim et al. 2015, doi:10.1021/acs.nanolett.5b00697',
  params: {
    up: number({
      default: 1,
      unit: '1',
      help: 'strength of the upward pulse at a postsynaptic spike; below 0: downward',
    }),
    down: number({ default: 1, unit: '1', help: 'strength of the downward pulse at an arrival; below 0: upward' }),
  },
  create({ up, down }, { devices, arena, rows, columns }) {
    const [perColumn, perRow] = [arena.f64(columns).fill(1), arena.f64(rows).fill(1)]; // arrays of the arena, for the kernels
    return {
      state: {},
      pulsesAtArrival: down !== 0,
      onPre(row, t) {
        if (down !== 0) devices.pulseRow(row, perColumn, -down, 0, t);
      },
      onPost(column, t) {
        if (up !== 0) devices.pulseColumn(column, perRow, up, 0, t);
      },
      resetDynamicState() {},
    };
  },
});
