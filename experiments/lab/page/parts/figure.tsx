import { useLayoutEffect, useRef } from 'preact/hooks';
import { saveFile, savePng } from '../save.ts';

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
  useLayoutEffect(() => {
    const parsed = new DOMParser().parseFromString(
      svg.replaceAll(/ style="[^"]*"/g, ''),
      'image/svg+xml',
    ).documentElement;
    for (const part of parsed.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label'); // the plot is one image for screen readers
    parsed.setAttribute('aria-label', title);
    box.current!.replaceChildren(document.importNode(parsed, true));
  }, [svg, title]);
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
        onPointerMove={showReading}
        onPointerLeave={() => {
          output.current!.textContent = '';
        }}
      />
      <figcaption>
        <output ref={output} aria-live="off" />
        <span>
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
