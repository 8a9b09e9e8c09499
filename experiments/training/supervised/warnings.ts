import { plural } from '../../../core/declare/show.ts';
import type { LayerProgrammed } from '../../../synapses/crossbar/index.ts';
import { describeOneSidedWrites } from '../../run/summary.ts';
import type { NetConfig } from './config.ts';
import type { CrossbarNet } from './crossbarNet.ts';

/** Warnings about a trained net, one sentence each: weights beyond the tolerance, devices written in one direction only. */
export function listNetWarnings(
  { net, programmed }: { readonly net: CrossbarNet; readonly programmed: readonly LayerProgrammed[] },
  training: NetConfig['training'],
): string[] {
  const last = net.layers.length - 1;
  return net.layers.flatMap((layer, k) => {
    const name = `layer ${k + 1}`;
    const missed = programmed[k]?.missed ?? 0;
    const learns = training === 'inSitu' || (training === 'hybrid' && k === last);
    return [
      ...(missed > 0
        ? [
            `${plural(missed, 'weight')} of ${plural(layer.rows * layer.columns, 'weight')} of ${name} missed the tolerance.`,
          ]
        : []),
      ...(learns ? describeOneSidedWrites(name, layer.accounts.devices) : []),
    ];
  });
}
