import { UserError } from '../../../core/declare/errors.ts';

/** Settings of all pictures. */
export interface PictureStyle {
  /** Printed width, mm; font sizes are then 6 to 8 pt. Default: a picture for a screen. */
  readonly millimetres?: number;
  /** Width of a picture for a screen, px. */
  readonly pixels?: number;
  /** Font family that readers have installed, such as Arial, or a font file (.ttf, .otf). */
  readonly font?: string;
  /** Letter of a figure panel, drawn in bold at the top left. */
  readonly panel?: string;
}

/** Characters that are not allowed in a font family, among them those that end a name in CSS or an attribute in XML. */
export const NOT_IN_FAMILY: RegExp = /[^\p{L}\p{N} ._-]/gu;

/** Default width of a picture for a screen, px. */
const DEFAULT_WIDTH = 760;
/** Printed size of a pixel of the layout, pt: font sizes of 10 to 13 px become 6 to 7.8 pt. */
const POINTS_PER_PIXEL = 0.6;
const POINTS_PER_MILLIMETRE = 72 / 25.4;
/** Smallest width: narrower pictures have no space for their axes. */
export const MIN_WIDTH = { millimetres: 60, pixels: 280 };

let current: PictureStyle = {};

/** Sets the style of all further pictures of this thread. */
export function setPictureStyle(look: PictureStyle): void {
  const { millimetres = MIN_WIDTH.millimetres, pixels = MIN_WIDTH.pixels } = look;
  if (!(millimetres >= MIN_WIDTH.millimetres && millimetres <= 1000))
    throw new UserError(`pictures: width is ${millimetres} mm, but must be from ${MIN_WIDTH.millimetres} to 1000 mm.`);
  if (!(pixels >= MIN_WIDTH.pixels && pixels <= 10_000))
    throw new UserError(`pictures: width is ${pixels} px, but must be from ${MIN_WIDTH.pixels} to 10000 px.`);
  current = look;
}

/** Draws with a style. Pictures depend only on their data and the style. */
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

/** Width of the layout, px. @param own width if the style sets none */
export const pictureWidth = (own = DEFAULT_WIDTH): number =>
  current.millimetres === undefined
    ? (current.pixels ?? own)
    : Math.round((current.millimetres * POINTS_PER_MILLIMETRE) / POINTS_PER_PIXEL);

/** Printed length of a length in the layout, mm. */
export const pixelsToMillimetres = (pixels: number): number => (pixels * POINTS_PER_PIXEL) / POINTS_PER_MILLIMETRE;
