import { type Chart, renderChart } from '../../../look/plots/chart.ts';
import { composePicture } from '../../../look/plots/style.ts';
import { Figure } from './figure.tsx';

const SIZE = { width: 520, height: 270, inset: 16, dots: 3 };

interface CurvesProps extends Chart {
  readonly name: string;
  readonly title: string;
  readonly csv?: (() => string) | undefined;
}

const formatValue = (value: number): string => String(Number(value.toPrecision(3)));

/** Lines with bands, in the style of the plots of the command line. */
export function Curves({ name, title, csv, ...lines }: CurvesProps) {
  const { panels, height, scale } = renderChart(lines, SIZE);
  const svg = composePicture(SIZE.width, height, { title }, panels);
  const frame = panels.at(-1)!;
  const readingAt = (px: number): string | undefined => {
    const at = scale('x')?.invert?.(px - frame.x);
    if (at === undefined) return undefined;
    const nearest = lines.series.flatMap(({ name: series, points }) => {
      const point = points.reduce((best, p) => (Math.abs(p.x - at) < Math.abs(best.x - at) ? p : best));
      const band = point.low === undefined ? '' : ` (${formatValue(point.low)} to ${formatValue(point.high!)})`;
      return `${series} at ${formatValue(point.x)}: ${formatValue(point.y)}${band}`;
    });
    return nearest.join('; ');
  };
  const table = () =>
    [
      'series,x,y,low,high',
      ...lines.series.flatMap((s) =>
        s.points.map((p) => [JSON.stringify(s.name), p.x, p.y, p.low ?? '', p.high ?? ''].join()),
      ),
    ].join('\n');
  return <Figure name={name} title={title} svg={svg} csv={csv ?? table} readingAt={readingAt} />;
}
