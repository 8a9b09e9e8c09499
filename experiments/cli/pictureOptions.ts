import { existsSync } from 'node:fs';
import * as z from 'zod/mini';
import { described, optional } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { FORBIDDEN_FONT_CHARACTERS, MIN_PICTURE_WIDTH, setPictureStyle } from '../look/plots/pictureStyle.ts';
import { isFontFile, setPictureFormats } from '../look/plots/write.ts';
import { UsageError } from './command.ts';
import { defineTextOption } from './options.ts';

const FORMATS = ['svg', 'pdf', 'png'] as const;

/** Picture options, which `applyPictureOptions` applies before the command handler runs. */
export const pictureOptions = {
  width: defineTextOption(
    'width of pictures: 89mm or 183mm (journal columns, fonts of 6 to 8 pt), or pixels; default: for a screen',
  ),
  format: described(optional(z.array(z.enum(FORMATS))), {
    description: 'picture formats, separated by commas; default: svg and png',
  }),
  font: defineTextOption('font family of pictures, such as Arial, or a font file (.ttf, .otf); default: DejaVu Sans'),
  panel: defineTextOption('bold letter at the top left, such as "a", for a panel of a figure; default: none'),
};

export function applyPictureOptions(options: z.output<z.ZodMiniObject<typeof pictureOptions>>): void {
  const { width, format, font, panel } = options;
  if (font !== undefined && isFontFile(font) && !existsSync(font))
    throw new UsageError(`--font is ${show(font)}, but there is no such file.`);
  if (font !== undefined && !isFontFile(font) && (font.trim() === '' || font.search(FORBIDDEN_FONT_CHARACTERS) >= 0))
    throw new UsageError(
      `--font is ${show(font)}, but must be a family of letters, digits, spaces, dots, _ and -, such as Arial, or a font file (.ttf, .otf).`,
    );
  if (panel !== undefined && (panel.length > 3 || panel.trim() === ''))
    throw new UsageError(`--panel is ${show(panel)}, but must be one to three characters, such as "a".`);
  setPictureStyle({ ...parseWidth(width), ...(font !== undefined && { font }), ...(panel !== undefined && { panel }) });
  setPictureFormats(format?.map((name) => `.${name}` as const));
}

function parseWidth(width: string | undefined): { millimetres?: number; pixels?: number } {
  if (width === undefined) return {};
  const [, number, unit] = /^(\d+(?:\.\d+)?)(mm)?$/.exec(width) ?? [];
  const [kind, name, max] =
    unit === 'mm' ? (['millimetres', 'mm', 1000] as const) : (['pixels', 'px', 10_000] as const);
  const value = Number(number);
  if (!(value >= MIN_PICTURE_WIDTH[kind] && value <= max)) {
    const allowed =
      number === undefined ? 'a width such as 89mm, 183mm or 760' : `from ${MIN_PICTURE_WIDTH[kind]} to ${max} ${name}`;
    throw new UsageError(`--width is ${show(width)}, but must be ${allowed}.`);
  }
  return { [kind]: value };
}
