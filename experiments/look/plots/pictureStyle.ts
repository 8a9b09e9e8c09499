import { UserError } from '../../../core/declare/errors.ts';

/** Size, font and panel letter of pictures, for a screen or for print. */
export interface PictureStyle {
  /** Width of a printed picture, mm, with font sizes of 6 to 8 pt. Default: picture for a screen. */
  readonly millimetres?: number;
  /** Width of a picture for a screen, px. */
  readonly pixels?: number;
  /** Font family that is installed on readers' computers, such as Arial, or a font file (.ttf, .otf). */
  readonly font?: string;
  /** Letter of the panel within a figure, drawn in bold at the top left. */
  readonly panel?: string;
}

/** Characters not allowed in a font family, such as those that end a name in CSS or an attribute in XML. */
export const FORBIDDEN_FONT_CHARACTERS: RegExp = /[^\p{L}\p{N} ._-]/gu;

const DEFAULT_WIDTH = 760; // px
/** Printed size of one layout pixel, pt, so that font sizes of 10 to 13 px become 6 to 7.8 pt. */
const POINTS_PER_PIXEL = 0.6;
const POINTS_PER_MILLIMETRE = 72 / 25.4;
export const MIN_PICTURE_WIDTH = { millimetres: 60, pixels: 280 }; // space for axes

let current: PictureStyle = {};

export function setPictureStyle(look: PictureStyle): void {
  const { millimetres = MIN_PICTURE_WIDTH.millimetres, pixels = MIN_PICTURE_WIDTH.pixels } = look;
  if (!(millimetres >= MIN_PICTURE_WIDTH.millimetres && millimetres <= 1000))
    throw new UserError(
      `pictures: width is ${millimetres} mm, but must be from ${MIN_PICTURE_WIDTH.millimetres} to 1000 mm.`,
    );
  if (!(pixels >= MIN_PICTURE_WIDTH.pixels && pixels <= 10_000))
    throw new UserError(`pictures: width is ${pixels} px, but must be from ${MIN_PICTURE_WIDTH.pixels} to 10000 px.`);
  current = look;
}

/** Calls `draw` with the picture style `look`, then restores the style. */
export function withPictureStyle<T>(look: PictureStyle, draw: () => T): T {
  const before = current;
  setPictureStyle(look);
  try {
    return draw();
  } finally {
    current = before;
  }
}

export const getPictureStyle = (): PictureStyle => current;

/** Width of the layout, px. @param defaultWidth width if the style sets none, px */
export const getLayoutWidth = (defaultWidth = DEFAULT_WIDTH): number =>
  current.millimetres === undefined
    ? (current.pixels ?? defaultWidth)
    : Math.round((current.millimetres * POINTS_PER_MILLIMETRE) / POINTS_PER_PIXEL);

export const pixelsToMillimetres = (pixels: number): number => (pixels * POINTS_PER_PIXEL) / POINTS_PER_MILLIMETRE;
