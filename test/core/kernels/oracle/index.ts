import { Arena } from '../../../../core/kernels/arena.ts';
import { addCurrentsScalar } from '../../../../core/kernels/scalarRows.ts';
import { Network } from '../../../../core/network.ts';
import { ARRAYS } from './arrays.ts';
import { addConductances } from './conductances.ts';
import { updateAll } from './rows.ts';
import { STAGES } from './stages.ts';
import { addTwoConductances } from './twoConductances.ts';

/** Reference implementations of the kernels, one element at a time: tests compare the SIMD kernels with them bit for bit. The kernels of rows onto delta synapses are in rows.ts. */
export const ORACLE = {
  ...STAGES,
  ...ARRAYS,
  addCurrents: addCurrentsScalar,
  addConductances,
  addTwoConductances,
  updateAll,
};

/** Kernels of a test network: those of the product, or the oracle where it has the kernel. */
export const KERNEL_SETS = ['simd', 'oracle'] as const;
export type KernelSet = (typeof KERNEL_SETS)[number];

function install(arena: Arena, kernels: KernelSet): void {
  if (kernels === 'oracle') Object.assign(arena.kernels, ORACLE);
}

/** Arena with these kernels. */
export function newArena(kernels: KernelSet): Arena {
  const arena = new Arena();
  install(arena, kernels);
  return arena;
}

/** Network without populations, with these kernels. */
export function newNetwork(kernels: KernelSet, options: ConstructorParameters<typeof Network>[0]): Network {
  const net = new Network(options);
  install(net.arena, kernels);
  return net;
}
