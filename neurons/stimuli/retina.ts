import { defineStimulus } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { fromZero, integer, number, optional } from '../../core/declare/params.ts';
import { encodeContrast } from '../encoders/contrast.ts';
import { ImageStimulus, imageParams, normalisePixels } from './images.ts';
import { requireLoaded } from './recorded.ts';

const sd = (value: number, help: string) =>
  number({ default: value, min: 0, exclusiveMin: true, max: 100, unit: 'pixel', help });

/** Stimulus `retina`: one ON and one OFF cell per pixel; see `encodeContrast`. */
export const retina = defineStimulus({
  name: 'retina',
  help: 'images of an IDX file as Poisson spikes of ON and OFF cells; neurons 2 i (ON) and 2 i + 1 (OFF) belong to pixel i',
  equation:
    'P(spike in dt) = maxRate c dt; d = G(centre) * x - G(surround) * x, c = d (ON) or -d (OFF) if above least, else 0',
  source: 'difference of Gaussians: Rodieck 1965, doi:10.1016/0042-6989(65)90033-7',
  params: {
    ...imageParams,
    maxRate: number({ default: 400, min: 0, unit: 'Hz', max: 1e6, help: 'rate at contrast 1' }),
    columns: optional(integer({ min: 1, help: 'width of an image; default: square' })),
    centre: sd(0.6, 'standard deviation of the centre Gaussian'),
    surround: sd(1.6, 'standard deviation of the surround Gaussian'),
    least: fromZero(0.04, '1', 'threshold: contrasts up to this value give no spikes'),
  },
  create: (p, context) => {
    const set = requireLoaded(p.file, `${context.name}.file`);
    const { columns = Math.sqrt(set.size) } = p;
    if (set.size % columns !== 0)
      throw new UserError(
        `${context.name}.columns is ${columns}, but the images of ${set.from} have ${set.size} pixels, which is not a multiple of it.`,
      );
    return new ImageStimulus(p, set, 2, (pixels) => encodeContrast(normalisePixels(pixels), columns, p), context);
  },
});
