import { defineStimulus } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { fromZero, integer, number, optional } from '../../core/declare/params.ts';
import { encodeContrast } from '../encoders/contrast.ts';
import { ImageStimulus, imageParams, normalisePixels } from './images.ts';
import { requireLoaded } from './recorded.ts';

const sd = (value: number, help: string) =>
  number({ default: value, min: 0, exclusiveMin: true, max: 100, unit: 'pixel', help });

/** On- and off-cells at each pixel; see `contrastOf`. */
export const retina = defineStimulus({
  name: 'retina',
  help: 'shows images of an IDX file as Poisson spikes of on- and off-cells, two a pixel, on before off',
  equation:
    'P(spike in dt) = maxRate c dt; d = G(centre) * x - G(surround) * x, on c = d, off c = -d where that is above least, else 0',
  source: 'difference of Gaussians: Rodieck 1965, doi:10.1016/0042-6989(65)90033-7',
  params: {
    ...imageParams,
    maxRate: number({ default: 400, min: 0, unit: 'Hz', max: 1e6, help: 'rate at a contrast of 1' }),
    columns: optional(integer({ min: 1, help: 'width of an image; default: square' })),
    centre: sd(0.6, 'sd of the centre'),
    surround: sd(1.6, 'sd of the surround'),
    least: fromZero(0.04, '1', 'contrasts up to this are none'),
  },
  create: (p, context) => {
    const set = requireLoaded(p.file, `${context.name}.file`);
    const { columns = Math.sqrt(set.size) } = p;
    if (set.size % columns !== 0)
      throw new UserError(
        `${context.name}.columns is ${columns}, but ${set.from} has images of ${set.size} pixels: not whole rows.`,
      );
    return new ImageStimulus(p, set, 2, (pixels) => encodeContrast(normalisePixels(pixels), columns, p), context);
  },
});
