import { useLayoutEffect, useRef } from 'preact/hooks';
import { dark, onDark } from '../dark.ts';
import { save, savePng } from '../save.ts';

interface FigureProps {
  /** For the names of files. */
  readonly name: string;
  readonly title: string;
  /** A picture as the command line draws it. */
  readonly svg: string;
  readonly csv?: (() => string) | undefined;
  /** What the pointer reads at a place of the picture, in its pixels. */
  readonly reading?: ((x: number, y: number) => string | undefined) | undefined;
}

/** A picture, read with the pointer, and saved as SVG, PNG or the numbers behind it. */
export function Figure({ name, title, svg, csv, reading }: FigureProps) {
  const box = useRef<HTMLDivElement>(null);
  const told = useRef<HTMLOutputElement>(null);
  const shown = dark.value ? onDark(svg) : svg;
  useLayoutEffect(() => {
    const parsed = new DOMParser().parseFromString(
      shown.replaceAll(/ style="[^"]*"/g, ''),
      'image/svg+xml',
    ).documentElement;
    for (const part of parsed.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label'); // the whole is one image
    parsed.setAttribute('aria-label', title);
    box.current!.replaceChildren(document.importNode(parsed, true));
  }, [shown, title]);
  const hover = (event: PointerEvent) => {
    const drawn = box.current!.firstElementChild!.getBoundingClientRect();
    const [, , width = 1] = (box.current!.firstElementChild!.getAttribute('viewBox') ?? '').split(' ').map(Number);
    const scale = width / drawn.width;
    const text = reading?.((event.clientX - drawn.left) * scale, (event.clientY - drawn.top) * scale);
    told.current!.textContent = text ?? '';
  };
  return (
    <figure class="picture">
      <div
        ref={box}
        class="drawn"
        onPointerMove={hover}
        onPointerLeave={() => {
          told.current!.textContent = '';
        }}
      />
      <figcaption>
        <output ref={told} class="reading" aria-live="off" />
        <span class="saves">
          <button
            type="button"
            class="small"
            aria-label={`Save ${title} as SVG`}
            onClick={() => save(`${name}.svg`, svg, 'image/svg+xml')}
          >
            SVG
          </button>
          <button
            type="button"
            class="small"
            aria-label={`Save ${title} as PNG`}
            onClick={() => void savePng(`${name}.png`, svg)}
          >
            PNG
          </button>
          {csv && (
            <button
              type="button"
              class="small"
              aria-label={`Save ${title} as CSV`}
              onClick={() => save(`${name}.csv`, csv(), 'text/csv')}
            >
              CSV
            </button>
          )}
        </span>
      </figcaption>
    </figure>
  );
}
