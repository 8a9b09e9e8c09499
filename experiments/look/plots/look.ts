import { UserError } from '../../../core/declare/errors.ts';

/** How pictures are to come out; the rest is the common look (style.ts). */
export interface PictureStyle {
  /** Printed width, mm. Type is 6 to 8 pt then, whatever the width; undefined: for a screen. */
  readonly millimetres?: number;
  /** Width of a screen picture, px. */
  readonly pixels?: number;
  /** A family that the reader has, such as Arial, or a font file (.ttf, .otf). */
  readonly font?: string;
  /** Letter of the panel in a figure, drawn bold at the top left. */
  readonly panel?: string;
}

/** Characters that names of font families do not have, among them all that end a name in CSS or an attribute in XML. */
export const NOT_IN_FAMILY: RegExp = /[^\p{L}\p{N} ._-]/gu;

/** Of a picture for a screen, px. */
const WIDTH = 760;
/** How large a pixel of the layout is printed, pt: type of 10 to 13 px gives 6 to 7.8 pt. */
const POINTS_PER_PIXEL = 0.6;
const POINTS_PER_MILLIMETRE = 72 / 25.4;
/** Narrower pictures have no room for their axes. */
export const MIN_WIDTH = { millimetres: 60, pixels: 280 };

let current: PictureStyle = {};

/** The look that pictures are drawn in from now on, everywhere in this thread. */
export function setPictureStyle(look: PictureStyle): void {
  const { millimetres = MIN_WIDTH.millimetres, pixels = MIN_WIDTH.pixels } = look;
  if (!(millimetres >= MIN_WIDTH.millimetres && millimetres <= 1000))
    throw new UserError(`pictures: width is ${millimetres} mm, but must be from ${MIN_WIDTH.millimetres} to 1000 mm.`);
  if (!(pixels >= MIN_WIDTH.pixels && pixels <= 10_000))
    throw new UserError(`pictures: width is ${pixels} px, but must be from ${MIN_WIDTH.pixels} to 10000 px.`);
  current = look;
}

/** Draws in a look. Pictures are functions of their data and of this alone. */
export function withPictureStyle<T>(look: PictureStyle, draw: () => T): T {
  const before = current;
  setPictureStyle(look);
  try {
    return draw();
  } finally {
    current = before;
  }
}

export const currentPictureStyle = (): PictureStyle => current;

/** Width of the layout, px, or `own` of a picture where nobody asks for another: type keeps its size there, and has the right one when printed. */
export const pictureWidth = (own = WIDTH): number =>
  current.millimetres === undefined
    ? (current.pixels ?? own)
    : Math.round((current.millimetres * POINTS_PER_MILLIMETRE) / POINTS_PER_PIXEL);

/** What a length of the layout is in print, mm. */
export const pixelsToMillimetres = (pixels: number): number => (pixels * POINTS_PER_PIXEL) / POINTS_PER_MILLIMETRE;
