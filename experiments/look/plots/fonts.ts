import { packagePath } from '../../shipped.ts';

const FONTS = 'dist/experiments/look/plots/fonts';

/** Bundled subset of the font DejaVu Sans, which makes pictures independent of installed fonts. */
export const BUNDLED_FONTS = {
  regular: packagePath(`${FONTS}/DejaVuSans.ttf`),
  bold: packagePath(`${FONTS}/DejaVuSans-Bold.ttf`),
};

/** True if a font is given as a file name, not as a family name. */
export const isFontFile = (font: string): boolean => /\.(ttf|otf)$/i.test(font);
