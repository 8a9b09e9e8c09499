import type { State } from '../core/kernels/arena.ts';

/** The states of several parts as one, each array under `part.name`; null: there is no such part. */
export function joined(parts: Readonly<Record<string, { readonly state: State } | null>>): State {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([part, own]) =>
      Object.entries(own?.state ?? {}).map(([name, values]) => [`${part}.${name}`, values] as const),
    ),
  );
}
