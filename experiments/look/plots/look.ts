import { UserError } from '../../../core/declare/errors.ts';

/** How pictures are to come out; the rest is the common look (style.ts). */
export interface Look {
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
export const LEAST = { millimetres: 60, pixels: 280 };

let current: Look = {};

/** The look that pictures are drawn in from now on, everywhere in this thread. */
export function useLook(look: Look): void {
  const { millimetres = LEAST.millimetres, pixels = LEAST.pixels } = look;
  if (!(millimetres >= LEAST.millimetres && millimetres <= 1000))
    throw new UserError(`pictures: width is ${millimetres} mm, but must be from ${LEAST.millimetres} to 1000 mm.`);
  if (!(pixels >= LEAST.pixels && pixels <= 10_000))
    throw new UserError(`pictures: width is ${pixels} px, but must be from ${LEAST.pixels} to 10000 px.`);
  current = look;
}

/** Draws in a look. Pictures are functions of their data and of this alone. */
export function inLook<T>(look: Look, draw: () => T): T {
  const before = current;
  useLook(look);
  try {
    return draw();
  } finally {
    current = before;
  }
}

export const lookNow = (): Look => current;

/** Width of the layout, px, or `own` of a picture where nobody asks for another: type keeps its size there, and has the right one when printed. */
export const pictureWidth = (own = WIDTH): number =>
  current.millimetres === undefined
    ? (current.pixels ?? own)
    : Math.round((current.millimetres * POINTS_PER_MILLIMETRE) / POINTS_PER_PIXEL);

/** What a length of the layout is in print, mm. */
export const printed = (pixels: number): number => (pixels * POINTS_PER_PIXEL) / POINTS_PER_MILLIMETRE;
