import { UserError } from '../../core/declare/errors.ts';
import type { Projection } from '../../core/graph/projection.ts';
import type { Network } from '../../core/network.ts';
import type { CostSettings } from '../cost/settings.ts';
import { computeSystemCost, type SystemCost } from '../cost/systemCost.ts';
import { type CostBasis, type LayerUse, requireElectrical } from '../cost/totals.ts';

/** Device reads and writes of a projection, and spikes: each presynaptic spike is one pulse on the lines of its row. */
export function describeArray(projection: Projection, cost: CostSettings, hasNeurons: boolean): LayerUse {
  const { name, devices, edges, target, synapticEvents } = projection;
  const { usage } = devices!;
  const electrical = requireElectrical(usage, `projections.${name}`);
  const { rowReads } = electrical;
  const devicesPerSynapse = usage.devices / edges.count;
  return {
    rows: edges.rows * devicesPerSynapse,
    columns: edges.columns,
    reads: rowReads,
    rowPulses: rowReads * devicesPerSynapse,
    readColumns: rowReads > 0 ? usage.reads / (devicesPerSynapse * rowReads) : 0,
    cellEnergy: usage.energy.read,
    electrical,
    inputBits: null,
    outputBits: cost.adc?.bits ?? 0,
    neurons: { count: hasNeurons ? target.size : 0, spikes: hasNeurons ? target.spikes : 0, synapticEvents },
    usage,
    programming: usage.programming,
    countsWrites: true,
  };
}

/** Cost of a spiking network with all its reads, writes and spikes so far. @throws UserError if no projection has a device */
export function computeNetworkCost(
  net: Network,
  cost: CostSettings,
  basis: Pick<CostBasis, 'name' | 'count' | 'notCounted'>,
): SystemCost {
  const projections = [...net.projections.values()].filter(({ devices, edges }) => devices !== null && edges.count > 0);
  if (projections.length === 0)
    throw new UserError(
      'cost needs a projection with a device, but no projection has one; add a device, or remove cost.',
    );
  const layers = projections.map((one, i) =>
    describeArray(one, cost, projections.findIndex(({ target }) => target === one.target) === i),
  );
  return computeSystemCost(cost, layers, { ...basis, simulatedTime: net.now / 1000, macs: null });
}
