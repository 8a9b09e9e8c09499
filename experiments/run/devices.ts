import { UserError } from '../../core/declare/errors.ts';
import { columnOf, rowEnd, rowStart } from '../../core/graph/edges.ts';
import type { Projection } from '../../core/graph/projection.ts';
import type { RowSink } from '../../core/log/tables.ts';
import type { Network } from '../../core/network.ts';

const withDevices = (net: Network): Projection[] => [...net.projections.values()].filter((p) => p.devices !== null);

/** @throws UserError if the network has no devices */
export function requireDeviceProjections(net: Network): void {
  if (withDevices(net).length === 0)
    throw new UserError(
      '`record.devices` is true, but no projection has a device; add a device, or remove `record.devices`.',
    );
}

/** Writes pulse counts and energy to a log, one row per device. Requires `ProjectionOptions.itemised`. */
export function writeDeviceLog(net: Network, log: RowSink): void {
  for (const { id, edges, devices: array, sources } of withDevices(net)) {
    const { devices, wear, writeEnergies, failures } = array!.usage;
    for (let row = 0; row < edges.rows; row++) {
      const n = rowEnd(edges, row) - rowStart(edges, row);
      if (n === 0) continue;
      const start = rowStart(edges, row);
      const pre = new Uint32Array(n).fill(sources.neuron(row % sources.count));
      const post = Uint32Array.from({ length: n }, (_, i) => columnOf(edges, row, start + i));
      const projection = new Uint8Array(n).fill(id);
      for (let at = start; at < devices; at += edges.count) {
        const columns = {
          pre,
          post,
          pulses: wear!.subarray(at, at + n),
          writeEnergy: writeEnergies!.subarray(at, at + n),
          condition: failures?.subarray(at, at + n) ?? new Uint8Array(n),
          projection,
        };
        log.write(columns, n);
      }
    }
  }
}
