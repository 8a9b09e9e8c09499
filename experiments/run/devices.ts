import { UserError } from '../../core/declare/errors.ts';
import { rowEnd, rowStart } from '../../core/graph/edges.ts';
import type { Projection } from '../../core/graph/projection.ts';
import type { RowSink } from '../../core/log/tables.ts';
import type { Network } from '../../core/network.ts';

const withDevices = (net: Network): Projection[] => [...net.projections.values()].filter((p) => p.devices !== null);

/** UserError for a network whose devices cannot be recorded, because it has none. */
export function requireDevices(net: Network): void {
  if (withDevices(net).length === 0)
    throw new UserError('record.devices is true, but no projection has a device; give one a device, or leave it out.');
}

/** Writes one row a device, of every projection: what it went through up to now. The projections must be itemised. */
export function writeDevices(net: Network, log: RowSink): void {
  for (const { id, edges, devices, first, count } of withDevices(net)) {
    const { wear, writeEnergies, failures } = devices!.accounts;
    for (let row = 0; row < edges.rows; row++) {
      const [start, end] = [rowStart(edges, row), rowEnd(edges, row)];
      const n = end - start;
      if (n === 0) continue;
      const columns = {
        pre: new Uint32Array(n).fill(first + (row % count)),
        post:
          edges.targets === null
            ? Uint32Array.from({ length: n }, (_, i) => i)
            : Uint32Array.from(edges.targets.subarray(start, end)),
        pulses: wear!.subarray(start, end),
        writeEnergy: writeEnergies!.subarray(start, end),
        condition: failures?.subarray(start, end) ?? new Uint8Array(n),
        projection: new Uint8Array(n).fill(id),
      };
      log.write(columns, n);
    }
  }
}
