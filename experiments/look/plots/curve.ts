import { type Chart, chart } from './chart.ts';
import { pictureWidth } from './look.ts';
import { picture } from './style.ts';

export interface Curve extends Chart {
  readonly title: string;
  readonly subtitle?: string;
}

const SIZE = { height: 340, inset: 16, dots: 4 };

/** Lines with optional bands over one x axis, points marked while there are few, and a legend above the frame. SVG. */
export function curve({ title, subtitle, ...lines }: Curve): string {
  const { panels, height } = chart(lines, { ...SIZE, width: pictureWidth() });
  return picture(pictureWidth(), height, { title, subtitle }, panels);
}
