import type { State } from '../core/kernels/arena.ts';

/** The states of several parts as one, each array under `part.name`. */
export function joined(parts: Readonly<Record<string, { readonly state: State }>>): State {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([part, { state }]) =>
      Object.entries(state).map(([name, values]) => [`${part}.${name}`, values] as const),
    ),
  );
}
