import { flag, object, text } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { findLogFile } from '../logs/table.ts';
import { readImageOnsetMarks } from '../look/imageLog.ts';
import { getPictureFormats, type PictureFormat, writePicture } from '../look/plots/write.ts';
import { renderTextRaster } from '../look/raster/preview.ts';
import { loadSpikes } from '../look/raster/spikes.ts';
import { type OutputFile, overwriteOption, resolveOutputFile } from '../output/file.ts';
import { defineCommand, UsageError } from './command.ts';
import { defineOptionalListOption, defineTextOption, timeWindowOptions } from './options.ts';
import { pictureOptions } from './pictureOptions.ts';
import { printNextStepForPath } from './terminal.ts';

/** Width of a text raster without a terminal, characters. */
const PLAIN_WIDTH = 80;

function parseRange(words: string | undefined): readonly [number, number] | undefined {
  if (words === undefined) return undefined;
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(words) ?? [];
  if (first === undefined || Number(last) < Number(first))
    throw new UsageError(`raster: --neurons is ${show(words)}, but must be a neuron or a range such as 0-99.`);
  return [Number(first), Number(last)];
}

const UNSUPPORTED_PICTURE = /\.(?:jpe?g|e?ps|gif|webp|tiff?|bmp)$/i;

function resolvePictureFiles(out: string | undefined, log: string, overwrite: boolean) {
  const ownName = `${log.replace(/\.arrows$/, '')}.raster`;
  const [, base, ending] = /^(.*?)(\.svg|\.png|\.pdf)?$/s.exec(out ?? ownName)!;
  const extensions = ending === undefined ? getPictureFormats() : [ending as PictureFormat];
  const outPath = out === undefined ? undefined : base;
  const [file] = extensions.map((one) => resolveOutputFile(outPath, ownName, overwrite, one)) as [OutputFile];
  return { basePath: base!, extensions, canOverwrite: file.replace };
}

export default defineCommand({
  positionals: object({ path: text({ help: 'run directory, or a spike log (.arrows)' }) }),
  options: object({
    population: defineOptionalListOption('population to draw, in the given order; default: all'),
    neurons: defineTextOption('neurons per population: 3 or 0-99; default: all'),
    ...timeWindowOptions('run'),
    out: defineTextOption(
      'picture file (.svg, .png, .pdf); without extension: a file per --format; default: spikes.raster beside the log',
    ),
    overwrite: overwriteOption,
    ...pictureOptions,
    preview: flag({ default: false, help: 'print the raster plot as text instead of writing pictures' }),
  }),
  handler: async ({ path, population, neurons, from, to, out, overwrite, preview: asText }) => {
    if (asText && out !== undefined) throw new UsageError('raster: --preview prints text, so --out is not allowed.');
    if (UNSUPPORTED_PICTURE.test(out ?? ''))
      throw new UsageError(
        `raster: --out is ${show(out)}, but must end in .svg, .png or .pdf, or have no extension to write every --format.`,
      );
    const files = asText ? undefined : resolvePictureFiles(out, findLogFile(path), overwrite);
    const spikes = loadSpikes(path, { populations: population, neurons: parseRange(neurons), from, to });
    if (files === undefined) console.log(renderTextRaster(spikes, process.stdout.columns ?? PLAIN_WIDTH));
    else {
      const { renderSpikeRaster: raster } = await import('../look/plots/raster.ts');
      const marks = readImageOnsetMarks(path, spikes.window);
      const { basePath, extensions, canOverwrite } = files;
      for (const file of writePicture(basePath, raster({ ...spikes, marks }), extensions, canOverwrite))
        console.log(`Wrote ${file}`);
    }
    for (const words of spikes.silent) console.error(`Note: ${words}.`);
    spikes.requireIntact();
    if (files !== undefined) printNextStepForPath(path);
  },
});
