import * as Plot from '@observablehq/plot';

/** Sequential ramp as `#rrggbb`. */
export const rampHexColours = (): string[] =>
  SEQUENTIAL_RAMP.map((rgb) => `#${rgb.map((c) => c.toString(16).padStart(2, '0')).join('')}`);

/** 256 colours from nearly white (0) to dark (1) with even steps of lightness, for quantities that start at zero. */
export const SEQUENTIAL_RAMP: readonly [number, number, number][] = makeRamp('magma');

/** 256 colours from blue (0) over white to red (1), for differences around zero. */
const DIVERGING_RAMP: readonly [number, number, number][] = makeRamp('rdbu');

/** Colours of a scale, from its low to its high end. */
export const colourRamp = ({ diverging = false }: { readonly diverging?: boolean }): typeof SEQUENTIAL_RAMP =>
  diverging ? DIVERGING_RAMP : SEQUENTIAL_RAMP;

function makeRamp(scheme: 'magma' | 'rdbu'): [number, number, number][] {
  const scale = Plot.scale({ color: { type: 'linear', domain: [0, 1], scheme, reverse: true } });
  return Array.from({ length: 256 }, (_, i) => {
    const css = String(scale?.apply(i / 255));
    const channels = css.startsWith('#')
      ? [1, 3, 5].map((at) => Number.parseInt(css.slice(at, at + 2), 16))
      : css.match(/\d+/g)!.map(Number);
    return channels as [number, number, number];
  });
}
