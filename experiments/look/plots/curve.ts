import { type Chart, chart } from './chart.ts';
import { picture, WIDTH } from './style.ts';

export interface Curve extends Chart {
  readonly title: string;
  readonly subtitle?: string;
}

const SIZE = { width: WIDTH, height: 340, inset: 16, dots: 4 };

/** Lines with optional bands over one x axis, points marked while there are few, and a legend above the frame. SVG. */
export function curve({ title, subtitle, ...lines }: Curve): string {
  const { panels, height } = chart(lines, SIZE);
  return picture(WIDTH, height, { title, subtitle }, panels);
}
