import { signal } from '@preact/signals';
import { colour, colourOnDark, INK, MUTED, PALETTE, RULE } from '../../look/plots/style.ts';

const query = matchMedia('(prefers-color-scheme: dark)');
/** True if the browser prefers a dark colour scheme. */
export const isDark = signal(query.matches);
query.addEventListener('change', () => {
  isDark.value = query.matches;
});

const DARK_COLOURS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(PALETTE.map((_, i) => [colour(i), colourOnDark(i)])),
  [INK]: '#e8e8e8',
  [MUTED]: '#a9b0b8',
  [RULE]: '#3a4049',
  white: '#1e2228',
};

/** Replaces the colours of a plot by those for a dark background; saved plots keep the colours for paper. */
export const toDarkColours = (svg: string): string =>
  svg.replace(/(fill|stroke)="([^"]+)"/g, (whole, key, value) =>
    value in DARK_COLOURS ? `${key}="${DARK_COLOURS[value]}"` : whole,
  );
