import * as Plot from '@observablehq/plot';

/** Sequential ramp as `#rrggbb`. */
export const rampHexColours = (): string[] =>
  SEQUENTIAL_RAMP.map((rgb) => `#${rgb.map((c) => c.toString(16).padStart(2, '0')).join('')}`);

/** 256 colours from nearly white (0) to dark (1) with even steps of lightness, for quantities that start at zero. */
export const SEQUENTIAL_RAMP: readonly [number, number, number][] = makeRamp();

function makeRamp(): [number, number, number][] {
  const scale = Plot.scale({ color: { type: 'linear', domain: [0, 1], scheme: 'magma', reverse: true } });
  return Array.from({ length: 256 }, (_, i) => {
    const css = String(scale?.apply(i / 255));
    return [1, 3, 5].map((at) => Number.parseInt(css.slice(at, at + 2), 16)) as [number, number, number];
  });
}
