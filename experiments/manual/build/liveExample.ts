/** Live examples in the pages of the manual. */
export interface ExampleFence {
  /** Info string of the fence: language, `live` and attributes. */
  readonly info: string;
  readonly source: string;
  /** Page and line of the fence, such as docs/guide/neurons.md:12. */
  readonly where: string;
  /** Highlighted source as HTML. */
  readonly codeHtml: string;
}

/** Returns the HTML of a live example. Styles and scripts must be files: the page forbids inline ones. */
export type RenderExample = (fence: ExampleFence) => string;

export const isLiveFence = (info: string): boolean => /^\S+ +live(?: |$)/.test(info);

/** Prepares the live examples of all pages, and returns the function that renders one. */
export const prepareExamples = async (): Promise<RenderExample> => {
  return ({ info, codeHtml }) => {
    const attributes = [...info.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(
      ([, name, quoted, bare]) => ` data-${name}="${quoted ?? bare}"`,
    );
    return `<figure class="live-example"${attributes.join('')}>${codeHtml}</figure>\n`;
  };
};
