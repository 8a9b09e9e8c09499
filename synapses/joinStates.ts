import type { StateArrays } from '../core/kernels/arena.ts';

/** Combines the checkpoint states of the parts of a model under the names `part.array`; parts that are null are omitted. */
export function joinStates(parts: Readonly<Record<string, { readonly state: StateArrays } | null>>): StateArrays {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([part, own]) =>
      Object.entries(own?.state ?? {}).map(([name, values]) => [`${part}.${name}`, values] as const),
    ),
  );
}
