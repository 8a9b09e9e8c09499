import { flag, number, object, optional, text } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { findLogFile } from '../logs/table.ts';
import { type PictureFormat, pictureFormats, writePicture } from '../look/plots/write.ts';
import { readStimulusMarks } from '../look/raster/marks.ts';
import { renderTextRaster } from '../look/raster/preview.ts';
import { loadSpikes } from '../look/raster/spikes.ts';
import { type OutputFile, overwriteOption, resolveOutputFile } from '../output/file.ts';
import { command, UsageError } from './command.ts';
import { optionalText, optionalTexts } from './options.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';
import { printNextStepOf } from './terminal.ts';

const PLAIN_WIDTH = 80;

/** `3` or `0-99`. */
function neuronRange(given: string | undefined): readonly [number, number] | undefined {
  if (given === undefined) return undefined;
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(given) ?? [];
  if (first === undefined || Number(last) < Number(first))
    throw new UsageError(`raster: --neurons is "${given}", but must be a neuron or a range such as 0-99.`);
  return [Number(first), Number(last)];
}

/** Endings of pictures that are not written. */
const OTHER_PICTURE = /\.(?:jpe?g|e?ps|gif|webp|tiff?|bmp)$/i;

interface Pictures {
  readonly base: string;
  readonly endings: readonly PictureFormat[];
  readonly replace: boolean;
}

/** The pictures of all formats that are wanted, or the one that an ending asks for. */
function picturesAt(out: string | undefined, log: string, overwrite: boolean): Pictures {
  const ownName = `${log.replace(/\.arrows$/, '')}.raster`;
  const [, base, ending] = /^(.*?)(\.svg|\.png|\.pdf)?$/s.exec(out ?? ownName)!;
  const endings = ending === undefined ? pictureFormats() : [ending as PictureFormat];
  const named = out === undefined ? undefined : base;
  const [file] = endings.map((one) => resolveOutputFile(named, ownName, overwrite, one)) as [OutputFile];
  return { base: base!, endings, replace: file.replace };
}

export default command({
  positionals: object({ path: text({ help: 'run directory, or a spike log (.arrows)' }) }),
  options: object({
    population: optionalTexts('only these populations, in this order (repeatable)'),
    neurons: optionalText('only these neurons of each: 3 or 0-99'),
    from: optional(number({ min: 0, unit: 'ms', help: 'start of the window' })),
    to: optional(number({ min: 0, unit: 'ms', help: 'end of the window' })),
    out: optionalText(
      'picture to write, .svg, .png or .pdf, or without an ending in every --format; default: beside the log, spikes.raster',
    ),
    overwrite: overwriteOption,
    ...pictureOptions,
    preview: flag({ default: false, help: 'print the raster as text instead of writing pictures' }),
  }),
  examples: ['raster run', 'raster run --from 200 --to 400 --population output --neurons 0-99', 'raster run --preview'],
  handler: async ({ path, population, neurons, from, to, out, overwrite, preview: asText, ...pictures }) => {
    usePictures(pictures);
    if (asText && out !== undefined) throw new UsageError('raster: --preview prints text, so it takes no --out.');
    if (OTHER_PICTURE.test(out ?? ''))
      throw new UsageError(
        `raster: --out is ${show(out)}, but pictures end in .svg, .png or .pdf, or have no ending and are written in every --format.`,
      );
    const files = asText ? undefined : picturesAt(out, findLogFile(path), overwrite);
    const spikes = loadSpikes(path, { populations: population, neurons: neuronRange(neurons), from, to });
    if (files === undefined) console.log(renderTextRaster(spikes, process.stdout.columns ?? PLAIN_WIDTH));
    else {
      const { raster } = await import('../look/plots/raster.ts');
      const marks = readStimulusMarks(path, spikes.window);
      const { base, endings, replace } = files;
      for (const file of writePicture(base, raster({ ...spikes, marks }), endings, replace))
        console.log(`Wrote ${file}`);
    }
    for (const words of spikes.silent) console.error(`Note: ${words}.`);
    spikes.requireWhole();
    if (files !== undefined) printNextStepOf(path);
  },
});
