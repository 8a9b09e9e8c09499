import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import {
  GRID_COLOUR,
  MUTED_COLOUR,
  PALETTE,
  seriesColour,
  seriesColourOnDark,
  TEXT_COLOUR,
} from '../../../look/plots/style.ts';
import { saveFile, savePng } from '../save.ts';

const query = matchMedia('(prefers-color-scheme: dark)');
/** True if the browser prefers a dark seriesColour scheme. */
const isDark = signal(query.matches);
query.addEventListener('change', () => {
  isDark.value = query.matches;
});

const DARK_COLOURS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(PALETTE.map((_, i) => [seriesColour(i), seriesColourOnDark(i)])),
  [TEXT_COLOUR]: '#e8e8e8',
  [MUTED_COLOUR]: '#a9b0b8',
  [GRID_COLOUR]: '#3a4049',
  white: '#1e2228',
};

/** Replaces the colours of a plot by those for a dark background; saved plots keep the colours for paper. */
const toDarkColours = (svg: string): string =>
  svg.replace(/(fill|stroke)="([^"]+)"/g, (whole, key, value) =>
    value in DARK_COLOURS ? `${key}="${DARK_COLOURS[value]}"` : whole,
  );

interface FigureProps {
  /** Base name of saved files. */
  readonly name: string;
  readonly title: string;
  /** SVG of a plot, in the colours for paper. */
  readonly svg: string;
  readonly csv?: (() => string) | undefined;
  /** Text for a position of the pointer, in pixels of the plot. */
  readonly readingAt?: ((x: number, y: number) => string | undefined) | undefined;
}

/** Plot with readings at the pointer, saved as SVG, PNG or CSV. */
export function Figure({ name, title, svg, csv, readingAt }: FigureProps) {
  const box = useRef<HTMLDivElement>(null);
  const output = useRef<HTMLOutputElement>(null);
  const shown = isDark.value ? toDarkColours(svg) : svg;
  useLayoutEffect(() => {
    const parsed = new DOMParser().parseFromString(
      shown.replaceAll(/ style="[^"]*"/g, ''),
      'image/svg+xml',
    ).documentElement;
    for (const part of parsed.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label'); // the plot is one image for screen readers
    parsed.setAttribute('aria-label', title);
    box.current!.replaceChildren(document.importNode(parsed, true));
  }, [shown, title]);
  const showReading = (event: PointerEvent) => {
    const drawn = box.current!.firstElementChild!.getBoundingClientRect();
    const [, , width = 1] = (box.current!.firstElementChild!.getAttribute('viewBox') ?? '').split(' ').map(Number);
    const scale = width / drawn.width;
    const text = readingAt?.((event.clientX - drawn.left) * scale, (event.clientY - drawn.top) * scale);
    output.current!.textContent = text ?? '';
  };
  const saves: [format: string, save: () => void][] = [
    ['SVG', () => saveFile(`${name}.svg`, svg, 'image/svg+xml')],
    ['PNG', () => void savePng(`${name}.png`, svg)],
  ];
  if (csv) saves.push(['CSV', () => saveFile(`${name}.csv`, csv(), 'text/csv')]);
  return (
    <figure class="picture">
      <div
        ref={box}
        class="drawn"
        onPointerMove={showReading}
        onPointerLeave={() => {
          output.current!.textContent = '';
        }}
      />
      <figcaption>
        <output ref={output} class="reading" aria-live="off" />
        <span class="saves">
          {saves.map(([format, save]) => (
            <button key={format} type="button" class="small" aria-label={`Save ${title} as ${format}`} onClick={save}>
              {format}
            </button>
          ))}
        </span>
      </figcaption>
    </figure>
  );
}
