import type { PlasticityRule, RuleFactory } from '../../core/model.ts';

/**
 * Every arrival sends one full pulse downwards to the synapses of its row, every postsynaptic spike one upwards to those
 * of its column: identical pulses that do not overlap, so that any timing comes from the device itself.
 */
export const eachSpike: RuleFactory = {
  create({ devices, rows, columns }): PlasticityRule {
    const [perColumn, perRow] = [new Float64Array(columns).fill(1), new Float64Array(rows).fill(1)];
    return {
      state: {},
      pulsesAtArrival: true,
      arrive: (row, t) => devices.pulseRow(row, perColumn, -1, 0, t),
      fire: (column, t) => devices.pulseColumn(column, perRow, 1, 0, t),
      rest: () => undefined,
    };
  },
};
