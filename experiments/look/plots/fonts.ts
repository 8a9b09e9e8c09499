import { packagePath } from '../../shipped.ts';

const FONTS = 'dist/experiments/look/plots/fonts';

/** Bundled subset of DejaVu Sans, so that pictures do not depend on installed fonts. */
export const BUNDLED_FONTS = {
  regular: packagePath(`${FONTS}/DejaVuSans.ttf`),
  bold: packagePath(`${FONTS}/DejaVuSans-Bold.ttf`),
};

/** True if a font is named by its file. */
export const isFontFile = (font: string): boolean => /\.(ttf|otf)$/i.test(font);
