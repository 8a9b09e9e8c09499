import { packagePath } from '../../shipped.ts';

const FONTS = 'dist/experiments/look/plots/fonts';

/** Files of the bundled subset of DejaVu Sans, so that machines without fonts draw the same text. */
export const BUNDLED_FONTS = {
  regular: packagePath(`${FONTS}/DejaVuSans.ttf`),
  bold: packagePath(`${FONTS}/DejaVuSans-Bold.ttf`),
};

/** True if the font is given as a file. */
export const isFontFile = (font: string): boolean => /\.(ttf|otf)$/i.test(font);
