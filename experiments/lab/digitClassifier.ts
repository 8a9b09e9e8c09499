import { quantile } from 'simple-statistics';
import { arrangeReceptiveFields, countOutputNeurons } from '../training/unsupervised/architecture.ts';
import { countOutputSpikes } from '../training/unsupervised/evaluate.ts';
import { PREPROCESSORS } from '../training/unsupervised/images.ts';
import { createLogProbabilityReadout, createProportionReadout } from '../training/unsupervised/readout/readouts.ts';
import { Responder } from '../training/unsupervised/respond.ts';
import type { RecognitionLimits, TrainedLayer } from '../training/unsupervised/trained.ts';

const SIDE = 28;
const PIXEL_COUNT = SIDE * SIDE;
/** Fraction of correctly classified training images whose margin (or match) lies below the recognition limit. */
const REFUSED_SHARE = 0.05;

/** Frozen network that classifies single images of 28 × 28 pixels. */
export class DigitClassifier {
  readonly layer: TrainedLayer;
  readonly neuronCount: number;
  readonly receptiveFields: ReturnType<typeof arrangeReceptiveFields>;
  readonly #image = new Uint8Array(PIXEL_COUNT);
  readonly #responder: Responder;
  readonly #readout;
  readonly #voting;

  constructor(layer: TrainedLayer) {
    const { config, learned, responses } = layer;
    this.layer = layer;
    this.neuronCount = countOutputNeurons(config);
    this.receptiveFields = arrangeReceptiveFields(config, learned.weights, SIDE, SIDE);
    this.#readout = createLogProbabilityReadout(responses);
    this.#voting = createProportionReadout(responses);
    this.#responder = new Responder({
      config,
      phase: 'test',
      learnedState: learned,
      images: { n: 1, rows: SIDE, columns: SIDE, images: this.#image, labels: new Uint8Array(1) },
      recordInputs: true,
    });
  }

  /** Classifies an image. @param pixels grey values before preprocessing */
  classify(pixels: Uint8Array) {
    return this.#classifyPreprocessed(PREPROCESSORS[this.layer.config.preprocessing](pixels, SIDE, SIDE));
  }

  #classifyPreprocessed(preprocessedImage: Uint8Array) {
    this.#image.set(preprocessedImage);
    const responses = this.#responder.respond(0, 1);
    const counts = countOutputSpikes(responses, this.neuronCount);
    const scores = this.#readout.computeScores(counts, 0);
    const votes = this.#voting.computeScores(counts, 0)?.reduce((sum, vote) => sum + vote, 0);
    return {
      responses,
      /** Number of output spikes per neuron. */
      counts,
      /** Logarithm of the probability of each class; undefined if no neuron fired. */
      scores,
      /** Class predicted for the image; -1 if no neuron fired. */
      predictedClass: scores === undefined ? -1 : this.#readout.predict(counts, 0),
      /** Votes for the class with most votes minus votes for the second class, as a fraction of all votes; 0 if no neuron fired. */
      margin: votes === undefined ? 0 : this.#voting.computeMargin(counts, 0) / votes,
      match: this.#computeReceptiveFieldMatch(counts),
    };
  }

  /**
   * Cosine similarity of the image and the receptive fields of the neurons that fired, weighted by their spikes.
   * Returns 1 for networks of groups, whose receptive fields are not whole images.
   */
  #computeReceptiveFieldMatch(counts: Uint16Array): number {
    const { weights, rows, columns } = this.receptiveFields;
    if (rows * columns !== PIXEL_COUNT) return 1;
    let [product, imageSquare, fieldSquare] = [0, 0, 0];
    for (let i = 0; i < PIXEL_COUNT; i++) {
      const field = counts.reduce((sum, count, j) => sum + count * weights[i * this.neuronCount + j]!, 0);
      product += field * this.#image[i]!;
      imageSquare += this.#image[i]! ** 2;
      fieldSquare += field ** 2;
    }
    return product / (Math.sqrt(imageSquare * fieldSquare) || 1);
  }

  /** Chooses the limits of `margin` and `match` below which a drawing is not accepted. @param images preprocessed training images */
  chooseRecognitionLimits(images: Uint8Array, labels: Uint8Array): RecognitionLimits {
    const correct = [...labels]
      .map((label, i) => ({
        label,
        ...this.#classifyPreprocessed(images.subarray(i * PIXEL_COUNT, (i + 1) * PIXEL_COUNT)),
      }))
      .filter(({ label, predictedClass }) => label === predictedClass);
    if (correct.length === 0) return { margin: 0, match: 0 };
    const findLimit = (key: 'margin' | 'match') =>
      quantile(
        correct.map((response) => response[key]),
        REFUSED_SHARE,
      );
    return { margin: findLimit('margin'), match: findLimit('match') };
  }
}
