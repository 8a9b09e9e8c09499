import { type Chart, renderChart } from './chart.ts';
import { layoutWidth } from './look.ts';
import { composePicture } from './style.ts';

export interface Curve extends Chart {
  readonly title: string;
  readonly subtitle?: string;
}

const SIZE = { height: 340, inset: 16, dots: 4 };

/** Draws a line chart as SVG, with optional shaded bands, markers if points are few, and a legend above the frame. */
export function curve({ title, subtitle, ...lines }: Curve): string {
  const { panels, height } = renderChart(lines, { ...SIZE, width: layoutWidth() });
  return composePicture(layoutWidth(), height, { title, subtitle }, panels);
}
