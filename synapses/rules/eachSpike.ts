import { defineRule } from '../../core/declare/define.ts';
import { fromZero } from '../../core/declare/params.ts';

/**
 * No rule but pulses: every arrival sends one downwards to the synapses of its row, every postsynaptic spike one upwards to
 * those of its column. They are identical and do not overlap, so that whatever depends on timing comes from the device.
 * With spike trains on both sides it pulses devices at will. At one instant the arrival's pulse comes first.
 */
export const eachSpike = defineRule({
  name: 'eachSpike',
  help: 'identical pulses that do not overlap: down at each arrival, up at each postsynaptic spike; timing is left to the device',
  equation: 'at an arrival: strength = -down; at a postsynaptic spike: strength = up',
  source: 'Kim et al. 2015, doi:10.1021/acs.nanolett.5b00697',
  params: {
    up: fromZero(1, '1', 'strength of the pulse at a postsynaptic spike'),
    down: fromZero(1, '1', 'strength of the pulse at an arrival'),
  },
  create({ up, down }, { devices, arena, rows, columns }) {
    const [perColumn, perRow] = [arena.f64(columns).fill(1), arena.f64(rows).fill(1)]; // kernels read them
    return {
      state: {},
      pulsesAtArrival: down > 0,
      onPre(row, t) {
        if (down > 0) devices.pulseRow(row, perColumn, -down, 0, t);
      },
      onPost(column, t) {
        if (up > 0) devices.pulseColumn(column, perRow, up, 0, t);
      },
      rest() {},
    };
  },
});
