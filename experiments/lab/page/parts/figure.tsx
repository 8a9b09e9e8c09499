import { csvFormat } from 'd3-dsv';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type LineChart, renderLineChart } from '../../../look/plots/chart.ts';
import { composePicture } from '../../../look/plots/style.ts';
import { Button } from './form.tsx';

const COLUMNS = ['series', 'x', 'y', 'low', 'high'] as const;
const SIZE = { width: 520, height: 270, markerRadius: 3 };

const formatValue = (value: number): string => String(Number(value.toPrecision(3)));

export function Curves({ name, title, ...lines }: LineChart & { readonly name: string; readonly title: string }) {
  const { panels, height, getScale } = renderLineChart(lines, SIZE);
  const svg = composePicture(SIZE.width, height, { title }, panels);
  const frame = panels.at(-1)!;
  const readingAt = (px: number): string | undefined => {
    const at = getScale('x')?.invert?.(px - frame.x);
    if (at === undefined) return undefined;
    const nearest = lines.series.flatMap(({ name: series, points }) => {
      const point = points.reduce((best, p) => (Math.abs(p.x - at) < Math.abs(best.x - at) ? p : best));
      const band = point.low === undefined ? '' : ` (${formatValue(point.low)} to ${formatValue(point.high!)})`;
      return `${series} at ${formatValue(point.x)}: ${formatValue(point.y)}${band}`;
    });
    return nearest.join('; ');
  };
  const csv = () =>
    csvFormat(
      lines.series.flatMap(({ name: series, points }) => points.map((point) => ({ series, ...point }))),
      COLUMNS,
    );
  return <Figure name={name} title={title} svg={svg} csv={csv} describePoint={readingAt} />;
}

interface FigureProps {
  readonly name: string;
  readonly title: string;
  readonly svg: string;
  readonly csv?: (() => string) | undefined;
  /** @param x horizontal position of the pointer, pixels of the plot */
  readonly describePoint?: (x: number) => string | undefined;
}

export function Figure({ name, title, svg, csv, describePoint }: FigureProps) {
  const box = useRef<HTMLDivElement>(null);
  const output = useRef<HTMLOutputElement>(null);
  useLayoutEffect(() => {
    const withoutStyles = svg.replaceAll(/ style="[^"]*"/g, ''); // the content security policy of the page forbids style attributes
    const parsed = new DOMParser().parseFromString(withoutStyles, 'image/svg+xml').documentElement;
    for (const part of parsed.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label'); // the plot is one image for screen readers
    parsed.setAttribute('aria-label', title);
    box.current!.replaceChildren(document.importNode(parsed, true));
  }, [svg, title]);
  const showReading = ({ clientX, clientY }: PointerEvent) => {
    const toPlot = (box.current!.firstElementChild as SVGSVGElement).getScreenCTM()!.inverse();
    output.current!.textContent = describePoint?.(new DOMPoint(clientX, clientY).matrixTransform(toPlot).x) ?? '';
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
            <Button key={format} text={format} class="small" aria-label={`Save ${title} as ${format}`} onClick={save} />
          ))}
        </span>
      </figcaption>
    </figure>
  );
}

export function saveFile(name: string, data: BlobPart, type: string) {
  const url = URL.createObjectURL(new Blob([data], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

async function savePng(name: string, svg: string) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = 2 * picture.naturalWidth;
  canvas.height = 2 * picture.naturalHeight;
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  if (blob) saveFile(name, blob, 'image/png');
}
