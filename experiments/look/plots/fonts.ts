import { fileURLToPath } from 'node:url';

const at = (file: string): string => fileURLToPath(new URL(`./fonts/${file}`, import.meta.url));

/** The part of DejaVu Sans that comes with us, so that bare machines draw the same text. */
export const OWN_FONTS = { regular: at('DejaVuSans.ttf'), bold: at('DejaVuSans-Bold.ttf') };

/** True if the font is given as a file. */
export const isFontFile = (font: string): boolean => /\.(ttf|otf)$/i.test(font);
