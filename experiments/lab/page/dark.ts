import { signal } from '@preact/signals';
import { colour, colourOnDark, INK, MUTED, PALETTE, RULE } from '../../look/plots/style.ts';

const query = matchMedia('(prefers-color-scheme: dark)');
export const dark = signal(query.matches);
query.addEventListener('change', () => {
  dark.value = query.matches;
});

const ON_DARK: Readonly<Record<string, string>> = {
  ...Object.fromEntries(PALETTE.map((_, i) => [colour(i), colourOnDark(i)])),
  [INK]: '#e8e8e8',
  [MUTED]: '#a9b0b8',
  [RULE]: '#3a4049',
  white: '#1e2228',
};

/** A picture in the colours for a dark ground; it is saved in those for paper. */
export const onDark = (svg: string): string =>
  svg.replace(/(fill|stroke)="([^"]+)"/g, (whole, key, value) =>
    value in ON_DARK ? `${key}="${ON_DARK[value]}"` : whole,
  );
