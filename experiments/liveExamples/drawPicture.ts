import { heatMap } from '../look/plots/cells.ts';
import { curve } from '../look/plots/chart.ts';
import { receptiveFields } from '../look/plots/imagePanels.ts';
import { withPictureStyle } from '../look/plots/pictureStyle.ts';
import { raster } from '../look/plots/raster.ts';
import type { ExamplePicture } from './picture.ts';

/** Width of the picture, px: its text stays readable on a telephone. */
const WIDTH = 520;

function callPlot(picture: ExamplePicture): string {
  switch (picture.plot) {
    case 'raster':
      return raster(picture.data);
    case 'curve':
      return curve(picture.data);
    case 'heatMap':
      return heatMap(picture.data);
    case 'receptiveFields':
      return receptiveFields(picture.data);
  }
}

/** Draws the picture of a live example as SVG, in Node and in a page with the same result. */
export const drawPicture = (picture: ExamplePicture): string =>
  withPictureStyle({ pixels: WIDTH }, () => callPlot(picture));
