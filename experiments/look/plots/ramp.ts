import * as Plot from '@observablehq/plot';

/** Sequential colour ramp as list of `#rrggbb`. */
export const toHexColours = (): string[] =>
  SEQUENTIAL_RAMP.map((rgb) => `#${rgb.map((c) => c.toString(16).padStart(2, '0')).join('')}`);

/** Sequential colour ramp for values from 0: 256 colours from nearly white to dark, evenly spaced in lightness. */
export const SEQUENTIAL_RAMP: readonly [number, number, number][] = makeRamp('magma');

/** Diverging colour ramp for differences from zero: 256 colours from blue (0) through white to red (1). */
const DIVERGING_RAMP: readonly [number, number, number][] = makeRamp('rdbu');

/** Colour ramp of a scale, from its low to its high end. */
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
